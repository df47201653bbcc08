"""Scalable target and policies."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.templates import of_type, properties, tree


def test_the_scalable_target_is_the_service_and_is_tagged() -> None:
    """The tags on it are what `AmazonECS_FullAccess` does not allow to set."""
    target = properties(tree()["Autoscaling"], "ScalableTarget")
    assert target["ResourceId"] == {"Fn::Sub": "service/${ClusterName}/${ServiceName}"}
    assert (target["ServiceNamespace"], target["ScalableDimension"]) == ("ecs", "ecs:service:DesiredCount")
    assert (target["MinCapacity"], target["MaxCapacity"]) == ({"Ref": "MinCapacity"}, {"Ref": "MaxCapacity"})
    assert {tag["Key"] for tag in target["Tags"]} == {"Project", "Environment", "ManagedBy"}


@pytest.mark.parametrize(
    ("policy", "metric", "target"),
    [
        ("CpuPolicy", "ECSServiceAverageCPUUtilization", "CpuTarget"),
        ("MemoryPolicy", "ECSServiceAverageMemoryUtilization", "MemoryTarget"),
    ],
)
def test_cpu_and_memory_are_tracked(policy: str, metric: str, target: str) -> None:
    """Each policy holds its metric at its target, with the operator's cooldowns."""
    it = properties(tree()["Autoscaling"], policy)
    assert it["PolicyType"] == "TargetTrackingScaling"
    assert it["ScalingTargetId"] == {"Ref": "ScalableTarget"}
    assert it["TargetTrackingScalingPolicyConfiguration"] == {
        "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        "ScaleInCooldown": {"Ref": "ScaleInCooldown"},
        "ScaleOutCooldown": {"Ref": "ScaleOutCooldown"},
        "TargetValue": {"Ref": target},
    }


def test_a_metric_may_have_cooldowns_of_its_own() -> None:
    """As policies that somebody has made one by one; the parameter of all is left out where no policy takes it."""
    templates = tree(
        autoscaling={"cpu_scale_in_cooldown": 120, "memory_scale_in_cooldown": 0, "cpu_scale_out_cooldown": 30}
    )
    cpu, memory = (
        properties(templates["Autoscaling"], it)["TargetTrackingScalingPolicyConfiguration"]
        for it in ("CpuPolicy", "MemoryPolicy")
    )
    assert (cpu["ScaleOutCooldown"], cpu["ScaleInCooldown"]) == (30, 120)
    assert (memory["ScaleOutCooldown"], memory["ScaleInCooldown"]) == ({"Ref": "ScaleOutCooldown"}, 0)
    assert "AutoscalingScaleOutCooldown" in templates["Root"]["Parameters"]
    assert "AutoscalingScaleInCooldown" not in templates["Root"]["Parameters"]


@pytest.mark.parametrize(
    "settings",
    [
        {"cpu_tracking": False, "cpu_scale_out_cooldown": 5},
        {"request_count_scale_in_cooldown": 5},
        {"cpu_scale_in_cooldown": 1, "memory_scale_in_cooldown": 1, "scale_in_cooldown": 5},
    ],
    ids=["not tracked", "no requests", "none takes it"],
)
def test_a_cooldown_that_nothing_takes_is_refused(settings: dict[str, Any]) -> None:
    """It would mean nothing."""
    with pytest.raises(ValidationError, match="means nothing"):
        scaled(**settings)


def test_nothing_else_scales() -> None:
    """Two policies, as in the Terraform project."""
    assert set(of_type(tree()["Autoscaling"], "AWS::ApplicationAutoScaling::ScalingPolicy")) == {
        "CpuPolicy",
        "MemoryPolicy",
    }


SCALING_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
NIGHT = {
    "name": "night",
    "schedule": "cron(0 22 ? * MON-FRI *)",
    "timezone": "Asia/Seoul",
    "min_capacity": 0,
    "max_capacity": 0,
}
QUEUE = {
    "name": "queue",
    "namespace": "Preto",
    "metric": "Waiting",
    "dimensions": {"Queue": "reports"},
    "threshold": 10,
    "steps": ({"distance": 0, "change": 1}, {"distance": 20, "change": 3}),
}


def scaled(**settings: Any) -> Any:
    """The template of Autoscaling with these settings."""
    return tree(autoscaling=settings)["Autoscaling"]


