"""When scheduled actions run: `cron`, `rate` and `at` expressions on the calendar, with daylight saving time.

https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html and, for the
fields, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html. The expressions are valid:
settings check them, and AWS has accepted what is deployed.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from templates.autoscaling.expressions import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.scale.policies import ScheduledAction

DAY, WEEK = dt.timedelta(days=1), 7
FRIDAY, SUNDAY = 4, 6
"""As `datetime.weekday` counts."""
CRON_FIELDS = 6


def occurrences(action: ScheduledAction, begin: dt.datetime, end: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the times in UTC, oldest first, from `begin` to before `end` at which an action runs.

    "If you specify a start time, Application Auto Scaling performs the action at this time, and then performs the
    action based on the specified recurrence." After its end time it does not run. A rate without a start time counts
    from `begin`, because nobody knows when its action was made.
    """
    first = begin if action.start is None else max(begin, action.start)
    last = end if action.end is None else min(end, action.end + dt.timedelta(seconds=1))
    kind, _, inside = action.schedule.removesuffix(")").partition("(")
    if kind == "rate":
        found = _rate(inside, action.start or begin, first, last)
    elif kind == "at":
        found = _local_time(dt.datetime.fromisoformat(inside), ZoneInfo(action.timezone))
    else:
        found = _cron(inside, ZoneInfo(action.timezone), first, last)
        if action.start is not None and begin <= action.start < end:
            yield action.start
            found = (it for it in found if it != action.start)
    yield from (it for it in found if first <= it < last)


def _rate(inside: str, anchor: dt.datetime, first: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
    value, unit = inside.split(" ")
    step = dt.timedelta(**{f"{unit.removesuffix('s')}s": int(value)})
    time = anchor + max(0, -((anchor - first) // step)) * step
    while time < last:
        yield time
        time += step


def _cron(inside: str, zone: ZoneInfo, first: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
    # Seven fields begin with seconds, which are not kept: "the finest resolution is 1 minute".
    minute, hour, date, month, weekday, year = inside.split()[-CRON_FIELDS:]
    times = [dt.time(h, m) for h in sorted(HOUR.values(hour)) for m in sorted(MINUTE.values(minute))]
    months, years = MONTH.values(month), YEAR.values(year)
    day = first.astimezone(zone).date() - DAY
    while day <= last.astimezone(zone).date():
        if day.year in years and day.month in months and _is_day(day, date, weekday):
            for time in times:
                yield from _local_time(dt.datetime.combine(day, time), zone)
        day += DAY


def _local_time(wanted: dt.datetime, zone: ZoneInfo) -> Iterator[dt.datetime]:
    """Yield a wall clock's time in UTC: nothing if the clock skips it, the first one if the clock shows it twice.

    This is what EventBridge Scheduler documents; Application Auto Scaling says only that it "automatically adjusts":
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
    """
    found = wanted.replace(tzinfo=zone).astimezone(dt.UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted:
        yield found


def _is_day(day: dt.date, date: str, weekday: str) -> bool:
    """Whether it is one of the days of the month, or of the days of the week where those are `?`."""
    return _is_weekday(day, weekday) if date == "?" else _is_date(day, date)


def _is_date(day: dt.date, text: str) -> bool:
    """Whether it is a day of the month: `1,15`, `L` and `L-2` from the end, `LW` and `15W` for the nearest weekday."""
    length = monthrange(day.year, day.month)[1]
    if re.fullmatch(r"L(?:-\d+)?", text):
        return day.day == length - int(text.removeprefix("L").removeprefix("-") or 0)
    if text == "LW":
        return day == _nearest_weekday(day.replace(day=length))
    if found := re.fullmatch(r"(\d+)W", text):
        return int(found[1]) <= length and day == _nearest_weekday(day.replace(day=int(found[1])))
    return day.day in DAY_OF_MONTH.values(text)


def _nearest_weekday(day: dt.date) -> dt.date:
    """Return the Monday to Friday that is nearest to a day, in the same month."""
    if day.weekday() <= FRIDAY:
        return day
    before = day - DAY * (day.weekday() - FRIDAY)
    after = day + DAY * (WEEK - day.weekday())
    nearest, other = (after, before) if day.weekday() == SUNDAY else (before, after)
    return nearest if nearest.month == day.month else other


def _is_weekday(day: dt.date, text: str) -> bool:
    """Whether it is a day of the week: `MON-FRI`, `6L` for the last Friday of the month, `3#1` for its first Tuesday.

    `L` alone is Saturday, the last day of AWS's week.
    """
    number = (day.weekday() + 1) % WEEK + 1  # AWS counts from Sunday, which is 1
    if text == "L":
        return number == WEEK
    if text.endswith("L"):
        return number == DAY_OF_WEEK.number(text[:-1]) and (day + DAY * WEEK).month != day.month
    name, hash_sign, nth = text.partition("#")
    if hash_sign:
        return number == DAY_OF_WEEK.number(name) and (day.day - 1) // WEEK + 1 == int(nth)
    return number in DAY_OF_WEEK.values(text)
