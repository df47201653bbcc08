"""States in files, and those that are piped in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from stacks.errors import Code, UserError
from stacks.settings.files import file_name
from stacks.terraform.documents import LARGEST, PULL
from stacks.terraform.locks import refuse_held
from stacks.terraform.sources.source import Content, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path


class FileSource(Source):
    """A file, which Terraform's local backend locks with a file beside it."""

    def __init__(self, path: Path, notes: tuple[str, ...] = ()) -> None:
        self.path = path
        self.name = file_name(path)
        self.notes = notes

    def refuse_locked(self) -> None:
        """Raise UserError where `.NAME.lock.info` is beside it.

        By `lockInfoPath` in hashicorp/terraform, internal/states/statemgr/filesystem.go.
        """
        info = self.path.with_name(f".{self.path.name.removeprefix('.')}.lock.info")
        try:
            text = info.read_bytes()[:LARGEST]
        except OSError:
            return
        refuse_held(self.name, text.decode(errors="replace"), f"remove {file_name(info)}")

    def load(self) -> Content:
        """Return its text. Raises UserError where it cannot be read."""
        try:
            with self.path.open("rb") as file:
                return Content(text=file.read(LARGEST + 1))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "its name is not valid"
        raise UserError(self.name, f"it cannot be read: {why}", "Is it there, and may it be read?", code=Code.FILE)

    def document(self) -> dict[str, Any]:
        """Return its absolute path."""
        return {"kind": "file", "path": str(self.path.absolute())}


class PipeSource(Source):
    """Standard input or a named pipe, which can be read once."""

    repeatable = False
    notes = ("It cannot be read again, so that nobody notices what Terraform changes meanwhile.",)

    def __init__(self, name: str, open_it: Callable[[], AbstractContextManager[BinaryIO]] | None = None) -> None:
        self.name = name
        self._open = open_it

    def refuse_locked(self) -> None:
        """Do nothing: `terraform state pull` takes no lock, and no pipe has one."""

    def load(self) -> Content:
        """Return its text. Raises UserError the second time, and where it is a terminal."""
        if self._open is None:
            raise self.unrepeatable()
        opening, self._open = self._open(), None
        with opening as opened:
            if opened.isatty():
                raise UserError(self.name, "it is a terminal, and a state is expected", PULL, code=Code.USAGE)
            return Content(text=opened.read(LARGEST + 1))

    def document(self) -> dict[str, Any]:
        """Return that it was one."""
        return {"kind": "pipe"}
