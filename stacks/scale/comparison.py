"""One load, several settings: what each does with it, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.scale.findings import Finding, findings_about
from stacks.scale.load import WHOLE, Load, at
from stacks.scale.policies import CPU, MEMORY, REQUESTS, ScalableTarget
from stacks.scale.replay import Replay, replay
from stacks.scale.service import Pace
from stacks.scale.summary import Price, Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


ASSUMPTIONS = (
    "A data point of a minute is there when the minute is over, and alarms are evaluated then.",
    "Target tracking removes what the highest of 15 data points leaves over, in whole tasks; AWS documents no rule.",
    "No task is removed while tasks of a scale-out start; AWS documents no rule.",
    "A scale-in's cooldown holds for all policies; a scale-out's for its own, from when the added tasks run.",
    "CPU demand and requests are shared out evenly among the running tasks.",
    "Memory use is that of each task, and stays the same however many there are.",
    "No deployment is in progress: during one, AWS removes no tasks.",
    "A metric of step scaling that is not the service's own stays what it was.",
)
"""What the replay assumes because AWS does not document it, or because a load does not say it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A scalable target with a name, and with what it is in words.

    The factors say how many tasks of these settings have the CPU and the memory of one task of the load.
    """

    name: str
    words: str
    target: ScalableTarget
    price: Price | None = None
    cpu_factor: float = 1.0
    memory_factor: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Side:
    """What some settings do with the load; `load` is that for the size of their tasks."""

    name: str
    words: str
    load: Load
    replay: Replay
    summary: Summary
    findings: tuple[Finding, ...]
    price: Price | None = None


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


def assumptions(load: Load, settings: Sequence[Settings], pace: Pace) -> tuple[str, ...]:
    """Return what is assumed in this comparison, what is particular to it first.

    Raises UserError if no policy and no schedule of any settings could do anything.
    """
    silent = dict.fromkeys(name for it in settings for name in unmeasured(load, it.target))
    scales = [name for it in settings for name in (*it.target.tracking, *it.target.steps, *it.target.schedules)]
    if scales and all(len([*unmeasured(load, it.target)]) == _parts(it.target) for it in settings):
        raise UserError(
            "load",
            f"it has none of the metrics that anything scales by: {', '.join(silent)}",
            "Add a column with one of them, or --requests-per-task N, which derives CPU from requests.",
            code=Code.FILE,
        )
    found = [f"The load has no {name}: that policy does nothing here." for name in silent]
    found.append(
        f"A task takes load {pace.start} min after it is asked for, and is paid for until {pace.drain} min after it is "
        "removed."
    )
    return (*load.assumptions, *found, *ASSUMPTIONS)


def _parts(target: ScalableTarget) -> int:
    return len(target.tracking) + len(target.steps) + len(target.schedules)


def compare(load: Load, settings: Sequence[Settings], pace: Pace) -> tuple[Side, ...]:
    """Return what each does with the load; all begin with the tasks that were measured first, if any were."""
    first = next((round(it) for it in load.tasks if it is not None), None)
    return tuple(_side(it, load, pace, first) for it in settings)


def _side(settings: Settings, load: Load, pace: Pace, tasks: int | None) -> Side:
    own = _for_size(load, settings)
    done = replay(own, settings.target, pace=pace, tasks=tasks)
    summary = summarise(done, own, settings.price)
    return Side(
        name=settings.name,
        words=settings.words,
        load=own,
        replay=done,
        summary=summary,
        findings=tuple(findings_about(done, summary, own)),
        price=settings.price,
    )


def _for_size(load: Load, settings: Settings) -> Load:
    """Return the load in percent of these settings' tasks."""
    cpu, memory = settings.cpu_factor, settings.memory_factor
    if cpu == memory == 1:
        return load
    return replace(
        load,
        cpu=[None if it is None else it * cpu for it in load.cpu],
        memory=[None if it is None else min(it * memory, WHOLE) for it in load.memory],
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
