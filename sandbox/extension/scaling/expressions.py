"""Schedules as Application Auto Scaling accepts them: cron, rate and at expressions, and time zones. No calendar."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_RATE = re.compile(r"rate\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\d+) (?:minute|hour|day)s)\)")
_AT = re.compile(r"at\(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\)")
_NO_ZONES = frozenset({"Factory", "localtime"})


def is_schedule(text: str) -> bool:
    """Whether the text is a cron, rate or at expression."""
    if _RATE.fullmatch(text) or _AT.fullmatch(text):
        return True
    fields = text.removeprefix("cron(").removesuffix(")").split(" ")
    if text[:5] + text[-1:] != "cron()" or len(fields) != len(_FIELDS):
        return False
    one_is_open = (fields[2] == "?") != (fields[4] == "?")
    return one_is_open and all(kind.fullmatch(field) for kind, field in zip(_FIELDS, fields, strict=True))


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone that Joda-Time has as well."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_ZONES)


def _field(low: int, high: int, names: tuple[str, ...] = (), *special: str, steps: bool = True) -> re.Pattern[str]:
    """Return the pattern of a field: lists of values and ranges, or one of the special forms, with `N` for a value."""
    value = "(?:" + "|".join([*names, *(f"0*{number}" for number in range(high, low - 1, -1))]) + ")"
    item = rf"(?:\*|{value}(?:-{value})?)" + (r"(?:/0*[1-9]\d*)?" if steps else "")
    forms = [rf"{item}(?:,{item})*", *(it.replace("N", value) for it in special)]
    return re.compile("|".join(f"(?:{it})" for it in forms), re.IGNORECASE)


_FIELDS = (
    _field(0, 59),
    _field(0, 23),
    _field(1, 31, (), r"\?", r"L(?:-\d+)?", "LW", "NW"),
    _field(1, 12, _MONTHS),
    _field(1, 7, _DAYS, r"\?", "L", "NL", "N#[1-5]", steps=False),
    _field(1970, 2199),
)
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html"""
