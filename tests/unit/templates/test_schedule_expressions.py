"""Which schedules Application Auto Scaling takes, and which times never come."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.extension.scaling.expressions import is_schedule, is_zone
from templates.autoscaling import expressions, zones

TAKEN = (
    "cron(0 20 ? * MON-FRI *)",
    "cron(0 20 ? * mon,WED *)",
    "cron(0/15 8-17 ? JAN-MAR,6 2-6 2027-2030)",
    "cron(*/15 0 1,15 * ? *)",
    "cron(00 05 01 1/3 ? *)",
    "cron(0 0 L * ? *)",
    "cron(0 0 L-3 * ? *)",
    "cron(0 0 LW * ? *)",
    "cron(0 0 3W * ? *)",
    "cron(0 0 ? * L *)",
    "cron(0 0 ? * 6L *)",
    "cron(0 0 ? * FRI#5 *)",
    "cron(0 0 29 2 ? *)",
    "cron(0 0 29 2 ? 2028)",
    "cron(0 0 29 FEB,MAR ? 2027)",
    "cron(0 0 31 */2 ? *)",
    "rate(1 minute)",
    "rate(2 minutes)",
    "rate(12 hours)",
    "at(2027-01-01T00:00:00)",
    "at(2028-02-29T23:59:59)",
)
REFUSED = {
    "cron(0 16 * * MON-FRI *)": "must be ?, and neither is",
    "cron(0 16 1 * 2 *)": "must be ?, and neither is",
    "cron(0 16 ? * ? *)": "must be ?, and both are",
    "cron(0 16 * * ?)": "six fields",
    "cron(0 16 * * ? * *)": "six fields",
    "cron(0  16 * * ? *)": "six fields",
    "cron(60 16 * * ? *)": "the minute '60' is not in 0 to 59",
    "cron(0 24 * * ? *)": "the hour '24' is not in 0 to 23",
    "cron(0 99 * * ? *)": "the hour '99'",
    "cron(0 0 0 * ? *)": "the day of the month '0' is not in 1 to 31",
    "cron(0 0 32 * ? *)": "the day of the month '32'",
    "cron(0 0 32W * ? *)": "the day of the month '32'",
    "cron(0 0 1 13 ? *)": "the month '13' is not in 1 to 12 or JAN to DEC",
    "cron(0 0 1 JANUARY ? *)": "the month 'JANUARY'",
    "cron(0 0 ? * 0 *)": "the day of the week '0' is not in 1 to 7 or SUN to SAT",
    "cron(0 0 ? * 8 *)": "the day of the week '8'",
    "cron(0 0 ? * MO *)": "the day of the week 'MO'",
    "cron(0 0 ? * MON/2 *)": "which this field does not accept",
    "cron(0 0 ? * FRI#6 *)": "the day of the week 'FRI#6'",
    "cron(0 0 ? * 3#1,6#3 *)": "the day of the week '3#1'",
    "cron(0 0 ? * 9L *)": "the day of the week '9'",
    "cron(0 0 W * ? *)": "the day of the month 'W'",
    "cron(? 0 1 * ? *)": "the minute '?'",
    "cron(L 0 1 * ? *)": "the minute 'L'",
    "cron(0 0 1 * ? 1969)": "the year '1969' is not in 1970 to 2199",
    "cron(0 0 1 * ? 2200)": "the year '2200'",
    "cron(0/0 0 1 * ? *)": "from 1 to 59 after its /",
    "cron(0/60 0 1 * ? *)": "from 1 to 59 after its /",
    "cron(0/ 0 1 * ? *)": "from 1 to 59 after its /",
    "cron(5- 0 1 * ? *)": "the minute ''",
    "cron(5,,6 0 1 * ? *)": "the minute ''",
    "cron(-5 0 1 * ? *)": "the minute ''",
    "cron(0 22-6 1 * ? *)": "the hour '22-6' goes backwards",
    "cron(0 0 ? * FRI-MON *)": "'FRI-MON' goes backwards",
    "cron(0 0 30 2 ? *)": "day 30 never comes",
    "cron(0 0 31 4,6,9,11 ? *)": "day 31 never comes",
    "cron(0 0 29 FEB ? 2027)": "day 29 never comes",
    "cron(0 0 29 2 ? 2100)": "day 29 never comes",
    "rate(1 minutes)": "'1 minutes' must be '1 minute'",
    "rate(2 hour)": "'2 hour' must be '2 hours'",
    "rate(0 days)": "a whole number and a unit",
    "rate(-1 days)": "a whole number and a unit",
    "rate(1.5 hours)": "a whole number and a unit",
    "rate(5 seconds)": "a whole number and a unit",
    "rate(1 week)": "a whole number and a unit",
    "rate(99999999999 days)": "a whole number and a unit",
    "at(2027-02-30T00:00:00)": "there is no time",
    "at(2027-02-29T00:00:00)": "there is no time",
    "at(2027-13-01T00:00:00)": "there is no time",
    "at(2027-01-01T24:00:00)": "there is no time",
    "at(2027-01-01T00:60:00)": "there is no time",
    "at(2027-01-01)": "is written like",
    "at(2027-01-01T00:00:00Z)": "is written like",
    "0 16 * * ? *": "is not cron",
    "cron()": "is not cron",
}
CALENDAR = ("never comes", "there is no time", "goes backwards", "from 1 to 59", "a whole number")
"""What the embedded AWS does not look at, or not so closely."""


@pytest.mark.parametrize("expression", TAKEN)
def test_what_aws_documents_is_taken(expression: str) -> None:
    """By the settings and by the embedded AWS, which reads it in its own way."""
    expressions.check_expression(expression)
    assert is_schedule(expression)


@pytest.mark.parametrize(("expression", "why"), REFUSED.items())
def test_what_would_fail_at_the_very_end_is_refused(expression: str, why: str) -> None:
    """The reason names the field and what it takes."""
    with pytest.raises(expressions.ExpressionError) as error:
        expressions.check_expression(expression)
    assert why in str(error.value)
    assert not is_schedule(expression) or any(words in why for words in CALENDAR)


PARTS = st.text("0123456789*/,-?LW#MONFRI", min_size=1, max_size=4) | st.sampled_from(["*", "?", "1", "0/5", "MON-FRI"])


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(st.lists(PARTS, min_size=6, max_size=6))
def test_whatever_is_taken_the_embedded_aws_takes(fields: list[str]) -> None:
    """Two readings of the same documentation agree on what is right."""
    expression = f"cron({' '.join(fields)})"
    try:
        expressions.check_expression(expression)
    except expressions.ExpressionError:
        return
    assert is_schedule(expression)


def test_zones_are_the_canonical_ones() -> None:
    """Of other names the canonical one is known; zones of the machine alone are none."""
    canonical = zones.canonical_zones()
    assert {"UTC", "Asia/Seoul", "Europe/Amsterdam", "Etc/GMT+9", "Pacific/Tahiti", "America/New_York"} <= canonical
    assert not {"Factory", "localtime", "posixrules", "Japan", "utc"} & canonical
    assert zones.zone_aliases()["US/Pacific"] == "America/Los_Angeles"
    assert set(zones.zone_aliases().values()) <= canonical
    assert all(is_zone(name) for name in canonical)
    assert not is_zone("Factory")
