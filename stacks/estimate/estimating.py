"""The estimate of a deployment: durations of earlier operations, or typical ones, along the critical path."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from stacks.cloudformation.changes import SERVICE
from stacks.estimate.critical_path import find_critical_path
from stacks.estimate.durations import AT_ONCE, Action, assumed_seconds
from stacks.rendered import references

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from stacks.cloudformation.changes import Change, Kind, StackChanges
    from stacks.estimate.history import PastOperation

LONGEST = 10**9
"""Highest number of seconds, and of operations, that a saved plan may name."""
ACTIONS: Mapping[Kind, Action] = {
    "add": "create",
    "change": "update",
    "replace": "replace",
    "remove": "delete",
    "import": "import",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A resource on the critical path; `learnt_from` counts the earlier operations behind its seconds."""

    path: str
    type: str
    action: Action
    seconds: Annotated[float, Field(ge=0, le=LONGEST)]
    learnt_from: Annotated[int, Field(ge=0, le=LONGEST)]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The duration of an operation in seconds, and the steps of its critical path, first to last.

    `every` has a step for each resource, on that path or not, and two for a replaced one.
    """

    seconds: Annotated[float, Field(ge=0, le=LONGEST)]
    steps: tuple[Step, ...]
    every: tuple[Step, ...]

    @property
    def learnt_from(self) -> int:
        """The number of earlier operations it is based on; 0 for typical durations."""
        return max((step.learnt_from for step in self.steps), default=0)

    def learnt(self) -> dict[tuple[str, str], float]:
        """Return the seconds of each path and action that are based on earlier operations."""
        return {(step.path, step.action): step.seconds for step in self.every if step.learnt_from}


def estimate_changes(
    changes: StackChanges, templates: Mapping[str, str], root: str, past: Iterable[PastOperation]
) -> Estimate | None:
    """Return the estimate for these changes; None if no resource changes.

    `templates` are texts by their `TemplateURL`, `root` is the key of the root template. A resource waits for those it
    refers to; what is proven not to change takes no time. Removed and replaced resources are deleted in parallel at the
    end: the order of these deletions is in the old templates, which are not read.
    """
    earlier = tuple(it for it in past if it.is_real)
    planned = {path: change for path, change in changes.paths() if change.certainty != "none"}
    steps_by_path = {path: _step(path, change, earlier) for path, change in planned.items()}
    deletions = [
        estimate_step(path, change.type, "delete", earlier)
        for path, change in planned.items()
        if change.kind in {"remove", "replace"}
    ]
    kept = {path: found for path, found in steps_by_path.items() if found.action != "delete"}
    needs = references.needs({name: json.loads(text) for name, text in templates.items()}, root)
    critical = find_critical_path({path: it.seconds for path, it in kept.items()}, needs)
    last = max(deletions, key=lambda it: it.seconds, default=None)
    steps = [kept[path] for path in critical if path in kept] + ([last] if last else [])
    return sum_steps(steps, [*kept.values(), *deletions])


def _step(path: str, change: Change, past: tuple[PastOperation, ...]) -> Step:
    """Return the same as `estimate_step`; a service that starts no tasks is updated at once."""
    action = ACTIONS[change.kind]
    if action == "update" and change.type == SERVICE and not change.starts_tasks:
        return Step(path=path, type=change.type, action=action, seconds=AT_ONCE, learnt_from=0)
    return estimate_step(path, change.type, action, past)


def sum_steps(steps: Collection[Step], every: Iterable[Step]) -> Estimate | None:
    """Return the estimate with these steps on its critical path; None without steps."""
    if not steps:
        return None
    return Estimate(seconds=sum(step.seconds for step in steps), steps=tuple(steps), every=tuple(every))


def estimate_step(path: str, resource_type: str, action: Action, past: tuple[PastOperation, ...]) -> Step:
    """Return the step with the median of earlier operations, or else a typical duration."""
    learnt = [earlier.seconds[path, action] for earlier in past if (path, action) in earlier.seconds]
    seconds = statistics.median(learnt) if learnt else assumed_seconds(resource_type, action)
    return Step(path=path, type=resource_type, action=action, seconds=seconds, learnt_from=len(learnt))
