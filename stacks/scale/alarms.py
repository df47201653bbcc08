"""When an alarm of CloudWatch is in ALARM, also where data points are missing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
Missing: TypeAlias = Literal["missing", "ignore", "breaching", "notBreaching"]
"""`TreatMissingData` of an alarm."""

EXTRA = 2
"""Data points that CloudWatch retrieves beyond the evaluation periods: the page's examples have 5 for 3 periods, and no
other number is documented."""
COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, `ComparisonOperator`."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm on a static threshold: `datapoints` out of `periods` must breach it."""

    comparison: str
    threshold: float
    periods: int
    datapoints: int
    missing: Missing = "missing"

    def breaches(self, value: float) -> bool:
        """Whether a value breaches the threshold."""
        return bool(COMPARISONS[self.comparison](value, self.threshold))


class Watch:
    """An alarm over time: `state` after each data point, and `window`, the values that were evaluated last."""

    def __init__(self, alarm: Alarm) -> None:
        self.alarm = alarm
        self.state = INSUFFICIENT
        self._values: deque[float | None] = deque(maxlen=alarm.periods + EXTRA)
        self._run = 0

    @property
    def window(self) -> list[float]:
        """The latest real values, as many as there are evaluation periods at most, oldest first."""
        return [it for it in self._values if it is not None][-self.alarm.periods :]

    @property
    def in_alarm(self) -> bool:
        """Whether the state is ALARM."""
        return self.state == ALARM

    def put(self, value: float | None) -> None:
        """Evaluate the alarm with the data point of the next period; None is a missing one."""
        alarm = self.alarm
        self._values.append(value)
        breaching = value is not None and alarm.breaches(value)
        self._run = self._run + 1 if breaching else 0
        # Where all of the latest real ones must breach, the newest that does not decides alone, as does a full run.
        if alarm.datapoints == alarm.periods and value is not None and (not breaching or self._run >= alarm.periods):
            self.state = ALARM if breaching else OK
            return
        points = [None if it is None else alarm.breaches(it) for it in self._values]
        self.state = evaluate(points, alarm, self.state)


def evaluate(points: Sequence[bool | None], alarm: Alarm, before: str) -> str:
    """Return the state by the points of the evaluation range: breaching, not breaching, or missing (None).

    They come oldest first; `before` is the state until now. The rules are the page's, and so are the tests' tables.
    """
    real = [it for it in points if it is not None]
    if len(real) >= alarm.periods:
        return ALARM if sum(real[-alarm.periods :]) >= alarm.datapoints else OK
    filled = alarm.periods - len(real) if alarm.missing == "breaching" else 0
    if sum(real) + filled >= alarm.datapoints:
        return ALARM
    if alarm.missing in {"breaching", "notBreaching"} or not all(real):
        return OK
    if alarm.missing == "ignore":
        return before
    return ALARM if real and _is_old_enough(points, alarm) else INSUFFICIENT


def _is_old_enough(points: Sequence[bool | None], alarm: Alarm) -> bool:
    """Whether the oldest breaching point of the evaluation periods is as old as the data points to alarm.

    Then the alarm does not wait for the missing ones ("Avoiding premature transitions to alarm state").
    """
    latest = list(points)[-alarm.periods :]
    oldest = next((place for place, it in enumerate(latest) if it), len(latest))
    return len(latest) - oldest >= alarm.datapoints
