"""When a scheduled action happens, and what it sets, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.status import Scheduled

_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
"""In the order of a cron expression's numbers, 1 to 7."""
_CRON = re.compile(
    r"cron\((?P<minute>\d{1,2}) (?P<hour>\d{1,2}) (?P<date>[^ ]+) (?P<month>[^ ]+) (?P<day>[^ ]+) (?P<year>[^ ]+)\)"
)
_AT = re.compile(r"at\((?P<date>[\d-]+)T(?P<time>\d\d:\d\d)(?::00)?\)")
_RATE = re.compile(r"rate\(1 (?P<unit>minute|hour|day)\)|rate\((?P<every>[^()]+)\)")
_ANY = frozenset({"*", "?"})


def line(it: Scheduled) -> str:
    """Return `from Mon-Fri 22:00 Asia/Seoul: 0 to 0 (night)`."""
    return f"from {_when(it.schedule)}{_zone(it)}: {_limits(it)} ({it.name})"


def _zone(it: Scheduled) -> str:
    return "" if it.schedule.startswith("rate(") else f" {it.timezone}"


def _limits(it: Scheduled) -> str:
    if it.maximum is None:
        return f"{it.minimum} or more"
    return f"{it.maximum} at most" if it.minimum is None else f"{it.minimum} to {it.maximum}"


def _when(schedule: str) -> str:
    """Return the days and the time where the expression has no more to say, or the expression itself.

    https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
    """
    if cron := _CRON.fullmatch(schedule):
        days = _days(cron["day"])
        if days and {cron["date"], cron["month"], cron["year"]} <= _ANY:
            return f"{days} {int(cron['hour']):02}:{int(cron['minute']):02}"
    if at := _AT.fullmatch(schedule):
        return f"{at['date']} {at['time']}"
    if rate := _RATE.fullmatch(schedule):
        return f"every {rate['unit'] or rate['every']}"
    return schedule


def _days(expression: str) -> str:
    """Return `MON-FRI`, `2-6`, `SAT,SUN` with the names of days; "" for what is none of these, such as `3#1`."""
    if expression in _ANY:
        return "every day"
    found = []
    for part in expression.split(","):
        names = [_day(end) for end in part.split("-")]
        if not all(names):
            return ""
        found.append("-".join(names))
    return ", ".join(found)


def _day(word: str) -> str:
    if re.fullmatch("[1-7]", word):
        return _DAYS[int(word) - 1]
    return word.capitalize() if word.capitalize() in _DAYS else ""
