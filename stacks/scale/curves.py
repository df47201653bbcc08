"""Loads that are made up, for a service that has no measurements yet. Each says so in its source."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stacks.scale.load import MINUTE, Load

if TYPE_CHECKING:
    from collections.abc import Mapping

SATURDAY = 5
LESSON, RUSH, GOING = 40, 5, 20
"""Minutes of the spike, in which everybody comes, and in which they go."""
DAY = 24 * 60
REQUESTS_PER_PERCENT = 6.0
"""Requests a minute for each percent of a task's CPU: a made-up figure."""
SESSIONS_PER_PERCENT = 0.2
"""Open sessions for each percent of a task's CPU: a made-up figure."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a load goes: the part, 0 to 1, of the way from trough to peak at a local time, and that in words."""

    words: str
    part: Callable[[dt.datetime], float]


def _bump(hour: float, middle: float, width: float) -> float:
    return math.exp(-(((hour - middle) / width) ** 2))


def _hour(time: dt.datetime) -> float:
    return time.hour + time.minute / 60


def _office_day(time: dt.datetime) -> float:
    """Two humps, before and after lunch, from Monday to Friday; a little at the weekend."""
    hour = _hour(time)
    part = min(1.0, _bump(hour, 10.5, 1.9) + 0.9 * _bump(hour, 15, 2.1))
    return part if time.weekday() < SATURDAY else 0.08 * part


def _spike(time: dt.datetime) -> float:
    """A course begins at 10:00 from Monday to Friday: within five minutes everybody is there, for forty minutes."""
    minutes = (time.hour - 10) * 60 + time.minute
    if time.weekday() >= SATURDAY or not 0 <= minutes < LESSON + GOING:
        return 0.05
    return min(1.0, (minutes + 1) / RUSH) if minutes < LESSON else max(0.05, 1 - (minutes - LESSON + 1) / GOING)


def _weekend(time: dt.datetime) -> float:
    """Long evenings on Saturday and Sunday, short ones in the week."""
    hour = _hour(time)
    return (1.0 if time.weekday() >= SATURDAY else 0.25) * _bump(hour, 19, 4)


def _steady(_: dt.datetime) -> float:
    """The same all the time: at the peak."""
    return 1.0


SHAPES: Mapping[str, Shape] = {
    "office-day": Shape(
        words="Monday to Friday from 8 to 18 with a lunch break, little at the weekend", part=_office_day
    ),
    "spike": Shape(words="Monday to Friday everybody at 10:00 for forty minutes, little otherwise", part=_spike),
    "weekend": Shape(words="evenings, four times as busy on Saturday and Sunday", part=_weekend),
    "steady": Shape(words="the same all the time", part=_steady),
}
"""By the name that `--curve` takes."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a made-up load is: percent of one task's CPU at its peak and trough, and of each task's memory."""

    peak: float = 250.0
    trough: float = 10.0
    memory: float = 50.0


def made_up(name: str, size: Size, *, start: dt.datetime, days: int, timezone: str) -> Load:
    """Return a load of this shape from the midnight before `start`, by the clock of a time zone."""
    shape, zone = SHAPES[name], ZoneInfo(timezone)
    first = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    times = ((first + minute * MINUTE).astimezone(zone) for minute in range(days * DAY))
    cpu = [size.trough + (size.peak - size.trough) * shape.part(time) for time in times]
    return Load(
        start=first,
        cpu=cpu,
        memory=[size.memory] * len(cpu),
        requests=[it * REQUESTS_PER_PERCENT for it in cpu],
        sessions=[it * SESSIONS_PER_PERCENT for it in cpu],
        source=f"the made-up curve {name}: {shape.words}; CPU from {size.trough:g} to {size.peak:g} % of one task's",
        is_made_up=True,
        assumptions=(
            f"Memory use is {size.memory:g} % of each task's, all the time.",
            (
                f"Each percent of a task's CPU is {REQUESTS_PER_PERCENT:g} requests a minute and "
                f"{SESSIONS_PER_PERCENT:g} open sessions."
            ),
        ),
    )
