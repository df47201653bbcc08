"""When scheduled actions run, with their start and end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stacks.cost import calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.scale.policies import ScheduledAction

SECOND = dt.timedelta(seconds=1)
CRON_FIELDS = 6


def occurrences(action: ScheduledAction, begin: dt.datetime, end: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the times in UTC, oldest first, from `begin` to before `end` at which an action runs.

    "If you specify a start time, Application Auto Scaling performs the action at this time, and then performs the
    action based on the specified recurrence." After its end time it does not run
    (https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html). A
    rate without a start time counts from `begin`, because nobody knows when its action was made.
    """
    anchor = action.start or begin
    last = end if action.end is None else min(end, action.end + SECOND)
    is_rate, is_cron = (action.schedule.startswith(it) for it in ("rate(", "cron("))
    if (is_rate or (is_cron and action.start is not None)) and begin <= anchor < last:
        yield anchor
    after = anchor if is_rate or action.start is not None else begin - SECOND
    found = calendar.occurrences(_six_fields(action.schedule), action.timezone, after, last - SECOND)
    yield from (it for it in found if it >= begin)


def _six_fields(schedule: str) -> str:
    """Return a cron expression without the seconds that it may begin with: the finest resolution is a minute."""
    kind, _, inside = schedule.removesuffix(")").partition("(")
    return f"cron({' '.join(inside.split()[-CRON_FIELDS:])})" if kind == "cron" else schedule
