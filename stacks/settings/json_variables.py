"""Terraform variables in JSON, with the line of everything; texts and numbers are those that Terraform makes of them.

In JSON, text is never calculated, and `"//"` beside the variables is a comment
(https://github.com/hashicorp/hcl/blob/main/json/spec.md).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed lacks it
from typing import TYPE_CHECKING, Any

from stacks.settings.entries import UnreadableError, Unusable
from stacks.settings.forms import Place
from stacks.settings.hcl import parse_number
from stacks.settings.hcl.constants import NO_NUMBER
from stacks.settings.problems import Problem
from stacks.settings.wording import escape_and_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMENT = "//"
_SPACE = re.compile(r"[ \t\n\r]*")
_BREAK = re.compile(r"[ \t\r]*\n[ \t\r]*")
_HALF = re.compile("[\ud800-\udfff]")
_SCALAR = re.compile(r"true|false|null|NaN|-?Infinity|-?[0-9][0-9.eE+-]*")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """`"name": value` on a line (from 1); `text` is the value as written, `lines` those of what is inside of it."""

    name: str
    line: int
    text: str
    value: object
    lines: Mapping[Place, int]


def parse_variables(source: str, text: str) -> list[Variable]:
    """Return all variables in order, duplicates included. Raises UnreadableError where the text is no JSON object."""
    try:
        values = _loaded(text)
        if not isinstance(values, _Pairs):
            raise UnreadableError(Problem(source=source, why="must be one JSON object of variables"))
        return [it for it in _Walk(source, text).variables(values) if it.name != COMMENT]
    except json.JSONDecodeError as error:
        why = f"not valid JSON: {error.msg}, column {error.colno}"
        raise UnreadableError(Problem(source=source, line=error.lineno, why=why)) from error
    except RecursionError as error:
        raise UnreadableError(Problem(source=source, why="not valid JSON: nested too deeply")) from error


def parse_value(text: str) -> object:
    """One value. Raises ValueError or RecursionError where it is none."""
    return _plain(_loaded(text))


class _Pairs(list[tuple[str, Any]]):
    """The pairs of an object: a dict forgets duplicates."""


def _loaded(text: str) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(text, object_pairs_hook=_Pairs, parse_float=_number, parse_int=_number, parse_constant=_constant)


def _number(text: str) -> object:
    value = parse_number(text)
    return Unusable(why=NO_NUMBER) if value is None else value


def _constant(text: str) -> object:
    """Return what Python's JSON has, and JSON has not: `NaN` and `Infinity`."""
    return Unusable(why=f"{text} is no value in JSON")


def _plain(value: object) -> object:
    """Return a value with its objects as dicts, or the reason why it cannot be used."""
    if isinstance(value, _Pairs):
        pairs = [(_composed(name), _plain(item)) for name, item in value]
        twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        return Unusable(why=f"sets {escape_and_cut(twice[0])} twice") if twice else dict(pairs)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _composed(value) if isinstance(value, str) else value


def _composed(text: str) -> str:
    """Text as Terraform keeps it: composed (Unicode's NFC), half of a pair replaced."""
    return unicodedata.normalize("NFC", _HALF.sub("\ufffd", text))


class _Walk:
    """A text that is JSON: where everything in it is."""

    def __init__(self, source: str, text: str) -> None:
        self._source = source
        self._text = text
        self._at = 0

    def variables(self, values: Sequence[tuple[str, object]]) -> Iterator[Variable]:
        for name, found in values:
            self._past("{,")
            line, _ = self._line(), self._name()
            lines: dict[Place, int] = {}
            start = self._space()
            self._value((), lines)
            text = escape_and_cut(_BREAK.sub(" ", self._text[start : self._at]))
            yield Variable(name=_composed(name), line=line, text=text, value=_plain(found), lines=lines)

    def _space(self) -> int:
        """Pass over white space; give where it ends."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _past(self, signs: str) -> str:
        """Pass over one of these signs; give it, or "" where there is another one."""
        at = self._space()
        if self._text[at : at + 1] not in {*signs}:
            return ""
        self._at = at + 1
        return self._text[at]

    def _line(self) -> int:
        return self._text.count("\n", 0, self._space()) + 1

    def _name(self) -> str:
        """Return the name of a pair, and the colon behind it."""
        self._space()
        name, self._at = scanstring(self._text, self._at + 1, True)  # noqa: FBT003 - it takes no names
        self._past(":")
        return _composed(name)

    def _value(self, place: Place, lines: dict[Place, int]) -> None:
        """Pass over a value; note the lines of what is inside of it."""
        at = self._space()
        if self._text[at] == '"':
            _, self._at = scanstring(self._text, at + 1, True)  # noqa: FBT003 - it takes no names
            return
        opening = self._past("{[")
        if not opening:
            found = _SCALAR.match(self._text, at)
            self._at = found.end() if found else at
            return
        index = 0
        while not self._past("}]"):
            self._past(",")
            line = self._line()
            step: str | int = self._name() if opening == "{" else index
            lines[*place, step] = line
            self._value((*place, step), lines)
            index += 1
