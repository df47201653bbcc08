"""The time axis of a chart: seconds to percent, and where its marks are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

STEPS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)
"""Seconds between two marks: what a clock has."""
MARKS = 8
"""Marks at most."""
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, kw_only=True)
class Axis:
    """From `start`, so many `seconds` (more than 0) long."""

    start: dt.datetime
    seconds: float

    @property
    def step(self) -> float:
        """Seconds between two marks."""
        return next((step for step in STEPS if self.seconds / step <= MARKS), self.seconds / MARKS)

    @property
    def ticks(self) -> tuple[float, ...]:
        """The marks, in seconds from the start."""
        return tuple(self.step * number for number in range(int(self.seconds / self.step + 1e-9) + 1))

    def percent(self, seconds: float) -> float:
        """So many seconds as a part of the whole."""
        return 100 * seconds / self.seconds


def label(seconds: float) -> str:
    """Return `0.5 s`, `30 s`, `1:30`, `2:00:00`."""
    if seconds < MINUTE:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes}:{rest:02d}" if seconds < HOUR else f"{minutes // MINUTE}:{minutes % MINUTE:02d}:{rest:02d}"
