"""A start that EventBridge Scheduler would refuse stops the deployment before it begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stacks.errors import UserError
from stacks.preflight.schedules import check_starts
from tests.support.world import settings

NOW = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)


def check(**task: Any) -> None:
    """Check one task at noon on 1 June 2026."""
    tasks = ({"name": "nightly", "schedule": "cron(0 3 * * ? *)", "command": ("true",)} | task,)
    check_starts(settings(tasks=tasks), NOW)


def test_a_start_to_come_and_one_of_the_last_five_minutes_are_taken() -> None:
    """AWS takes a start that is not earlier than five minutes ago."""
    check()
    check(start="2026-06-01T12:01:00Z")
    check(start="2026-06-01T11:55:00Z")


def test_a_start_that_has_passed_is_refused_with_its_task_and_what_to_do() -> None:
    """Leaving it out changes nothing for a cron expression; a rate counts anew, which is said."""
    with pytest.raises(UserError, match=r"nightly \(2026-06-01T11:54:59Z\)\nLeave it out: .* now on\.$"):
        check(start="2026-06-01T11:54:59Z")
    with pytest.raises(UserError, match="A rate counts from the deployment then"):
        check(start="2025-06-01T00:00:00Z", schedule="rate(1 hour)")
