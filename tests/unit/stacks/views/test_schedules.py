"""When a scheduled action happens, in words."""

from __future__ import annotations

import pytest

from stacks.status import Scheduled
from stacks.views import schedules


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("cron(0 22 ? * MON-FRI *)", "Mon-Fri 22:00 Asia/Seoul"),
        ("cron(5 7 * * ? *)", "every day 07:05 Asia/Seoul"),
        ("cron(0 8 ? * 2-6 *)", "Mon-Fri 08:00 Asia/Seoul"),
        ("cron(0 8 ? * sat,SUN *)", "Sat, Sun 08:00 Asia/Seoul"),
        ("cron(0 8 ? * MON#1 *)", "cron(0 8 ? * MON#1 *) Asia/Seoul"),
        ("cron(0 8 1 * ? *)", "cron(0 8 1 * ? *) Asia/Seoul"),
        ("cron(0/30 8 ? * * *)", "cron(0/30 8 ? * * *) Asia/Seoul"),
        ("at(2027-01-01T00:00:00)", "2027-01-01 00:00 Asia/Seoul"),
        ("at(2027-01-01T00:00:30)", "at(2027-01-01T00:00:30) Asia/Seoul"),
        ("rate(1 day)", "every day"),
        ("rate(12 hours)", "every 12 hours"),
    ],
)
def test_days_and_time_are_words_where_the_expression_says_no_more(schedule: str, words: str) -> None:
    """What has more to say is shown as it is, so that nothing is left out."""
    it = Scheduled(name="night", schedule=schedule, timezone="Asia/Seoul", minimum=0, maximum=2)
    assert schedules.line(it) == f"from {words}: 0 to 2 (night)"


@pytest.mark.parametrize(
    ("minimum", "maximum", "words"), [(3, None, "3 or more"), (None, 0, "0 at most"), (0, 0, "0 to 0")]
)
def test_a_limit_that_stays_is_not_said(minimum: int | None, maximum: int | None, words: str) -> None:
    """An action may set one of the two."""
    it = Scheduled(name="n", schedule="rate(1 day)", timezone="UTC", minimum=minimum, maximum=maximum)
    assert schedules.line(it) == f"from every day: {words} (n)"
