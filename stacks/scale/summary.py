"""What a replay comes to: hours of tasks, minutes above the targets, scale-outs and scale-ins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from stacks.scale.load import at
from stacks.scale.policies import CPU, MEMORY, REQUESTS

if TYPE_CHECKING:
    from stacks.scale.load import Load, Series
    from stacks.scale.replay import Replay

MINUTES = 60
Price: TypeAlias = Callable[[int], float]
"""What so many tasks cost an hour."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The figures of a replay. `cost` is None without prices, `sessions_ended` where sessions are not known.

    `above_target` has the minutes by metric, of those that are tracked; `largest_backlog` is in minutes of one task's
    whole CPU.
    """

    task_hours: float
    cost: float | None
    above_target: dict[str, int]
    minutes_at_maximum: int
    minutes_short_at_maximum: int
    minutes_without_tasks: int
    scale_outs: int
    scale_ins: int
    scheduled_changes: int
    tasks_removed: int
    sessions_ended: float | None
    largest_backlog: float
    minutes_with_backlog: int
    smallest: int
    largest: int


def summarise(replay: Replay, load: Load, price: Price | None = None) -> Summary:
    """Return the figures of a replay."""
    hours = sum(replay.billed) / MINUTES
    by_policy = [it for it in replay.activities if not it.is_scheduled]
    ended = [it.ended for it in replay.activities if it.ended is not None]
    return Summary(
        task_hours=hours,
        cost=None if price is None else _cost(replay, price),
        above_target={
            it.metric: _minutes_above(measured(replay, load, it.metric), it.target) for it in replay.target.tracking
        },
        minutes_at_maximum=sum(a == b for a, b in zip(replay.desired, replay.maximum, strict=True)),
        minutes_short_at_maximum=len(replay.at_maximum),
        minutes_without_tasks=sum(it == 0 for it in replay.running),
        scale_outs=sum(it.after > it.before for it in by_policy),
        scale_ins=sum(it.after < it.before for it in by_policy),
        scheduled_changes=sum(it.is_scheduled for it in replay.activities),
        tasks_removed=sum(max(it.before - it.after, 0) for it in replay.activities),
        sessions_ended=sum(ended) if load.sessions else None,
        largest_backlog=max(replay.backlog, default=0.0),
        minutes_with_backlog=sum(it > 0 for it in replay.backlog),
        smallest=min(replay.desired, default=0),
        largest=max(replay.desired, default=0),
    )


def _cost(replay: Replay, price: Price) -> float:
    return sum(price(tasks) * minutes for tasks, minutes in Counter(replay.billed).items()) / MINUTES


def measured(replay: Replay, load: Load, metric: str) -> Series:
    """Return a metric of the service as it was in the replay; empty for one that is not known."""
    if metric == MEMORY:
        return [at(load.memory, minute) if running else None for minute, running in enumerate(replay.running)]
    return {CPU: replay.cpu, REQUESTS: replay.requests}.get(metric, ())


def _minutes_above(values: Series, target: float) -> int:
    return sum(it is not None and it > target for it in values)
