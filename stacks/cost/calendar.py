"""When the schedules of autoscaling come: `cron(...)`, `rate(...)` and `at(...)` as times.

https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from templates.autoscaling.expressions import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

SATURDAY, SUNDAY = 5, 6
"""Of `date.weekday()`."""
DAYS_OF_WEEK = 7


def occurrences(expression: str, zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the times of a valid expression after `start` and until `end`, in their order, in UTC.

    `zone` is that of `cron` and `at`; a rate counts from `start`. A local time that daylight saving time skips never
    comes, one that comes twice counts once, as EventBridge Scheduler documents it
    (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
    """
    kind, _, inside = expression.removesuffix(")").partition("(")
    if kind == "rate":
        return _rate(inside, start, end)
    times = _cron(inside, ZoneInfo(zone), start, end) if kind == "cron" else _at(inside, ZoneInfo(zone))
    return (it for it in times if start < it <= end)


def _rate(inside: str, start: datetime, end: datetime) -> Iterator[datetime]:
    number, unit = inside.split(" ")
    every = timedelta(**{f"{unit.removesuffix('s')}s": int(number)})
    return (start + every * count for count in range(1, int((end - start) / every) + 1))


def _at(inside: str, zone: ZoneInfo) -> Iterator[datetime]:
    yield datetime.fromisoformat(inside).replace(tzinfo=zone).astimezone(UTC)


def _cron(inside: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    minute, hour, date_field, month, weekday, year = inside.split(" ")
    times = list(product(sorted(HOUR.values(hour)), sorted(MINUTE.values(minute))))
    months, years = MONTH.values(month), YEAR.values(year)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if day.year in years and day.month in months and _is_on(day, date_field, weekday):
            for hours, minutes in times:
                local = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=zone)
                at = local.astimezone(UTC)
                if at.astimezone(zone) == local:
                    yield at
        day += timedelta(days=1)


def _is_on(day: date, date_field: str, weekday: str) -> bool:
    return _is_date(day, date_field) if weekday == "?" else _is_weekday(day, weekday)


def _is_date(day: date, text: str) -> bool:
    """Whether a day is one of a field for the day of the month: numbers, `L`, `L-3`, `LW` or `15W`."""
    length = monthrange(day.year, day.month)[1]
    found = re.fullmatch(DAY_OF_MONTH.special, text)
    if found is None:
        return day.day in DAY_OF_MONTH.values(text)
    if text == "LW":
        return day == _nearest(day.replace(day=length))
    if found["near"]:
        wanted = int(found["near"])
        return wanted <= length and day == _nearest(day.replace(day=wanted))
    return day.day == length - int(text.removeprefix("L").removeprefix("-") or 0)


def _nearest(day: date) -> date:
    """Return the weekday nearest to a day, in the same month."""
    length = monthrange(day.year, day.month)[1]
    if day.weekday() == SATURDAY:
        return day + timedelta(days=2) if day.day == 1 else day - timedelta(days=1)
    if day.weekday() == SUNDAY:
        return day - timedelta(days=2) if day.day == length else day + timedelta(days=1)
    return day


def _is_weekday(day: date, text: str) -> bool:
    """Whether a day is one of a field for the day of the week: `MON-FRI`, `6L` or `TUE#2`; Sunday is 1."""
    own = (day.weekday() + 1) % DAYS_OF_WEEK + 1
    found = re.fullmatch(DAY_OF_WEEK.special, text)
    if found is None:
        return own in DAY_OF_WEEK.values(text)
    if found["nth"]:
        return own == DAY_OF_WEEK.number(found["nth"]) and (day.day - 1) // DAYS_OF_WEEK + 1 == int(text[-1])
    if found["last"]:
        is_last = day.day + DAYS_OF_WEEK > monthrange(day.year, day.month)[1]
        return own == DAY_OF_WEEK.number(found["last"]) and is_last
    return own == DAYS_OF_WEEK  # `L` alone is the last day of the week, Saturday
