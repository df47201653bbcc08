"""The worked examples of AWS's documentation, each with its page, and what the replay makes of them.

Pages of EC2 Auto Scaling are used where Application Auto Scaling's say the same without figures.
"""

from __future__ import annotations

import datetime as dt

import pytest

from stacks.scale.adjustments import adjusted_capacity, percent_change, step_for, tracked_capacity
from stacks.scale.alarms import Alarm, evaluate
from stacks.scale.calendar import occurrences
from stacks.scale.decisions import Wish, largest, removal
from stacks.scale.policies import MEMORY, ScheduledAction
from stacks.scale.replay import Replay, replay
from stacks.scale.service import Pace
from tests.unit.stacks.scale.loads import STEPS, load, step_policy, target, tracking, with_metrics

AT_ONCE = Pace(start=0, drain=0)
OUT = ((0, 10, 0), (10, 20, 10), (20, None, 30))
IN = ((-10, 0, 0), (-20, -10, -10), (None, -20, -30))
PERCENT = "PercentChangeInCapacity"


def changes(done: Replay) -> list[tuple[int, int]]:
    """Return the changes of the desired count."""
    return [(it.before, it.after) for it in done.activities]


def times(schedule: str, since: str, until: str, timezone: str = "UTC", *limits: dt.datetime) -> list[str]:
    """Return when a scheduled action runs, in UTC."""
    start, end = limits or (None, None)
    action = ScheduledAction(name="it", schedule=schedule, timezone=timezone, start=start, end=end)
    found = occurrences(action, utc(since), utc(until))
    return [f"{it:%Y-%m-%d %H:%M}" for it in found]


