"""A replay by the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.scale.comparison import Side
    from stacks.scale.load import Load

HOUR = 60


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day, or the part of it that the load has: tasks that are paid for, the desired count, the load's most CPU."""

    start: dt.datetime
    average: float
    smallest: int
    largest: int
    cost: float | None
    cpu: str


def by_day(side: Side, load: Load, timezone: str, size: int = 0) -> Iterator[Day]:
    """Yield each day of a time zone; with `size`, each period of so many minutes from the beginning on."""
    zone = ZoneInfo(timezone)
    begin = 0
    while begin < load.minutes:
        start = load.time(begin).astimezone(zone)
        end = min(begin + size if size else begin + _left(start), load.minutes)
        billed, desired = side.replay.billed[begin:end], side.replay.desired[begin:end]
        cpu = [it for it in load.cpu[begin:end] if it is not None]
        yield Day(
            start=start,
            average=sum(billed) / len(billed),
            smallest=min(desired),
            largest=max(desired),
            cost=None if side.price is None else sum(map(side.price, billed)) / HOUR,
            cpu=f"{max(cpu):,.0f}" if cpu else "-",
        )
        begin = end


def _left(start: dt.datetime) -> int:
    """Return the minutes until the next midnight by the clock."""
    following = dt.datetime.combine(start.date() + dt.timedelta(days=1), dt.time(), tzinfo=start.tzinfo)
    return max(int((following.astimezone(dt.UTC) - start.astimezone(dt.UTC)).total_seconds()) // HOUR, 1)
