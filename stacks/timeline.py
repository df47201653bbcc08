"""The file that a timeline is written to: looked at before anything is deployed, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from stacks.errors import UserError

UNFINISHED = ".timeline-"
"""How the names of files begin that are not whole yet."""


def writable(path: Path) -> Path:
    """The path, when a file can be made there.

    Raises UserError where it cannot: no such folder, a folder or a device of that name, no permission, no space.
    """
    try:
        if path.exists() and not path.is_file():
            raise UserError(
                f"timeline {path}", "it is there, and it is no file", "Name a file that may be overwritten."
            )
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED):
            return path
    except OSError as error:
        raise UserError(f"timeline {path}", f"it cannot be written: {error.strerror or error}") from error


def write(path: Path, text: str) -> None:
    """Put the text there in one step; what was there before stays until then.

    Raises UserError if it cannot be written.
    """
    name = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=UNFINISHED, delete=False
        ) as file:
            name = file.name
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        why = f"it could not be written: {error.strerror or error}"
        raise UserError(f"timeline {path}", why, "What was deployed is not affected.") from error


def _umask() -> int:
    """The process's mask for new files, which a temporary file does not follow; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
