"""What can be wrong with settings: all problems are found first, and reported together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to correct; `str()` is the line that is printed.

    `source` is a file, `--var` or a folder; `line` counts from 1, where it is known. `key` is written as the source
    writes it (`ecs.cpu` in TOML, `ecs_cpu` as a variable), or "" where the whole source is meant; `value` is the value
    as text.
    """

    source: str
    line: int | None = None
    key: str = ""
    value: str | None = None
    why: str
    suggestion: str = ""

    @property
    def subject(self) -> str:
        """Where it is, and what: `environments/prod.toml:7: ecs.memory = 16000`."""
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        if not self.key:
            return where
        return f"{where}: {self.key}" if self.value is None else f"{where}: {self.key} = {self.value}"

    @property
    def reason(self) -> str:
        """Why it cannot be, and what was probably meant."""
        return f'{self.why}; did you mean "{self.suggestion}"?' if self.suggestion else self.why

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


class SettingsError(UserError):
    """The settings of an environment cannot be used; `problems` has everything that is wrong with them.

    `str()` is one line a problem, below a header where there are several.
    """

    def __init__(self, environment: str, problems: Sequence[Problem], then: str = "") -> None:
        self.problems = tuple(problems)
        if len(self.problems) == 1:
            what, why, lines = self.problems[0].subject, self.problems[0].reason, []
        else:
            what, why = f"settings of {environment}", f"{len(self.problems)} problems"
            lines = [str(problem) for problem in self.problems]
        super().__init__(what, why, "\n".join([*lines, *([then] if then else [])]), code=Code.SETTINGS)

    def document(self) -> dict[str, Any]:
        """Return the error with its problems one by one."""
        shown = super().document()
        return {"error": shown["error"] | {"problems": [asdict(problem) for problem in self.problems]}}
