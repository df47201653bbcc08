"""The text of a file, or one clear reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.settings.entries import UnreadableError
from stacks.settings.problems import Problem
from stacks.settings.wording import escape_unprintable

if TYPE_CHECKING:
    from pathlib import Path


def read_text(path: Path) -> str:
    """Return the file's text, without a byte order mark.

    Raises UnreadableError for a file that is missing, cannot be read, is a folder or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        why = f"not UTF-8 text: byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise UnreadableError(Problem(source=file_name(path), line=line, why=why)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(Problem(source=file_name(path), why=f"cannot be read: {reason}")) from error


def file_name(path: Path) -> str:
    """Return a file's name for messages."""
    return escape_unprintable(str(path))
