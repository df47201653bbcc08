"""New files: whole or not at all, and never in the place of one that is there."""

from __future__ import annotations

import errno
import os
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.files import UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
"""What a file system answers that has no hard links."""


def refuse_existing(path: Path, then: str) -> None:
    """Raise UserError where there is something of this name, also a link that leads nowhere."""
    if os.path.lexists(path):
        raise UserError(str(path), "it is there already, and nothing was changed", then, code=Code.FILE)


def write_all(files: Mapping[Path, str], new: Path, then: str) -> tuple[list[Path], list[Path]]:
    """Write the files that are not there yet, all or none; return which were written, and which were there.

    Raises UserError where `new` is there, with what to do then, or where one cannot be written; what was written is
    removed again first, also on Ctrl-C.
    """
    written: list[Path] = []
    try:
        for path, text in files.items():
            if write_new(path, text):
                written.append(path)
            elif path == new:
                refuse_existing(path, then)
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise
    return written, [path for path in files if path not in written]


def write_new(path: Path, text: str) -> bool:
    """Write a file that is not there yet, and its folder; whether it was written, and not there before.

    A link cannot be made in the place of a file (link(2)), so that of two processes one writes it. Raises UserError if
    it cannot be written.
    """
    unfinished = path.parent / f"{UNFINISHED}{uuid.uuid4().hex}"
    try:
        with suppress(FileExistsError):  # and where that is no folder, the next line says so
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(unfinished, text)
            try:
                os.link(unfinished, path)
            except OSError as error:
                if error.errno not in NO_LINKS:
                    raise
                _write(path, text)  # exclusive as well, but not whole at once
        finally:
            with suppress(OSError):
                unfinished.unlink()
    except FileExistsError:
        return False
    except OSError as error:
        raise UserError(str(path), f"it could not be written: {error.strerror or error}", code=Code.FILE) from error
    return True


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
