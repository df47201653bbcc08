"""Times as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from stacks.logs.times import parse_time

NOW = dt.datetime(2026, 11, 30, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", NOW - dt.timedelta(seconds=30)),
        ("5m", NOW - dt.timedelta(minutes=5)),
        ("2h", NOW - dt.timedelta(hours=2)),
        ("1d", NOW - dt.timedelta(days=1)),
        ("2w", NOW - dt.timedelta(weeks=2)),
        ("2026-11-30T09:05Z", NOW.replace(hour=9, minute=5)),
        ("2026-11-30T09:05:01.5+09:00", NOW.replace(hour=0, minute=5, second=1, microsecond=500_000)),
        ("2026-11-30", dt.datetime(2026, 11, 30).astimezone()),
    ],
)
def test_a_time_is_so_long_ago_or_iso(text: str, expected: dt.datetime) -> None:
    """Without a zone, it is the time of the place."""
    assert parse_time(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "1.5h", "yesterday", "2026-13-01", "1234567m", "999999w", "0"]
)
def test_anything_else_is_refused_with_what_is_possible(text: str) -> None:
    """The error shows both forms."""
    with pytest.raises(ValueError, match="5m, 2h, 1d, or a time such as"):
        parse_time(text, NOW)