def utc(text: str) -> dt.datetime:
    """Return a time in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


class TestStepScaling:
    """Examples of one page.

    https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
    """

    def test_ten_units_follow_the_steps_up_and_down(self) -> None:
        """Threshold 50: at 60 % from 10 to 11, at 70 % to 14, at 40 % to 13, at 30 % to 10."""
        more, fewer = (step_policy(*steps, adjustment_type=PERCENT) for steps in (OUT, IN))
        capacity = 10
        for value, policy, wanted in ((60, more, 11), (70, more, 14), (40, fewer, 13), (30, fewer, 10)):
            capacity = adjusted_capacity(capacity, value, policy)
            assert capacity == wanted

    @pytest.mark.parametrize("value", [40.01, 45, 50, 55, 59.99])
    def test_between_40_and_60_the_capacity_is_maintained(self, value: float) -> None:
        """Its figure: unchanged from 40 to 60."""
        for steps in (OUT, IN):
            assert adjusted_capacity(10, value, step_policy(*steps, adjustment_type=PERCENT)) == 10

    @pytest.mark.parametrize(
        ("value", "wanted"), [(-50, 7), (29, 7), (30, 7), (30.5, 9), (40, 9), (60, 11), (69, 11), (70, 13), (999, 13)]
    )
    def test_the_bounds_are_those_of_the_figure(self, value: float, wanted: int) -> None:
        """-30 % to 30, -10 % to 40, +10 % from 60, +30 % from 70; bounds inclusive away from the threshold."""
        steps = OUT if value > 50 else IN
        assert adjusted_capacity(10, value, step_policy(*steps, adjustment_type=PERCENT)) == wanted

    @pytest.mark.parametrize(("value", "units"), [(59, 0), (60, 10), (74, 10), (75, 30), (84, 30), (85, 40), (99, 40)])
    def test_units_by_how_far_the_metric_is(self, value: float, units: int) -> None:
        """Out by 10 at 60 %, by 30 at 75 %, by 40 at 85 %."""
        policy = step_policy((0, 15, 10), (15, 25, 30), (25, None, 40), threshold=60)
        assert adjusted_capacity(5, value, policy) == 5 + units

    @pytest.mark.parametrize(
        ("capacity", "percent", "rounded"), [(127, 10, 12), (67, 1, 1), (58, -1, -1), (667, -1, -6), (10, 10, 1)]
    )
    def test_percent_are_rounded(self, capacity: int, percent: int, rounded: int) -> None:
        """12.7 is 12, .67 is 1, -.58 is -1, -6.67 is -6; and 10 percent of 10 is 1."""
        assert percent_change(capacity, percent) == rounded

    def test_adjustment_types(self) -> None:
        """From 3 by 5 to 8; from 3 exactly to 5; 25 percent of 4 but at least 2 is 6."""
        step = (0, None, 5)
        assert adjusted_capacity(3, 60, step_policy(step)) == 8
        assert adjusted_capacity(3, 60, step_policy(step, adjustment_type="ExactCapacity")) == 5
        least = step_policy((0, None, 25), adjustment_type=PERCENT, min_adjustment_magnitude=2)
        assert adjusted_capacity(4, 60, least) == 6

    @pytest.mark.parametrize(("value", "is_first"), [(50, True), (59.9, True), (60, False), (49, False)])
    def test_a_lower_bound_of_0_and_an_upper_of_10(self, value: float, is_first: bool) -> None:  # noqa: FBT001 - of the test
        """AWS: "Greater than or equal to 50 and less than 60": API_StepAdjustment.html."""
        first, *_ = step_policy((0, 10, 1), (10, None, 2)).steps
        assert (step_for(value, 50, [first]) is first) == is_first

    @pytest.mark.parametrize(("value", "is_first"), [(50, True), (40.1, True), (40, False), (51, False)])
    def test_a_lower_bound_of_minus_10_and_an_upper_of_0(self, value: float, is_first: bool) -> None:  # noqa: FBT001 - a parameter
        """AWS: "Greater than 40 and less than or equal to 50": API_StepAdjustment.html."""
        first, *_ = step_policy((-10, 0, -1), (None, -10, -2)).steps
        assert (step_for(value, 50, [first]) is first) == is_first

    @pytest.mark.parametrize(("value", "more"), [(69, 0), (70, 1), (84, 1), (85, 2), (94, 2), (95, 3), (100, 3)])
    def test_an_ecs_service_by_cpu_of_two_minutes(self, value: float, more: int) -> None:
        """From 70 by 1, from 85 by 2, from 95 by 3, when two minutes in a row are at 70 or above.

        https://docs.aws.amazon.com/autoscaling/application/userguide/create-step-scaling-policy-cli.html
        """
        alarm = Alarm(comparison="GreaterThanOrEqualToThreshold", threshold=70, periods=2, datapoints=2)
        policy = step_policy((0, 15, 1), (15, 25, 2), (25, None, 3), alarm=alarm, cooldown=600)
        for points, wanted in (([value], 0), ([50, value], 0), ([value, value], more), ([value, 50], 0)):
            done = replay(with_metrics(len(points), steps=points), target(policy), pace=AT_ONCE, tasks=2)
            assert sum(after - before for before, after in changes(done)) == wanted

    def test_a_larger_step_in_the_cooldown_adds_only_the_difference(self) -> None:
        """Two are added; the alarm triggers again at a step of 3 in the cooldown: "only 1 is added"."""
        policy = step_policy((0, 10, 2), (10, None, 3), cooldown=300)
        done = replay(with_metrics(4, steps=[55, 55, 65, 65]), target(policy), pace=Pace(start=1, drain=0), tasks=4)
        assert changes(done) == [(4, 6), (6, 7)]

    def test_the_adjustments_continue_until_the_alarm_is_ok(self) -> None:
        """AWS: "The adjustments can continue for additional alarm breaches", one for each cooldown period."""
        policy = step_policy((0, None, 1), cooldown=60)
        done = replay(with_metrics(8, steps=[60] * 5 + [40] * 3), target(policy), pace=AT_ONCE, tasks=1)
        assert changes(done) == [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]


class TestSeveralPolicies:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scale-based-on-demand.html, "Multiple ... policies"."""

    def test_the_queue_launches_two_and_the_cpu_one(self) -> None:
        """AWS: "This results in the Auto Scaling group launching two instances"."""
        wishes = [Wish(policy=name, capacity=1 + more, cooldown=0) for name, more in (("cpu", 1), ("queue", 2))]
        assert largest(wishes) == wishes[1]
        cpu = step_policy((0, None, 1), name="cpu", metric="cpu")
        queue = step_policy((0, None, 2), name="queue", metric="queue")
        done = replay(with_metrics(1, cpu=[60], queue=[60]), target(cpu, queue), pace=AT_ONCE, tasks=1)
        assert [(it.before, it.after, it.by) for it in done.activities] == [(1, 3, "queue")]

    def test_three_or_a_quarter_of_eight_instances_leave(self) -> None:
        """AWS: "This results in [...] terminating two instances (25 percent of 8 = 2)"."""
        three = step_policy((None, 0, -3), name="three", above=False)
        quarter = step_policy((None, 0, -25), name="quarter", above=False, adjustment_type=PERCENT)
        done = replay(with_metrics(1, three=[40], quarter=[40]), target(three, quarter), pace=AT_ONCE, tasks=8)
        assert [(it.before, it.after, it.by) for it in done.activities] == [(8, 6, "quarter")]

    def test_any_policy_adds_tasks(self) -> None:
        """Target tracking "will scale out if any of the policies are ready", here memory alone.

        https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
        """
        busy = load(10, minutes=4, memory=[90.0] * 4)
        done = replay(busy, target(tracking(), tracking("memory", MEMORY)), tasks=1)
        assert [(it.before, it.after, it.by) for it in done.activities] == [(1, 2, "memory")]

    def test_only_all_policies_remove_tasks(self) -> None:
        """AWS: "... but will scale in only if all of the policies (with the scale-in portion enabled) are ready"."""
        idle = load(10, minutes=30, memory=[65.0] * 30)
        both = target(tracking(), tracking("memory", MEMORY))
        assert changes(replay(idle, both, tasks=4)) == []
        without = target(tracking(), tracking("memory", MEMORY, disable_scale_in=True))
        assert changes(replay(idle, without, tasks=4)) == [(4, 1)]

    def test_step_scaling_is_not_blocked_by_target_tracking(self) -> None:
        """AWS: "If the step scaling policy initiates a scale-in [...], the scale-in activity will not be blocked"."""
        steps = step_policy((None, 0, -1), above=False, cooldown=300)
        done = replay(load(260, minutes=2, metrics={STEPS: [40, 40]}), target(tracking(), steps), tasks=4)
        assert [(it.before, it.after, it.by) for it in done.activities] == [(4, 3, STEPS)]
        assert removal([], [], 4, 4) is None


