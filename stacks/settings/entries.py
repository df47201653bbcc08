"""One setting as one source gives it, before anybody has looked whether it makes sense."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.settings.keys import Path
from stacks.settings.problems import Problem


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """In the place of a value that cannot be used; `why` says what is wrong with it.

    `suggestion` is what was probably meant, and `meant` that key's path: it is not to be called missing as well.
    """

    why: str
    suggestion: str = ""
    meant: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A key with its value.

    `path` is where the key belongs, whether or not there is such a key; `name` and `text` are key and value as the
    source writes them. A `value` of None (`null`) takes back what earlier sources set.
    """

    source: str
    line: int | None = None
    name: str
    path: Path
    text: str
    value: object

    def problem(self, why: str, suggestion: str = "") -> Problem:
        """Something is wrong with this entry."""
        return Problem(
            source=self.source, line=self.line, key=self.name, value=self.text, why=why, suggestion=suggestion
        )


class UnreadableError(Exception):
    """A whole source cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