@pytest.mark.parametrize(("off", "left"), [("cpu_tracking", "MemoryPolicy"), ("memory_tracking", "CpuPolicy")])
def test_each_tracking_can_be_left_out_with_its_parameter(off: str, left: str) -> None:
    """Nobody can turn a target that nothing uses."""
    templates = tree(autoscaling={off: False})
    assert set(of_type(templates["Autoscaling"], SCALING_POLICY)) == {left}
    gone = {"cpu_tracking": "AutoscalingCpuTarget", "memory_tracking": "AutoscalingMemoryTarget"}[off]
    assert gone not in templates["Root"]["Parameters"]


def test_requests_are_counted_at_the_target_group_behind_the_load_balancer() -> None:
    """The label is `app/NAME/ID/targetgroup/NAME/ID`, of which both halves are outputs of the network."""
    templates = tree(autoscaling={"request_count_target": 500, "request_count_scale_in": False})
    policy = properties(templates["Autoscaling"], "RequestCountPolicy")["TargetTrackingScalingPolicyConfiguration"]
    assert policy["TargetValue"] == 500
    assert policy["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": {"Fn::Join": ["/", [{"Ref": "LoadBalancerFullName"}, {"Ref": "TargetGroupFullName"}]]},
    }
    assert policy["DisableScaleIn"] is True
    outputs = templates["Network"]["Outputs"]
    assert outputs["LoadBalancerFullName"]["Value"] == {"Fn::GetAtt": ["LoadBalancer", "LoadBalancerFullName"]}
    assert outputs["TargetGroupFullName"]["Value"] == {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]}


def test_requests_are_not_counted_where_deployments_move_them() -> None:
    """The label names one of the two target groups, which has no requests half of the time."""
    with pytest.raises(ValidationError, match="counted in one target group"):
        tree(autoscaling={"request_count_target": 500}, ecs={"deployment": {"strategy": "canary"}})


def test_memory_that_only_adds_tasks_does_not_hold_back_their_removal() -> None:
    """Streamlit keeps memory: with its scale-in switched off, CPU use alone decides about removing tasks."""
    template = scaled(memory_scale_in=False)
    configured = {
        name: it["Properties"]["TargetTrackingScalingPolicyConfiguration"].get("DisableScaleIn", False)
        for name, it in of_type(template, SCALING_POLICY).items()
    }
    assert configured == {"CpuPolicy": False, "MemoryPolicy": True}