class TestTargetTracking:
    """Examples of one page.

    https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
    """

    def test_1500_messages_for_ten_instances_at_a_target_of_100(self) -> None:
        """AWS: "Your group scales out, and it scales out by five instances to maintain proportion to the target value".

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html
        """
        assert tracked_capacity(10, 1500 / 10, 100) == 15
        backlog = tracking("backlog", "requests", target=100)
        done = replay(load(0, minutes=5, requests=[1500.0] * 5), target(backlog, maximum=100), pace=AT_ONCE, tasks=10)
        assert changes(done) == [(10, 15)]

    def test_two_instances_at_60_and_40_percent_are_at_50(self) -> None:
        """The metric is the average of all.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scale-based-on-demand.html
        """
        assert replay(load(60 + 40), target(), tasks=2).cpu == [50]

    def test_from_zero_it_waits_for_one_data_point_and_scales_out_by_the_minimum(self) -> None:
        """AWS: "When actual capacity is 0 and the metric indicates that there is workload demand".

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
        """
        assert tracked_capacity(0, 500, 70) == 1
        assert tracked_capacity(0, 0, 70) == 0

    def test_insufficient_data_is_not_low_utilization(self) -> None:
        """AWS: "It does not perform scale in because it does not interpret insufficient data as low utilization".

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
        """
        silent = load(*[None] * 60)
        assert changes(replay(silent, target(tracking()), tasks=4)) == []

    def test_running_tasks_are_the_starting_point(self) -> None:
        """The running count, "as opposed to the desired count": tasks that still start are not asked for again.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
        """
        slow = Pace(start=20, drain=0)
        done = replay(load(95, minutes=15), target(tracking(scale_out_cooldown=0)), pace=slow, tasks=1)
        assert changes(done) == [(1, 2)]

    def test_it_scales_in_to_zero_without_traffic_only_with_a_minimum_of_0(self) -> None:
        """AWS: "When a metric emits real 0 values (for example, ALBRequestCountPerTarget) [it] can scale in to 0"."""
        silent = load(0, minutes=20, requests=[0.0] * 20)
        policy = tracking("requests", "requests", target=100)
        assert changes(replay(silent, target(policy, minimum=0), tasks=2)) == [(2, 0)]
        assert changes(replay(silent, target(policy, minimum=1), tasks=2)) == [(2, 1)]


