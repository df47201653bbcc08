"""What a service had to do, minute by minute, whatever the number of its tasks was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

MINUTE = dt.timedelta(minutes=1)
Series: TypeAlias = Sequence[float | None]
"""A value a minute; None where there is none."""
WHOLE = 100.0
"""Percent of CPU that one task has."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """A load from `start` (UTC, a whole minute) on. All series that are not empty are equally long.

    `cpu` is the demand in percent of one task's CPU: 250 keeps two and a half tasks busy. `memory` is percent of a
    task's memory, in each task. `requests` and `sessions` are the whole service's, in that minute. `tasks` is how many
    ran when it was measured. `metrics` are those of step scaling, by the policy's name; they stay what they were.
    `source` says in words where it comes from, `assumptions` what was assumed to get it.
    """

    start: dt.datetime
    cpu: Series = ()
    memory: Series = ()
    requests: Series = ()
    sessions: Series = ()
    tasks: Series = ()
    metrics: Mapping[str, Series] = field(default_factory=dict)
    source: str = ""
    is_made_up: bool = False
    assumptions: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """How long it is."""
        return max(len(it) for it in (self.cpu, self.memory, self.requests, self.tasks, *self.metrics.values()))

    @property
    def end(self) -> dt.datetime:
        """The first minute after it."""
        return self.start + self.minutes * MINUTE

    def time(self, minute: int) -> dt.datetime:
        """Return when a minute begins."""
        return self.start + minute * MINUTE


def at(series: Series, minute: int) -> float | None:
    """Return the value of a minute; None where the series is empty or has none."""
    return series[minute] if minute < len(series) else None


def with_cpu(load: Load, requests_per_task: float | None) -> Load:
    """Return the load with a CPU demand from its requests, where it has none and it is known how many fill a task."""
    if load.cpu or not load.requests or requests_per_task is None:
        return load
    cpu = [None if it is None else it / requests_per_task * WHOLE for it in load.requests]
    words = f"CPU follows requests: {requests_per_task:g} a minute keep a task's CPU wholly busy."
    return replace(load, cpu=cpu, assumptions=(*load.assumptions, words))