def test_a_schedule_takes_the_service_down_to_nothing_and_back() -> None:
    """At night no task runs and costs nothing; the zone is the users', with its summer time."""
    morning = NIGHT | {"name": "morning", "schedule": "cron(0 8 ? * MON-FRI *)", "min_capacity": 1, "max_capacity": 4}
    target = properties(scaled(schedules=[NIGHT, morning]), "ScalableTarget")
    night, day = target["ScheduledActions"]
    assert night == {
        "ScheduledActionName": "night",
        "Schedule": "cron(0 22 ? * MON-FRI *)",
        "Timezone": "Asia/Seoul",
        "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0},
    }
    assert day["ScalableTargetAction"] == {"MinCapacity": 1, "MaxCapacity": 4}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"schedule": "every night"}, "match pattern"),
        ({"timezone": "Asia/Seol"}, "no time zone of this name"),
        ({"timezone": "localtime"}, "no time zone of this name"),
        ({"timezone": "ROK"}, 'another name of "Asia/Seoul"'),
        ({"min_capacity": None, "max_capacity": None}, "or both are needed"),
        ({"min_capacity": 3, "max_capacity": 2}, "min_capacity 3 is more than max_capacity 2"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_when_the_settings_are_read(wrong: dict[str, Any], why: str) -> None:
    """A misspelt zone does not wait for a deployment to fail."""
    with pytest.raises(ValidationError, match=why):
        scaled(schedules=[NIGHT | wrong])


@pytest.mark.parametrize(
    ("schedules", "refused"),
    [
        ([{"min_capacity": 4}], ""),
        ([{"min_capacity": 5}], "more than max_capacity 4, which .autoscaling. sets"),
        ([{"max_capacity": 1}], ""),
        ([{"max_capacity": 0}], "less than min_capacity 1, which .autoscaling. sets"),
        ([{"min_capacity": 0, "max_capacity": 0}, {"min_capacity": 1, "max_capacity": 9}], ""),
        ([{"min_capacity": 0, "max_capacity": 0}, {"min_capacity": 1}], 'max_capacity 0, which the schedule "n0" sets'),
        ([{"min_capacity": 2, "max_capacity": 9}, {"max_capacity": 1}], 'min_capacity 2, which the schedule "n0" sets'),
        ([{"min_capacity": 3}, {"max_capacity": 2}], 'max_capacity 2, which the schedule "n1" sets'),
    ],
)
def test_a_schedule_goes_with_the_limits_of_all_others(schedules: list[dict[str, int]], refused: str) -> None:
    """Whichever of them was last, an action that is carried out leaves the minimum at or below the maximum."""
    when = {"schedule": "cron(0 22 ? * MON-FRI *)"}
    actions = [{"name": f"n{index}"} | when | it for index, it in enumerate(schedules)]
    with pytest.raises(ValidationError, match=refused) if refused else nullcontext():
        scaled(schedules=actions)


@pytest.mark.parametrize(
    ("side", "bounds", "comparison"),
    [
        ("above", [(0, 20, 1), (20, None, 3)], "GreaterThanOrEqualToThreshold"),
        ("below", [(-20, 0, 1), (None, -20, 3)], "LessThanOrEqualToThreshold"),
    ],
)
def test_steps_touch_each_other_and_the_last_one_is_open(
    side: str, bounds: list[tuple[float | None, float | None, int]], comparison: str
) -> None:
    """However far the metric is, exactly one step holds; the alarm carries it out and never acts on missing data."""
    template = scaled(steps=[QUEUE | {"side": side}])
    policy = properties(template, "QueueStepsPolicy")
    found = policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    assert [
        (it.get("MetricIntervalLowerBound"), it.get("MetricIntervalUpperBound"), it["ScalingAdjustment"])
        for it in found
    ] == bounds
    alarm = properties(template, "QueueStepsAlarm")
    assert alarm["ComparisonOperator"] == comparison
    assert alarm["AlarmActions"] == [{"Ref": "QueueStepsPolicy"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["Dimensions"] == [{"Name": "Queue", "Value": "reports"}]


@pytest.mark.parametrize("distances", [[], [1], [0, 0], [0, 5, 3]])
def test_steps_that_leave_gaps_are_refused(distances: list[int]) -> None:
    """Each step begins further out than the one before, and the first at the threshold."""
    with pytest.raises(ValidationError):
        scaled(steps=[QUEUE | {"steps": [{"distance": it, "change": 1} for it in distances]}])


def test_metrics_of_aws_come_once_a_minute() -> None:
    """CloudWatch refuses an alarm that looks at them more often."""
    steps = {"name": "queue", "metric": "m", "period": 10, "threshold": 1, "steps": ({"distance": 0, "change": 1},)}
    tree(autoscaling={"steps": (steps | {"namespace": "Preto"},)})
    with pytest.raises(ValidationError, match="once a minute"):
        tree(autoscaling={"steps": (steps | {"namespace": "AWS/SQS"},)})


def test_two_schedules_or_steps_of_one_name_are_refused() -> None:
    """One would silently take the other's place; `cpu` is a policy of ours."""
    for settings in ({"schedules": [NIGHT, NIGHT]}, {"steps": [QUEUE, QUEUE]}, {"steps": [QUEUE | {"name": "CPU"}]}):
        with pytest.raises(ValidationError, match="twice"):
            scaled(**settings)


def test_autoscaling_without_anything_that_scales_is_refused() -> None:
    """It would say that tasks follow the load, and nothing would."""
    with pytest.raises(ValidationError, match="nothing scales"):
        scaled(cpu_tracking=False, memory_tracking=False)
    parameters = tree(autoscaling={"cpu_tracking": False, "memory_tracking": False, "schedules": [NIGHT]})["Root"]
    assert not {"AutoscalingScaleInCooldown", "AutoscalingScaleOutCooldown"} & set(parameters["Parameters"])


@pytest.mark.parametrize("text", ["", " a", "a ", "a\n", "대기"])
def test_texts_that_no_metric_has_are_refused(text: str) -> None:
    """CloudWatch takes ASCII without control characters."""
    for wrong in ({"metric": text}, {"dimensions": {text: "reports"}}, {"dimensions": {"Queue": text}}):
        with pytest.raises(ValidationError):
            scaled(steps=[QUEUE | wrong])
