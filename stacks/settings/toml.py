"""Environment files: strict TOML, where a number is a number."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.settings.entries import Entry, UnreadableError, Unusable, usable
from stacks.settings.files import file_name, read_text
from stacks.settings.forms import Place
from stacks.settings.keys import Catalogue, dotted_name
from stacks.settings.lines import find_lines
from stacks.settings.problems import Problem
from stacks.settings.unknown import unknown_key
from stacks.settings.wording import escape_and_cut, format_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stacks.settings.keys import Path as KeyPath

_PLACE = re.compile(r"(?P<why>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
_TWICE = ("Cannot overwrite a value", "Cannot declare")


def read_toml(path: Path, catalogue: Catalogue[Any]) -> list[Entry]:
    """Everything that a TOML file sets. Raises UnreadableError where it is no TOML file."""
    return parse_toml(read_text(path), path, catalogue)


def parse_toml(text: str, path: Path, catalogue: Catalogue[Any]) -> list[Entry]:
    """Everything that a text sets which is, or will be, the file of this path. Raises UnreadableError, likewise."""
    try:
        data = tomllib.loads(text)
        places = find_lines(text)
    except RecursionError as error:
        raise UnreadableError(Problem(source=file_name(path), why="not valid TOML: nested too deeply")) from error
    except ValueError as error:
        raise UnreadableError(_malformed(path, text, str(error))) from error
    return list(_File(file_name(path), places, catalogue).entries((), data))


@dataclass(frozen=True)
class _File:
    """A file that is read: its name, the lines of all places in it, and which keys there are."""

    source: str
    lines: Mapping[Place, int]
    catalogue: Catalogue[Any]

    def entries(self, table: KeyPath, data: Mapping[str, object]) -> Iterator[Entry]:
        for name, value in data.items():
            path = (*table, name)
            if path not in self.catalogue.tables:
                yield self.entry(path, value, value if path in self.catalogue.keys else None)
            elif isinstance(value, dict):
                yield self.entry(path, {}, {})
                yield from self.entries(path, value)
            else:
                why = f"must be a table: [{dotted_name(path)}] on a line of its own, and the keys below it"
                yield self.entry(path, value, Unusable(why=why))

    def entry(self, path: KeyPath, written: object, value: object) -> Entry:
        """Return the entry at a path, with its line and those inside of it; `value` is None for an unknown key."""
        used = unknown_key(path, self.catalogue) if value is None else usable(value)
        depth = len(path)
        inner = isinstance(written, list | dict) and written
        return Entry(
            source=self.source,
            line=self.lines.get(path),
            name=escape_and_cut(dotted_name(path)),
            path=path,
            text=format_value(written),
            value=used,
            lines={at[depth:]: line for at, line in self.lines.items() if at[:depth] == path} if inner else {},
        )


def _malformed(path: Path, text: str, message: str) -> Problem:
    """Return the parser's message, with the line it means."""
    place = _PLACE.fullmatch(message)
    why = place["why"] if place else message
    rows = text.rstrip().split("\n")
    line = int(place["line"]) if place and place["line"] else len(rows)
    if why.startswith(_TWICE):
        why = "a key or a table is there twice"
    written = escape_and_cut(rows[line - 1].strip()) if line <= len(rows) else ""
    return Problem(source=file_name(path), line=line, why=f"not valid TOML: {why}: {written}")
