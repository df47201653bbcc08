"""An estimate: typical durations, then what was learnt, along the critical path of what changes."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import durations
from stacks.durations import Action
from stacks.estimate import critical_path, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.changes import Change, Kind, StackChanges
    from stacks.history import Past

ACTIONS: Mapping[Kind, Action] = {
    "add": "create",
    "change": "update",
    "replace": "replace",
    "remove": "delete",
    "import": "import",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A resource on the critical path; `learnt_from` counts the earlier operations that tell its seconds."""

    path: str
    type: str
    action: Action
    seconds: float
    learnt_from: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a deployment will take, in seconds, and the steps of its critical path, first to last."""

    seconds: float
    steps: tuple[Step, ...]

    @property
    def learnt_from(self) -> int:
        """How many earlier operations it stands on; 0 where it stands on typical durations."""
        return max((step.learnt_from for step in self.steps), default=0)


def of(changes: StackChanges, templates: Mapping[str, str], root: str, past: Iterable[Past]) -> Estimate | None:
    """The estimate for these changes, or None where no resource changes.

    `templates` are texts by what `TemplateURL` says, `root` is the name of the first. What changes waits for what it
    refers to; what is proven not to change takes no time. What is removed or replaced goes at the end, all side by
    side, since the templates that tell its order are those of then.
    """
    earlier = tuple(past)
    planned = {path: change for path, change in changes.paths() if change.certainty != "none"}
    doing = {path: _step(path, change, ACTIONS[change.kind], earlier) for path, change in planned.items()}
    going = [
        _step(path, change, "delete", earlier)
        for path, change in planned.items()
        if change.kind in {"remove", "replace"}
    ]
    kept = {path: step for path, step in doing.items() if step.action != "delete"}
    needs = references.needs({name: json.loads(text) for name, text in templates.items()}, root)
    found = critical_path.find({path: step.seconds for path, step in kept.items()}, needs)
    last = max(going, key=lambda step: step.seconds, default=None)
    steps = [kept[path] for path in found.names if path in kept] + ([last] if last else [])
    return Estimate(seconds=sum(step.seconds for step in steps), steps=tuple(steps)) if steps else None


def _step(path: str, change: Change, action: Action, past: tuple[Past, ...]) -> Step:
    """What earlier operations tell, by their median; a typical duration where they do not."""
    learnt = [earlier.seconds[path, action] for earlier in past if (path, action) in earlier.seconds]
    seconds = statistics.median(learnt) if learnt else durations.assumed(change.type, action)
    return Step(path=path, type=change.type, action=action, seconds=seconds, learnt_from=len(learnt))
