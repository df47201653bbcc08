"""Files that a user names: looked at before anything is done, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from stacks.errors import Code, UserError, coded

UNFINISHED = ".unfinished-"
"""How the names of files begin that are not whole yet."""


@coded(Code.FILE)
def refuse_unwritable(path: Path, then: str = "") -> None:
    """Raise UserError where no file can be made: no such folder, no permission or space, or no file of that name."""
    try:
        why = "it is there, and it is no file" if path.exists() and not path.is_file() else ""
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED):
            pass
    except OSError as error:
        why = f"it cannot be written: {error.strerror or error}"
    if why:
        raise UserError(str(path), why, then)


@coded(Code.FILE)
def write_file(path: Path, text: str, then: str = "") -> None:
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
        raise UserError(str(path), f"it could not be written: {error.strerror or error}", then) from error


def _umask() -> int:
    """The process's mask for new files, which a temporary file does not follow; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
