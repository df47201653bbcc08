"""Environment files: strict TOML, where a number is a number."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.settings import files, unknown
from stacks.settings.entries import Entry, UnreadableError, Unusable
from stacks.settings.keys import KEYS, SECTIONS
from stacks.settings.problems import Problem
from stacks.settings.wording import shown, visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stacks.settings.keys import Path as KeyPath

_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=")
_PLACE = re.compile(r"(?P<why>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
_TWICE = ("Cannot overwrite a value", "Cannot declare")


def read(path: Path) -> list[Entry]:
    """Everything that a TOML file sets. Raises UnreadableError where it is no TOML file."""
    text = files.text(path)
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise UnreadableError(Problem(source=files.name(path), why="not valid TOML: nested too deeply")) from error
    except ValueError as error:
        raise UnreadableError(_malformed(path, text, str(error))) from error
    lines = _lines(text)
    found: list[Entry] = []
    for name, value in data.items():
        if name in SECTIONS and isinstance(value, dict):
            found += [_entry(path, lines, (name, key), inner) for key, inner in value.items()]
        elif name in SECTIONS:
            why = f"must be a table: [{name}] on a line of its own, and the keys below it"
            found.append(replace(_entry(path, lines, (name,), value), value=Unusable(why=why)))
        else:
            found.append(_entry(path, lines, (name,), value))
    return found


def _entry(path: Path, lines: Mapping[str, int], key: KeyPath, value: object) -> Entry:
    name = ".".join(key)
    used = value if key in KEYS else unknown.in_toml(key)
    return Entry(
        source=files.name(path), line=lines.get(name), name=visible(name), path=key, text=shown(value), value=used
    )


def _malformed(path: Path, text: str, message: str) -> Problem:
    """The parser's message, with the line it means."""
    place = _PLACE.fullmatch(message)
    why = place["why"] if place else message
    lines = text.rstrip().split("\n")
    line = int(place["line"]) if place and place["line"] else len(lines)
    if why.startswith(_TWICE):
        why = "a key or a table is there twice"
    written = visible(lines[line - 1].strip()) if line <= len(lines) else ""
    return Problem(source=files.name(path), line=line, why=f"not valid TOML: {why}: {written}")


def _lines(text: str) -> dict[str, int]:
    """The lines of the keys, as far as they can be told without a parser of our own: tomllib does not say.

    What looks like a key on two lines (one of them inside a text of several lines) is left out.
    """
    table, found, counted = "", {}, Counter[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _TABLE.match(line):
            table = f"{header[1]}."
        elif key := _KEY.match(line):
            name = table + key[1]
            found[name] = number
            counted[name] += 1
    return {name: number for name, number in found.items() if counted[name] == 1}
