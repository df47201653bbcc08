"""The findings about a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.scale.comparison import Settings, assumptions, compare
from stacks.scale.policies import MEMORY, ScheduledAction
from stacks.scale.service import Pace
from tests.unit.stacks.scale.loads import load, step_policy, target, tracking

if TYPE_CHECKING:
    from stacks.scale.comparison import Side
    from stacks.scale.load import Load
    from stacks.scale.policies import ScalableTarget

DAY = 24 * 60


def side(wanted: Load, scalable: ScalableTarget) -> Side:
    """Return what a target does with a load, at a price of 2 an hour."""
    priced = Settings(name="file", words="it", target=scalable, price=lambda tasks: 2.0 * tasks)
    return compare(wanted, [priced], Pace())[0]


def texts(found: Side) -> dict[str, str]:
    """Return the findings by their codes."""
    return {it.code: f"{it.text} {it.then}".strip() for it in found.findings}


def test_memory_never_lets_it_scale_in() -> None:
    """More than half of the time, all others would have removed tasks."""
    idle = load(10, minutes=2 * DAY, memory=[50.0] * 2 * DAY, tasks=[4.0] * 2 * DAY)
    found = side(idle, target(tracking(), tracking("memory", MEMORY), maximum=4))
    assert texts(found)["held"].startswith("Memory never lets it scale in: for 48 hours all other policies")
    assert "memory_scale_in = false" in texts(found)["held"]
    assert found.summary.task_hours == pytest.approx(3 * 48, abs=1)
    assert found.summary.cost == pytest.approx(2 * found.summary.task_hours)


def test_the_maximum_is_reached_on_some_days() -> None:
    """With how long more were wanted, and what waits."""
    busy = load(*[*[10] * 600, *[500] * 240, *[10] * 600] * 2, *[10] * DAY)
    found = side(busy, target(tracking(), maximum=4))
    words = texts(found)["maximum"]
    assert words.startswith("The maximum of 4 is reached on 2 of 3 days, and more were wanted for ")
    assert "minutes of a task's whole CPU" in words
    assert "Raise max_capacity above 4" in words
    assert found.summary.minutes_short_at_maximum > 400


def test_no_task_while_there_is_load() -> None:
    """After a schedule has set 0, nothing but a schedule brings tasks back."""
    night = ScheduledAction(name="night", schedule="at(2026-11-16T12:00:00)", minimum=0, maximum=0)
    found = side(load(50, minutes=DAY), target(tracking(), schedules=(night,)))
    assert "There is load and no task for 12 hours" in texts(found)["no-tasks"]
    assert found.summary.minutes_without_tasks == DAY // 2


def test_tasks_that_are_added_soon_after_a_removal_are_counted() -> None:
    """A cooldown of nothing and a load that swings: a finding counts that, another the sessions that end."""
    waves = load(*[*[60] * 16, *[200] * 8] * 20, sessions=[30.0] * 480)
    found = side(waves, target(tracking(scale_in_cooldown=0)))
    assert "times tasks are added within 30 minutes" in texts(found)["flapping"]
    assert "sessions are on tasks when these are removed" in texts(found)["sessions"]
    assert found.summary.scale_outs >= 20
    assert found.summary.sessions_ended == pytest.approx(
        sum(it.ended or 0 for it in found.replay.activities if it.after < it.before)
    )


def test_a_cooldown_that_delays_tasks() -> None:
    """Steps that want more while their cooldown lasts."""
    policy = step_policy((0, None, 1), cooldown=3600)
    found = side(load(0, minutes=60, metrics={"steps": [60.0] * 60}), target(policy))
    assert "scale-out cooldown of 3600 s of steps delayed tasks" in texts(found)["scale-out-cooldown"]


def test_missing_data_and_a_measurement_that_may_hide_more() -> None:
    """Both findings have their length."""
    gaps = load(*[50] * 30, *[None] * 30, *[400] * 30, tasks=[4.0] * 90)
    found = texts(side(gaps, target(tracking())))
    assert found["missing-data"].startswith("CPU has no data for 30 minutes of 90 minutes")
    assert found["clipped"].startswith("The measured CPU was at 100 % for 30 minutes")


def test_policies_without_their_metric_are_named() -> None:
    """One of several is an assumption; where nothing can act, there is nothing to show."""
    settings = [Settings(name="file", words="it", target=target(tracking(), tracking("memory", MEMORY)))]
    only_cpu = assumptions(load(50, minutes=5), settings, Pace())
    assert "The load has no memory: that policy does nothing here." in only_cpu
    with pytest.raises(UserError, match="none of the metrics that anything scales by: cpu, memory"):
        assumptions(load(None, requests=[5.0]), settings, Pace())
