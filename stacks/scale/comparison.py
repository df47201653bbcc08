"""One load, several settings: what each does with it, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.scale.findings import Finding, findings_about
from stacks.scale.load import Load, at
from stacks.scale.policies import CPU, MEMORY, REQUESTS, ScalableTarget
from stacks.scale.replay import Replay, replay
from stacks.scale.service import Pace
from stacks.scale.summary import Price, Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


ASSUMPTIONS = (
    "A data point of a minute is there when the minute is over, and alarms are evaluated then.",
    (
        "AWS does not document by how much target tracking scales in: here to the capacity that the highest of the 15 data "
        "points needs, rounded up."
    ),
    "AWS does not document whether tasks are removed while those of a scale-out start: here they are not.",
    (
        "The cooldown period of a scale-in holds for all policies, that of a scale-out for its own policy; it begins when "
        "the added tasks run."
    ),
    (
        "CPU demand and requests are shared out evenly among the running tasks. Memory use is each task's, and stays the "
        "same however many there are."
    ),
    "No deployment is in progress: during one, AWS removes no tasks.",
    "A metric of step scaling that is not the service's own stays what it was.",
)
"""What the replay assumes because AWS does not document it, or because a load does not tell."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A scalable target with a name, and with what it is in words."""

    name: str
    words: str
    target: ScalableTarget
    price: Price | None = None


@dataclass(frozen=True, kw_only=True)
class Side:
    """What some settings do with the load."""

    name: str
    words: str
    replay: Replay
    summary: Summary
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A load and what settings do with it; `currency` is "" without prices, and `why_no_cost` says why.

    `measured_task_hours` is what really ran, where that is known.
    """

    environment: str
    load: Load
    sides: tuple[Side, ...]
    pace: Pace
    assumptions: tuple[str, ...]
    timezone: str = "UTC"
    currency: str = ""
    why_no_cost: str = ""
    measured_task_hours: float | None = None


def compare(load: Load, settings: Sequence[Settings], pace: Pace) -> tuple[Side, ...]:
    """Return what each does with the load; all begin with the tasks that were measured first, if any were."""
    first = next((round(it) for it in load.tasks if it is not None), None)
    return tuple(_side(it, load, pace, first) for it in settings)


def _side(settings: Settings, load: Load, pace: Pace, tasks: int | None) -> Side:
    done = replay(load, settings.target, pace=pace, tasks=tasks)
    summary = summarise(done, load, settings.price)
    return Side(
        name=settings.name,
        words=settings.words,
        replay=done,
        summary=summary,
        findings=tuple(findings_about(done, summary, load)),
    )


def measured_hours(load: Load) -> float | None:
    """Return the task-hours that were measured; minutes without a measurement count as the average of the others."""
    known = [it for it in load.tasks if it is not None]
    return sum(known) / len(known) * load.minutes / 60 if known else None


def unmeasured(load: Load, target: ScalableTarget) -> Iterator[str]:
    """Yield the policies whose metric the load does not have: in the replay they do nothing."""
    known = {CPU: load.cpu, MEMORY: load.memory, REQUESTS: load.requests}
    for policy in target.tracking:
        if not any(it is not None for it in known.get(policy.metric, ())):
            yield policy.name
    for step in target.steps:
        series = known.get(step.metric, load.metrics.get(step.name, ()))
        if all(at(series, minute) is None for minute in range(len(series))):
            yield step.name
