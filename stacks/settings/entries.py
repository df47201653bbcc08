"""One setting as one source gives it, before anybody has looked whether it makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stacks.settings.forms import Place
from stacks.settings.keys import Path, dotted_name
from stacks.settings.problems import Problem
from stacks.settings.wording import escape_and_cut, format_value


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """In the place of a value that cannot be used; `why` says what is wrong with it.

    `suggestion` is what was probably meant, and `meant` that key's path: it is not to be called missing as well.
    """

    why: str
    suggestion: str = ""
    meant: Path | None = None


def usable(value: object) -> object:
    """Return the value, or the first `Unusable` in it, or one where it is nested deeper than any setting."""
    left = [(value, 0)]
    while left:
        found, depth = left.pop()
        if isinstance(found, Unusable):
            return found
        if depth > _DEEPEST:
            return Unusable(why="is nested too deeply")
        inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        left += [(item, depth + 1) for item in inner]
    return value


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A key with its value, or a table that is there: its value is `{}`, and its keys have entries of their own.

    `path` is where the key belongs, whether or not there is such a key; `name` and `text` are key and value as the
    source writes them. A `value` of None (`null`) takes back what earlier sources set. `lines` are those of the places
    inside the value, as far as they are known. Where `is_item`, the value is written without the list that the key
    takes: it is its one item.
    """

    source: str
    line: int | None = None
    name: str
    path: Path
    text: str
    value: object
    lines: Mapping[Place, int] = field(default_factory=dict)
    is_item: bool = False

    def inside(self, place: Place) -> Place:
        """Return the place in what the source writes for a place in the key's value."""
        return place[1:] if self.is_item else place

    def has(self, inside: Place) -> bool:
        """Whether there is something at this place inside the value."""
        return not inside or _at(self.value, inside) is not _NOTHING

    def named(self, inside: Place) -> str:
        """Return the name of a place inside: `ecs_sidecars[1].image`."""
        steps = dotted_name(inside)
        return f"{self.name}{steps if steps.startswith('[') or not steps else f'.{steps}'}"

    def written(self, inside: Place) -> str:
        """Return the value at a place inside that it has, as text."""
        return format_value(_at(self.value, inside)) if inside else self.text

    def line_of(self, inside: Place) -> int | None:
        """Return the line of a place inside, or of the nearest one around it that is known."""
        around = (inside[:length] for length in range(len(inside), 0, -1))
        return next((self.lines[place] for place in around if place in self.lines), self.line)

    def problem(self, why: str, suggestion: str = "", *, inside: Place = ()) -> Problem:
        """Something is wrong with this entry, or at a place inside of it."""
        return Problem(
            source=self.source,
            line=self.line_of(inside),
            key=self.named(inside),
            value=self.written(inside),
            why=why,
            suggestion=escape_and_cut(suggestion),
        )


_NOTHING = object()
_DEEPEST = 20


def _at(value: Any, inside: Place) -> object:  # noqa: ANN401 - what a source writes can be anything
    for step in inside:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return _NOTHING
    return value


class UnreadableError(Exception):
    """A whole source cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
