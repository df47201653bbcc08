"""Times of scheduled tasks that EventBridge Scheduler takes.

It refuses a `StartDate` that has passed ("The StartDate you specify cannot be earlier than 5 minutes ago.":
https://github.com/getmoto/moto/pull/8178). Each deployment updates the schedules, so that one that was taken once would
have a later deployment rolled back.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from stacks.settings import Settings

LATEST = dt.timedelta(minutes=5)
"""How long ago a `StartDate` may be."""


def check_starts(settings: Settings, now: dt.datetime) -> None:
    """Raise UserError for scheduled tasks whose `start` has passed at `now`."""
    passed = [it for it in settings.tasks if it.start and dt.datetime.fromisoformat(it.start) < now - LATEST]
    if not passed:
        return
    names = ", ".join(f"{it.name} ({it.start})" for it in passed)
    why = f"EventBridge Scheduler takes no start that has passed: {names}"
    rates = any(it.schedule.startswith("rate(") for it in passed)
    then = "Leave it out: the task is started from now on."
    then += " A rate counts from the deployment then; with a later start it counts from there." if rates else ""
    raise UserError("[[tasks]] start", why, then, code=Code.SETTINGS)
