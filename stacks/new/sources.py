"""The files of an app, as far as they are read: text files of a moderate size below one folder."""

from __future__ import annotations

import codecs
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 1_000_000
"""Bytes of a file that is read; a larger one describes no app."""
MOST = 400
"""Source files that are searched."""
NOT_THE_APP = frozenset(
    {"node_modules", "venv", "env", "site-packages", "tests", "test", "out", "dist", "build", "copilot"}
)
"""Folders that are not searched for source code, beside hidden ones."""


@dataclass(frozen=True)
class Sources:
    """The folder of an app."""

    folder: Path
    planned: Mapping[str, str] = field(default_factory=dict)
    """Files that are to be written there, by name."""

    def text(self, name: str) -> str | None:
        """Return the text of a file below the folder, with line feeds between its lines; None where there is none.

        Raises UserError for a file that cannot be read, or is no UTF-8 text.
        """
        if name in self.planned:
            return self.planned[name].rstrip("\n")
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            if path.stat().st_size > LARGEST:
                raise UserError(str(path), f"it has more than {LARGEST} bytes: not read", code=Code.FILE)
            content = path.read_bytes()
            encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
            return "\n".join(content.decode(encoding).splitlines())
        except UnicodeDecodeError as error:
            raise UserError(str(path), "it is no text in UTF-8 or UTF-16", code=Code.FILE) from error
        except OSError as error:
            raise UserError(str(path), f"it cannot be read: {error.strerror or error}", code=Code.FILE) from error

    def toml(self, name: str) -> dict[str, Any]:
        """Return the document of a TOML file; an empty one where there is no file. Raises UserError likewise."""
        try:
            return tomllib.loads(self.text(name) or "")
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise UserError(str(self.folder / name), f"it is no TOML: {error}", code=Code.FILE) from error

    def has(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.folder / name).exists()

    def code(self, *suffixes: str) -> Iterator[tuple[str, str]]:
        """Yield name and text of source files with these suffixes, those nearest to the folder first.

        Hidden folders, tests, installed packages and files that cannot be read are left out.
        """
        found = 0
        for folder, folders, files in self._walk():
            folders[:] = sorted(name for name in folders if name not in NOT_THE_APP and not name.startswith("."))
            for name in sorted(files):
                path = (Path(folder) / name).relative_to(self.folder).as_posix()
                if not name.endswith(suffixes):
                    continue
                found += 1
                if found > MOST:
                    return
                try:
                    text = self.text(path)
                except UserError:
                    continue
                if text is not None:
                    yield path, text

    def _walk(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Walk breadth first."""
        level = [str(self.folder)]
        while level:
            below: list[str] = []
            for folder in level:
                for top, folders, files in os.walk(folder):
                    yield top, folders, files
                    below += [os.path.join(top, name) for name in folders]  # noqa: PTH118 - what os.walk gives
                    break
            level = below
