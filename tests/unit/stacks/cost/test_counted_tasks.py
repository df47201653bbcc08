"""How many tasks run, and where: bases and weights, limits, and schedules weighed by the calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.cost.amounts import Amount
from stacks.cost.calendar import occurrences
from stacks.cost.tasks import Span, counted_tasks, spans_of, split

ON_DEMAND = {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 0}
SPOT = {"CapacityProvider": "FARGATE_SPOT", "Base": 0, "Weight": 1}
START = datetime(2026, 11, 30, tzinfo=UTC)


def test_the_base_runs_on_demand_and_the_rest_on_spot() -> None:
    """As `[ecs.spot]` has it by default."""
    assert split(Decimal(4), [ON_DEMAND, SPOT]) == (Decimal(1), Decimal(3))
    assert split(Decimal(0), [ON_DEMAND, SPOT]) == (Decimal(0), Decimal(0))
    assert split(Decimal("0.5"), [ON_DEMAND, SPOT]) == (Decimal("0.5"), Decimal(0))


def test_weights_share_what_is_above_the_base() -> None:
    """Three on demand for each on Spot."""
    assert split(Decimal(9), [{**ON_DEMAND, "Weight": 3}, SPOT]) == (Decimal(7), Decimal(2))


def test_a_service_without_a_strategy_runs_on_demand() -> None:
    """It has a launch type."""
    assert split(Decimal(3), []) == (Decimal(3), Decimal(0))


@settings(max_examples=60)
@given(st.integers(0, 5000), st.integers(0, 50), st.integers(0, 1000), st.integers(1, 1000))
def test_no_task_is_lost(tasks: int, base: int, weight: int, spot_weight: int) -> None:
    """Both parts together are all tasks, and none is negative."""
    parts = split(Decimal(tasks), [{**ON_DEMAND, "Base": base, "Weight": weight}, {**SPOT, "Weight": spot_weight}])
    assert sum(parts) == pytest.approx(tasks)
    assert min(parts) >= 0


def test_a_night_of_ten_hours_on_five_days_counts_as_much_as_it_lasts() -> None:
    """From 22:00 to 8:00 and over the weekend no task runs: 98 of 168 hours."""
    actions = [
        {"Schedule": "cron(0 22 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}},
        {"Schedule": "cron(0 8 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 4}},
    ]
    spans = spans_of(Decimal(2), Decimal(4), actions, start=START)
    assert sum(span.share for span in spans) == 1
    asleep = next(span.share for span in spans if span.high == 0)
    assert float(asleep) == pytest.approx(98 / 168, abs=0.01)
    tasks = counted_tasks(spans, Decimal(3), [])
    assert float(tasks.on_demand.expected) == pytest.approx(3 * 70 / 168, abs=0.05)
    assert tasks.on_demand.smallest < tasks.on_demand.expected < tasks.on_demand.largest


@pytest.mark.parametrize("hour", [0, 5, 12, 23])
def test_a_daily_schedule_counts_the_same_at_any_hour(hour: int) -> None:
    """Sixteen hours with up to six tasks and eight with none, also before the first of them has come."""
    actions = [
        {"Schedule": "cron(0 22 * * ? *)", "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}},
        {"Schedule": "cron(0 6 * * ? *)", "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 6}},
    ]
    spans = spans_of(Decimal(1), Decimal(4), actions, start=START.replace(hour=hour))
    assert {int(span.high): round(span.share * 24, 9) for span in spans} == {0: 8, 6: 16}


def test_a_schedule_in_a_time_zone_comes_at_its_local_time() -> None:
    """With its daylight saving time: 8:00 in Berlin is 6:00 UTC in summer, 7:00 in winter."""
    found = list(
        occurrences(
            "cron(0 8 * * ? *)",
            "Europe/Berlin",
            datetime(2026, 3, 27, tzinfo=UTC),
            datetime(2026, 3, 30, 23, tzinfo=UTC),
        )
    )
    assert [it.hour for it in found] == [7, 7, 6, 6]


def test_one_limit_leaves_the_other() -> None:
    """As Application Auto Scaling does; a rate counts from the beginning, and a time comes once."""
    actions = [
        {"Schedule": "rate(73 days)", "ScalableTargetAction": {"MinCapacity": 3}},
        {"Schedule": "at(2027-11-29T12:00:00)", "ScalableTargetAction": {"MaxCapacity": 9}},
        {"Schedule": "at(2020-01-01T00:00:00)", "ScalableTargetAction": {"MaxCapacity": 100}},
    ]
    spans = spans_of(Decimal(1), Decimal(4), actions, start=START)
    assert [(int(span.low), int(span.high)) for span in spans] == [(1, 4), (3, 4), (3, 9)]
    assert spans[0].share == Decimal("0.2")


def test_what_is_expected_stays_within_the_limits() -> None:
    """Two tasks that are expected are three where three are the fewest."""
    spans = [
        Span(share=Decimal("0.5"), low=Decimal(3), high=Decimal(6)),
        Span(share=Decimal("0.5"), low=Decimal(1), high=Decimal(1)),
    ]
    tasks = counted_tasks(spans, Decimal(2), [])
    assert tasks.all == Amount(smallest=Decimal(2), expected=Decimal(2), largest=Decimal("3.5"))