class TestCooldowns:
    """The same page and service-auto-scaling.html: cooldown periods of target tracking."""

    def test_scale_in_waits_for_its_cooldown(self) -> None:
        """AWS: "Scale-in activities are blocked until the cooldown period has expired"."""
        falling = load(*[130] * 20, *[60] * 40)
        for cooldown, second in ((0, 35), (1800, 45)):
            done = replay(falling, target(tracking(scale_in_cooldown=cooldown)), tasks=4)
            assert [(it.minute, it.after) for it in done.activities] == [(15, 2), (second, 1)]

    def test_a_scale_out_in_the_scale_in_cooldown_is_immediate_and_stops_it(self) -> None:
        """AWS: "Application Auto Scaling scales out the target immediately. [...] the cooldown period stops"."""
        rising = load(*[100] * 15, *[380] * 3)
        done = replay(rising, target(tracking(scale_in_cooldown=3600)), pace=AT_ONCE, tasks=4)
        assert changes(done)[:2] == [(4, 2), (2, 3)]
        assert [it.minute for it in done.activities[:2]] == [15, 18]

    def test_a_scheduled_action_does_not_wait(self) -> None:
        """AWS: "A scheduled action [...] can trigger a scaling activity immediately"."""
        night = ScheduledAction(name="night", schedule="at(2026-11-16T00:17:00)", minimum=0, maximum=0)
        done = replay(load(100, minutes=20), target(tracking(scale_in_cooldown=3600), schedules=(night,)), tasks=4)
        assert [(it.minute, it.after, it.by) for it in done.activities] == [(15, 2, "cpu"), (17, 0, "night")]


class TestScheduledActions:
    """Examples of one page.

    https://docs.aws.amazon.com/autoscaling/application/userguide/examples-scheduled-actions.html
    """

    def test_one_action_scales_out_and_one_in(self) -> None:
        """At 22:00 to a minimum of 3 if fewer run, at 22:30 to a maximum of 0."""
        out = ScheduledAction(name="scale-out", schedule="at(2026-11-16T22:00:00)", minimum=3)
        back = ScheduledAction(name="scale-in", schedule="at(2026-11-16T22:30:00)", minimum=0, maximum=0)
        done = replay(load(0, minutes=1440), target(schedules=(out, back), maximum=4), tasks=1)
        assert [(it.minute, it.before, it.after) for it in done.activities] == [(1320, 1, 3), (1350, 3, 0)]

    def test_five_to_ten_units_become_fifteen_and_ten_again(self) -> None:
        """At 17:05 the range is 15 to 20, at 17:10 it is 5 to 10 again.

        https://docs.aws.amazon.com/autoscaling/application/userguide/get-started-exercise.html
        """
        first = ScheduledAction(name="first", schedule="at(2026-11-16T17:05:00)", minimum=15, maximum=20)
        second = ScheduledAction(name="second", schedule="at(2026-11-16T17:10:00)", minimum=5, maximum=10)
        units = target(schedules=(first, second), minimum=5, maximum=10)
        assert changes(replay(load(0, minutes=1440), units, tasks=5)) == [(5, 15), (15, 10)]

    def test_every_five_hours_from_a_start_to_an_end(self) -> None:
        """From 30 January 2021 12:00 to 31 January 22:00."""
        limits = utc("2021-01-30T12:00"), utc("2021-01-31T22:00")
        found = times("rate(5 hours)", "2021-01-29T00:00", "2021-02-02T00:00", "UTC", *limits)
        assert [it[8:] for it in found] == [
            "30 12:00",
            "30 17:00",
            "30 22:00",
            "31 03:00",
            "31 08:00",
            "31 13:00",
            "31 18:00",
        ]

    def test_every_day_at_nine(self) -> None:
        """`cron(0 9 * * ? *)`: below 10 to 10, above 50 to 50."""
        action = ScheduledAction(name="it", schedule="at(2026-11-16T09:00:00)", minimum=10, maximum=50)
        for tasks, wanted in ((2, [(2, 10)]), (60, [(60, 50)]), (20, [])):
            wide = target(schedules=(action,), minimum=0, maximum=99)
            assert changes(replay(load(0, minutes=600), wide, tasks=tasks)) == wanted
        found = times("cron(0 9 * * ? *)", "2021-01-30T09:00", "2021-02-01T09:00")
        assert found == ["2021-01-30 09:00", "2021-01-31 09:00"]

    def test_times_of_a_time_zone(self) -> None:
        """17:00 in New York is 22:00 UTC in January; Monday to Friday 18:00 in Etc/GMT+9 is 3:00 the next day."""
        assert times("at(2021-01-31T17:00:00)", "2021-01-01", "2021-03-01", "America/New_York") == ["2021-01-31 22:00"]
        found = times("cron(0 18 ? * MON-FRI *)", "2021-01-31", "2021-02-08", "Etc/GMT+9")
        assert found == [f"2021-02-0{day} 03:00" for day in range(2, 7)]

    @pytest.mark.parametrize(
        ("expression", "count", "first", "last"),
        [
            ("0 10 * * ? *", 7, "01 10:00", "07 10:00"),
            ("15 12 * * ? *", 7, "01 12:15", "07 12:15"),
            ("0 18 ? * MON-FRI *", 5, "01 18:00", "05 18:00"),
            ("0 8 1 * ? *", 1, "01 08:00", "01 08:00"),
            ("0/15 * * * ? *", 7 * 96, "01 00:00", "07 23:45"),
            ("0/10 * ? * MON-FRI *", 5 * 144, "01 00:00", "05 23:50"),
            ("0/5 8-17 ? * MON-FRI *", 5 * 120, "01 08:00", "05 17:55"),
            ("30 6 ? * 3 *", 1, "02 06:30", "02 06:30"),
        ],
    )
    def test_the_table_of_cron_expressions(self, expression: str, count: int, first: str, last: str) -> None:
        """In the week from Monday 1 March 2021; the last is a Tuesday, which AWS counts as 3.

        https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
        """
        found = [it[8:] for it in times(f"cron({expression})", "2021-03-01", "2021-03-08")]
        assert (len(found), found[0], found[-1]) == (count, first, last)

    @pytest.mark.parametrize(
        ("expression", "days"),
        [
            ("0 9 ? * 2#1 *", ["03-01", "04-05"]),
            ("15 10 ? * 6L 2021-2023", ["03-26", "04-30"]),
            ("0 9 L * ? *", ["03-31", "04-30"]),
            ("0 9 3W * ? *", ["03-03", "04-02"]),
            ("0 9 LW * ? *", ["03-31", "04-30"]),
        ],
    )
    def test_wildcards_of_days(self, expression: str, days: list[str]) -> None:
        """First Monday, last Friday, last day, the weekday nearest to the third, last weekday.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
        """
        assert [it[5:10] for it in times(f"cron({expression})", "2021-03-01", "2021-05-01")] == days

    def test_daylight_saving_time(self) -> None:
        """In spring a time that there is not is skipped; in autumn one that there is twice counts once.

        https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
        """
        zone = "America/New_York"
        assert times("cron(30 2 * * ? *)", "2021-03-13", "2021-03-16", zone) == ["2021-03-13 07:30", "2021-03-15 06:30"]
        assert times("cron(30 1 * * ? *)", "2021-11-07", "2021-11-08", zone) == ["2021-11-07 05:30"]
        assert times("cron(0 8 * * ? *)", "2021-03-13", "2021-03-15", zone) == ["2021-03-13 13:00", "2021-03-14 12:00"]


