"""What holds for any load and any settings."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.scale.policies import MEMORY, ScheduledAction
from stacks.scale.replay import replay
from stacks.scale.service import Pace
from tests.unit.stacks.scale.loads import load, target, tracking

DEMANDS = st.lists(st.one_of(st.none(), st.floats(0, 900)), min_size=1, max_size=4)
LIMITS = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted)
COOLDOWNS = st.integers(0, 600)
PACES = st.builds(Pace, start=st.integers(0, 5), drain=st.integers(0, 5))


@settings(max_examples=60, deadline=None)
@given(demands=DEMANDS, limits=LIMITS, out=COOLDOWNS, back=COOLDOWNS, pace=PACES, memory=st.floats(0, 100))
def test_the_tasks_stay_within_the_limits(
    demands: list[float | None], limits: list[int], out: int, back: int, pace: Pace, memory: float
) -> None:
    """Desired and running tasks; what is paid for are at least those that run; no metric is above 100 %."""
    policies = tracking(scale_out_cooldown=out, scale_in_cooldown=back), tracking("memory", MEMORY)
    wanted = load(*demands, minutes=40, memory=[memory] * 40 * len(demands))
    done = replay(wanted, target(*policies, minimum=limits[0], maximum=limits[1]), pace=pace)
    assert all(limits[0] <= it <= limits[1] for it in done.desired)
    assert all(0 <= it <= limits[1] for it in done.running)
    assert all(billed >= running for billed, running in zip(done.billed, done.running, strict=True))
    assert all(it is None or 0 <= it <= 100 + 1e-9 for it in done.cpu)
    changes = {minute: it for minute, it in enumerate(done.desired) if minute and it != done.desired[minute - 1]}
    assert {it.minute: it.after for it in done.activities if it.minute < wanted.minutes} == changes


@settings(max_examples=40, deadline=None)
@given(demand=st.floats(0, 600), more=st.floats(0, 300), percent=st.integers(30, 90))
def test_more_load_never_has_fewer_tasks_in_the_end(demand: float, more: float, percent: int) -> None:
    """When the load has been the same for hours; and the target holds, unless the maximum is reached."""
    policy = target(tracking(target=percent), maximum=9)
    less, greater = (replay(load(it, minutes=300), policy, tasks=1) for it in (demand, demand + more))
    assert less.desired[-1] <= greater.desired[-1]
    assert less.cpu[-1] is not None
    assert less.cpu[-1] <= percent + 1e-6 or less.desired[-1] == 9


@settings(max_examples=30, deadline=None)
@given(demand=st.floats(0, 600), fewer=st.integers(1, 40), percent=st.integers(41, 90))
def test_a_lower_target_never_has_fewer_tasks_in_the_end(demand: float, fewer: int, percent: int) -> None:
    """The same load with more room in each task."""
    ends = [
        replay(load(demand, minutes=300), target(tracking(target=it), maximum=9), tasks=1).desired[-1]
        for it in (percent - fewer, percent)
    ]
    assert ends[0] >= ends[1]


def test_what_exceeds_all_tasks_waits_and_is_done_later() -> None:
    """CPU is at 100 % until the backlog is done; nothing of the demand is lost."""
    wanted = load(*[300] * 10, *[20] * 30)
    done = replay(wanted, target(maximum=1))
    assert max(done.backlog) == 20
    assert done.cpu[20] == 100
    assert done.backlog[-1] == 0
    assert sum(it or 0 for it in done.cpu) == 10 * 300 + 30 * 20


def test_memory_that_tasks_do_not_share_adds_tasks_to_the_maximum_and_keeps_them() -> None:
    """Above its target, each minute asks for more; a finding says that memory holds them."""
    wanted = load(10, minutes=120, memory=[75.0] * 120)
    done = replay(wanted, target(tracking(), tracking("memory", MEMORY), maximum=4), tasks=1)
    assert done.desired[-1] == 4
    kept = load(10, minutes=120, memory=[50.0] * 120)
    done = replay(kept, target(tracking(), tracking("memory", MEMORY), maximum=4), tasks=4)
    assert done.desired[-1] == 3
    assert done.held["memory"] > 60


def test_a_schedule_wins_over_the_load_until_the_next() -> None:
    """No task at night, whatever is asked for; without a task there is no metric, and in the morning they come back."""
    night = ScheduledAction(name="night", schedule="cron(0 22 * * ? *)", minimum=0, maximum=0)
    morning = ScheduledAction(name="morning", schedule="cron(0 7 * * ? *)", minimum=2, maximum=4)
    done = replay(load(50, minutes=1440), target(tracking(), schedules=(night, morning)), tasks=3)
    # Monday begins in the night of the day before.
    assert (done.desired[0], done.cpu[0]) == (0, None)
    assert (done.desired[7 * 60 - 1], done.desired[7 * 60]) == (0, 2)
    assert done.desired[22 * 60] == 0


def test_a_schedule_that_crosses_the_limits_is_not_carried_out() -> None:
    """A minimum above the maximum changes nothing, and is counted."""
    wrong = ScheduledAction(name="wrong", schedule="at(2026-11-16T00:05:00)", minimum=5)
    done = replay(load(0, minutes=10), target(schedules=(wrong,), maximum=4), tasks=1)
    assert (done.activities, done.skipped["wrong"]) == ([], 1)


def test_what_is_suspended_does_nothing() -> None:
    """Scale-out, scale-in and schedules, each by its member of SuspendedState."""
    night = ScheduledAction(name="night", schedule="at(2026-11-16T00:40:00)", minimum=0, maximum=0)
    wanted = load(*[300] * 10, *[10] * 60, sessions=[10.0] * 70)
    names = ("DynamicScalingOutSuspended", "DynamicScalingInSuspended", "ScheduledScalingSuspended")
    ends = [
        replay(wanted, target(tracking(), schedules=(night,), suspended=frozenset({name})), tasks=2).desired
        for name in names
    ]
    assert max(ends[0]) == 2
    assert ends[1][39] > 2
    assert ends[2][-1] == 1
    assert all(it.ended is None or it.ended > 0 for it in replay(wanted, target(tracking()), tasks=2).activities)
