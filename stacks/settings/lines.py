"""On which lines of a TOML text things are: tomllib does not say."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings.forms import Place

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\''
_NAME = re.compile(rf"[A-Za-z0-9_-]+|{_STRING}", re.DOTALL)
_SCALAR = re.compile(rf"{_STRING}|[^,\]}}\n#]+", re.DOTALL)
_DOT = re.compile(r"[ \t]*\.[ \t]*")


def find_lines(text: str) -> dict[Place, int]:
    """Return the line, from 1, of each key, table and item of a list; the text is valid TOML.

    The line of a table is that of its header, or of the first thing in it where it has none.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.found


class _Scanner:
    """Goes over a text that is known to be valid, and so looks only at what tells where a thing begins and ends."""

    def __init__(self, text: str) -> None:
        self.found: dict[Place, int] = {}
        self._text = text
        self._position = 0
        self._counted = (0, 1)
        self._lengths: dict[Place, int] = {}

    def document(self) -> None:
        """Headers and what is below them."""
        table: Place = ()
        self._skip(_SPACE)
        while self._position < len(self._text):
            if self._text[self._position] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_SPACE)

    def _header(self) -> Place:
        """`[a.b]`, or `[[a.b]]`: one more item of a list. In both, the name of a list means its last item."""
        line, listed = self._line(), self._text.startswith("[[", self._position)
        self._position += 2 if listed else 1
        *tables, last = self._name()
        place: Place = ()
        for step in tables:
            place = (*place, step)
            self._found(place, line)
            place = self._last_item(place)
        place = (*place, last)
        if listed:
            self.found.setdefault(place, line)
            self._lengths[place] = self._lengths.get(place, 0) + 1
            place = self._last_item(place)
        self.found[place] = line
        self._skip(_SPACE)
        self._position += 2 if listed else 1
        return place

    def _last_item(self, place: Place) -> Place:
        return (*place, self._lengths[place] - 1) if place in self._lengths else place

    def _pair(self, table: Place) -> None:
        """`key = value`."""
        line = self._line()
        place: Place = table
        for step in self._name():
            place = (*place, step)
            self._found(place, line)
        self._skip(_SPACE)
        self._position += 1
        self._value(place)

    def _value(self, place: Place) -> None:
        self._skip(_SPACE)
        opened = self._text[self._position]
        if opened not in "[{":
            self._skip(_SCALAR)
            return
        self._position += 1
        self._skip(_SPACE)
        count = 0
        while self._text[self._position] not in "]}":
            if opened == "{":
                self._pair(place)
            else:
                self._found((*place, count), self._line())
                self._value((*place, count))
                count += 1
            self._skip(_SPACE)
            if self._text[self._position] == ",":
                self._position += 1
                self._skip(_SPACE)
        self._position += 1

    def _name(self) -> list[str]:
        """Return a dotted key, its parts bare or quoted."""
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            start = self._position
            self._skip(_NAME)
            written = self._text[start : self._position]
            parts.append(tomllib.loads(f"x = {written}")["x"] if written[0] in "\"'" else written)
            before = self._position
            self._skip(_DOT)
            if self._position == before:
                return parts

    def _found(self, place: Place, line: int) -> None:
        self.found.setdefault(place, line)

    def _line(self) -> int:
        """Return the line of the position, counted on from the last one that was asked for."""
        position, line = self._counted
        line += self._text.count("\n", position, self._position)
        self._counted = (self._position, line)
        return line

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self._text, self._position):
            self._position = found.end()