class TestMissingData:
    """Examples of one page.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """

    @pytest.mark.parametrize(
        ("datapoints", "points", "states"),
        [
            (3, "0-X-X", "OK OK OK OK"),
            (3, "0----", "OK OK OK OK"),
            (3, "-----", "INSUFFICIENT_DATA retained ALARM OK"),
            (3, "0XX-X", "ALARM ALARM ALARM ALARM"),
            (3, "--X--", "ALARM retained ALARM OK"),
            (3, "----X", "INSUFFICIENT_DATA retained ALARM OK"),
            (2, "0-X-X", "ALARM ALARM ALARM ALARM"),
            (2, "00X0X", "ALARM ALARM ALARM ALARM"),
            (2, "0-X--", "OK OK ALARM OK"),
            (2, "----0", "OK OK ALARM OK"),
            (2, "---X-", "ALARM retained ALARM OK"),
        ],
    )
    def test_missing_data_is_treated_as_in_the_tables(self, datapoints: int, points: str, states: str) -> None:
        """3 out of 3 and 2 out of 3, for missing, ignore, breaching and notBreaching."""
        seen = [None if it == "-" else it == "X" for it in points]
        found = [
            evaluate(
                seen,
                Alarm(
                    comparison="GreaterThanThreshold", threshold=0, periods=3, datapoints=datapoints, missing=missing
                ),
                "retained",
            )
            for missing in ("missing", "ignore", "breaching", "notBreaching")
        ]
        assert found == states.split()
