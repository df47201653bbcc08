"""Schedule expressions: `cron(...)`, `rate(...)` and `at(...)`, as Application Auto Scaling takes them.

https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html and, for the
fields, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass

FORM = r"(?:cron|rate|at)\([^()]+\)"
"""The outer form; what is between the parentheses is checked for each."""
MAX_RATE = 2**31 - 1
"""Of a rate's value: a positive integer, and AWS's are 32 bits wide."""
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month, of February in a leap year."""
FEBRUARY = 2
LAST_TIME = (23, 59, 59)
"""The last hour, minute and second."""
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class ExpressionError(ValueError):
    """The expression is not valid; the message says why and follows a colon."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One of the six fields of a cron expression. `special` matches what only this field accepts, without commas."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    steps: bool = True
    special: str = ""

    @property
    def allowed(self) -> str:
        """The range in words: `1 to 12 or JAN to DEC`."""
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.low} to {self.high}{names}"

    def number(self, word: str) -> int:
        """Return the value of a number or a name. Raises ExpressionError."""
        if word.upper() in self.names:
            return self.names.index(word.upper()) + self.low
        if not re.fullmatch("[0-9]{1,4}", word) or not self.low <= int(word) <= self.high:
            raise ExpressionError(f"the {self.name} {word!r} is not in {self.allowed}")
        return int(word)

    def values(self, text: str) -> frozenset[int]:
        """Return the values of a field with its lists, ranges, steps and `*`. Raises ExpressionError."""
        return frozenset(value for part in text.split(",") for value in self._part(part))

    def _part(self, part: str) -> range:
        span, slash, step = part.partition("/")
        if slash and not self.steps:
            raise ExpressionError(f"the {self.name} {part!r} has a /, which this field does not accept")
        if slash and not (re.fullmatch("[0-9]{1,4}", step) and 1 <= int(step) <= self.high):
            raise ExpressionError(f"the {self.name} {part!r} has no whole number from 1 to {self.high} after its /")
        every = int(step) if slash else 1
        if span == "*":
            return range(self.low, self.high + 1, every)
        first, dash, last = span.partition("-")
        start = self.number(first)
        if not dash:
            return range(start, self.high + 1 if slash else start + 1, every)
        if (end := self.number(last)) < start:
            raise ExpressionError(f"the {self.name} {span!r} goes backwards; write two with a comma between")
        return range(start, end + 1, every)


MINUTE = Field(name="minute", low=0, high=59)
HOUR = Field(name="hour", low=0, high=23)
DAY_OF_MONTH = Field(
    name="day of the month", low=1, high=31, special=r"L(?:-(?:[1-9]|[12][0-9]|30))?|LW|(?P<near>[0-9]{1,2})W"
)
MONTH = Field(name="month", low=1, high=12, names=MONTHS)
DAY_OF_WEEK = Field(
    name="day of the week",
    low=1,
    high=7,
    names=WEEKDAYS,
    steps=False,
    special=r"(?P<last>[0-9]|[A-Za-z]{3})?L|(?P<nth>[0-9]|[A-Za-z]{3})#[1-5]",
)
YEAR = Field(name="year", low=1970, high=2199)
FIELDS = 6


def check_expression(expression: str) -> None:
    """Raise ExpressionError if Application Auto Scaling would reject the expression, or if its time never comes."""
    if not re.fullmatch(FORM, expression):
        raise ExpressionError("is not cron(...), rate(...) or at(...)")
    kind, _, inside = expression.removesuffix(")").partition("(")
    {"cron": _cron, "rate": _rate, "at": _at}[kind](inside)


def _rate(inside: str) -> None:
    found = re.fullmatch(r"(?P<value>[1-9][0-9]*) (?P<unit>minute|hour|day)(?P<plural>s?)", inside)
    if found is None or int(found["value"]) > MAX_RATE:
        raise ExpressionError(f'a rate is a whole number and a unit, like "1 day" or "12 hours", and not {inside!r}')
    if (found["value"] != "1") != bool(found["plural"]):
        right = f"{found['value']} {found['unit']}{'' if found['value'] == '1' else 's'}"
        raise ExpressionError(f"{inside!r} must be {right!r}")


def _at(inside: str) -> None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", inside):
        raise ExpressionError(f'a time is written like "2027-01-01T00:00:00", and not {inside!r}')
    year, month, day, *time = (int(number) for number in re.split("[T:-]", inside))
    is_day = year > 0 and 1 <= month <= len(DAYS) and 1 <= day <= monthrange(year, month)[1]
    if not is_day or any(it > most for it, most in zip(time, LAST_TIME, strict=True)):
        raise ExpressionError(f"there is no time {inside!r}")


def _cron(inside: str) -> None:
    fields = inside.split(" ")
    if len(fields) != FIELDS or not all(fields):
        raise ExpressionError("cron has six fields with one space between them: minute hour day month weekday year")
    minute, hour, date, month, weekday, year = fields
    MINUTE.values(minute)
    HOUR.values(hour)
    months, years = MONTH.values(month), YEAR.values(year)
    if (date == "?") == (weekday == "?"):
        both = "both are" if date == "?" else "neither is"
        raise ExpressionError(f"one of day of the month and day of the week must be ?, and {both}")
    if date == "?":
        _weekday(weekday)
    else:
        _comes(_date(date), months, years)


def _weekday(text: str) -> None:
    found = re.fullmatch(DAY_OF_WEEK.special, text)
    if found is None:
        DAY_OF_WEEK.values(text)
    elif named := found["last"] or found["nth"]:
        DAY_OF_WEEK.number(named)


def _date(text: str) -> int:
    """Return the first day of the month that is meant, where a month may be too short. Raises ExpressionError."""
    found = re.fullmatch(DAY_OF_MONTH.special, text)
    if found is None:
        return min(DAY_OF_MONTH.values(text))
    if found["near"]:
        return DAY_OF_MONTH.number(found["near"])
    return int(text.removeprefix("L-")) + 1 if text.startswith("L-") else 1


def _comes(day: int, months: frozenset[int], years: frozenset[int]) -> None:
    """Raise ExpressionError if no month has the day: 30 February, or 29 February in years that are not leap years."""
    if day <= max(DAYS[month - 1] for month in months) and (
        day < DAYS[FEBRUARY - 1] or months != {FEBRUARY} or any(isleap(year) for year in years)
    ):
        return
    raise ExpressionError(f"day {day} never comes in these months and years")
