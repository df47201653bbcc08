"""How new tasks take the place of old ones, and when that is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import of_type, properties, tree
from tests.unit.templates.test_settings_models import refusal

NIGHT = {"name": "night", "schedule": "cron(0 22 ? * * *)"}
SHIFTING = ["blue_green", "linear", "canary"]


def service(**deployment: Any) -> Any:
    """The service with these settings of `[ecs.deployment]`."""
    return properties(tree(ecs={"deployment": deployment})["Ecs"], "Service")


def configuration(**deployment: Any) -> Any:
    """Its deployment configuration."""
    return service(**deployment)["DeploymentConfiguration"]


def test_tasks_are_replaced_few_at_a_time() -> None:
    """Strategy and alarms are said although they are ECS's defaults: left out, an update could not go back to them."""
    assert configuration() == {
        "Strategy": "ROLLING",
        "MinimumHealthyPercent": 100,
        "MaximumPercent": 200,
        "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
    }
    assert "AdvancedConfiguration" not in service()["LoadBalancers"][0]


def test_how_many_at_a_time_and_after_how_many_failures_to_give_up() -> None:
    """By percent of the desired count, and by a number of tasks."""
    made = configuration(minimum_healthy_percent=50, maximum_percent=200, circuit_breaker_threshold=4, bake_minutes=5)
    assert (made["MinimumHealthyPercent"], made["MaximumPercent"], made["BakeTimeInMinutes"]) == (50, 200, 5)
    assert made["DeploymentCircuitBreaker"]["ThresholdConfiguration"] == {"Type": "COUNT", "Value": 4}


@pytest.mark.parametrize(
    ("strategy", "more"),
    [
        ("blue_green", {}),
        ("linear", {"LinearConfiguration": {"StepPercent": 10, "StepBakeTimeInMinutes": 6}}),
        ("canary", {"CanaryConfiguration": {"CanaryPercent": 5, "CanaryBakeTimeInMinutes": 10}}),
    ],
)
def test_requests_are_moved(strategy: str, more: dict[str, Any]) -> None:
    """With time to go back; without a circuit breaker, which these strategies do not have."""
    off = {"AlarmNames": [], "Enable": False, "Rollback": False}
    assert configuration(strategy=strategy) == {
        "Strategy": strategy.upper(),
        "BakeTimeInMinutes": 15,
        "Alarms": off,
        **more,
    }


@pytest.mark.parametrize("strategy", SHIFTING)
def test_ecs_knows_both_target_groups_the_rules_and_its_role(strategy: str) -> None:
    """As the network and the roles tell: with the rolling strategy neither makes them."""
    templates = tree(ecs={"deployment": {"strategy": strategy}})
    (balancer,) = properties(templates["Ecs"], "Service")["LoadBalancers"]
    advanced = balancer["AdvancedConfiguration"]
    assert advanced["AlternateTargetGroupArn"] == {"Ref": "AlternateTargetGroupArn"}
    assert advanced["ProductionListenerRule"] == {"Ref": "ProductionListenerRuleArn"}
    assert advanced["RoleArn"] == {"Ref": "LoadBalancerRoleArn"}
    passed = properties(templates["Root"], "Ecs")["Parameters"]
    assert passed["LoadBalancerRoleArn"] == {"Fn::GetAtt": ["Iam", "Outputs.LoadBalancerRoleArn"]}
    assert passed["AlternateTargetGroupArn"] == {"Fn::GetAtt": ["Network", "Outputs.AlternateTargetGroupArn"]}
    assert passed["ProductionListenerRuleArn"] == {"Fn::GetAtt": ["Network", "Outputs.ProductionListenerRuleArn"]}


@pytest.mark.parametrize(
    ("strategy", "setting"),
    [
        ("blue_green", {"minimum_healthy_percent": 50}),
        ("blue_green", {"maximum_percent": 150}),
        ("canary", {"circuit_breaker_threshold": 5}),
        ("canary", {"circuit_breaker": False}),
        ("linear", {"circuit_breaker_rollback": False}),
        ("canary", {"step_percent": 20}),
        ("rolling", {"step_bake_minutes": 5}),
        ("linear", {"canary_percent": 5}),
        ("rolling", {"canary_bake_minutes": 5}),
    ],
)
def test_a_setting_of_another_strategy_is_refused(strategy: str, setting: dict[str, Any]) -> None:
    """It would mean nothing, and somebody believes that it does."""
    assert f"means nothing with strategy {strategy}" in refusal(ecs={"deployment": {"strategy": strategy, **setting}})


def test_tasks_can_be_replaced_at_all() -> None:
    """With 100 and 100 percent none could stop and none start."""
    message = refusal(ecs={"deployment": {"minimum_healthy_percent": 100, "maximum_percent": 100}})
    assert "no task could be stopped and none started" in message


@pytest.mark.parametrize(
    ("percent", "tasks", "replaceable"),
    [
        ((100, 150), 1, False),
        ((100, 150), 2, True),
        ((50, 100), 1, False),
        ((50, 100), 2, True),
        ((67, 133), 3, False),
        ((67, 133), 4, True),
        ((0, 100), 1, True),
        ((100, 200), 1, True),
    ],
)
def test_percentages_that_round_to_no_task_are_refused(
    percent: tuple[int, int], tasks: int, *, replaceable: bool
) -> None:
    """ECS rounds the maximum down and the minimum up; a deployment that can do neither never ends."""
    deployment = {"minimum_healthy_percent": percent[0], "maximum_percent": percent[1]}
    wanted = {"autoscaling": {"enabled": False}, "ecs": {"desired_count": tasks, "deployment": deployment}}
    if replaceable:
        tree(**wanted)
    else:
        assert "none could be replaced" in refusal(**wanted)


@pytest.mark.parametrize(
    ("scaling", "replaceable"),
    [
        ({"min_capacity": 1}, False),
        ({"min_capacity": 2}, True),
        ({"min_capacity": 0}, False),
        ({"min_capacity": 2, "schedules": [NIGHT | {"min_capacity": 0, "max_capacity": 0}]}, True),
        ({"min_capacity": 2, "schedules": [NIGHT | {"min_capacity": 1, "max_capacity": 1}]}, False),
        ({"min_capacity": 2, "schedules": [NIGHT | {"min_capacity": 0}]}, False),
        ({"enabled": False}, True),
    ],
)
def test_the_fewest_tasks_that_autoscaling_allows_can_be_replaced(
    scaling: dict[str, Any], *, replaceable: bool
) -> None:
    """Also at night; where a schedule takes the service down to nothing, there is nothing to replace."""
    wanted = {"autoscaling": scaling, "ecs": {"desired_count": 2, "deployment": {"maximum_percent": 150}}}
    if replaceable:
        tree(**wanted)
    else:
        assert "none could be replaced" in refusal(**wanted)


@pytest.mark.parametrize(
    ("deployment", "minutes"),
    [
        ({"strategy": "linear", "step_percent": 10, "step_bake_minutes": 300}, 15 + 9 * 300),
        ({"strategy": "linear", "step_percent": 30, "step_bake_minutes": 700}, 15 + 3 * 700),
        ({"strategy": "canary", "canary_bake_minutes": 1440, "bake_minutes": 600}, 2040),
    ],
)
def test_cloudformation_would_not_wait_so_long(deployment: dict[str, Any], minutes: int) -> None:
    """It refuses what takes more than 33 hours."""
    assert f"all bake times are {minutes} minutes together" in refusal(ecs={"deployment": deployment})


def test_what_takes_33_hours_is_taken() -> None:
    """At half and half there is one wait between two shifts."""
    made = configuration(strategy="linear", step_percent=50, step_bake_minutes=1440, bake_minutes=540)
    assert made["BakeTimeInMinutes"] == 540
    assert made["LinearConfiguration"] == {"StepPercent": 50, "StepBakeTimeInMinutes": 1440}


def alarms(**ecs: Any) -> dict[str, Any]:
    """The alarms by their logical ids."""
    return {name: it["Properties"] for name, it in of_type(tree(ecs=ecs)["Ecs"], "AWS::CloudWatch::Alarm").items()}


def test_errors_unhealthy_targets_and_slow_answers_take_a_deployment_back() -> None:
    """The alarms are those that the deployment watches; by default there are none."""
    assert alarms() == {}
    templates = tree(ecs={"deployment": {"rollback_alarms": True}})["Ecs"]
    found = of_type(templates, "AWS::CloudWatch::Alarm")
    metrics = {it["Properties"]["MetricName"] for it in found.values()}
    assert metrics == {"HTTPCode_Target_5XX_Count", "UnHealthyHostCount", "TargetResponseTime"}
    watched = properties(templates, "Service")["DeploymentConfiguration"]["Alarms"]
    assert (watched["Enable"], watched["Rollback"]) == (True, True)
    assert sorted(it["Ref"] for it in watched["AlarmNames"]) == sorted(found)


@pytest.mark.parametrize("strategy", SHIFTING)
def test_both_target_groups_are_watched(strategy: str) -> None:
    """The new tasks are in one, the next ones in the other."""
    found = alarms(deployment={"strategy": strategy, "rollback_alarms": True})
    groups = [
        it["Value"]["Ref"] for alarm in found.values() for it in alarm["Dimensions"] if it["Name"] == "TargetGroup"
    ]
    assert sorted(groups) == ["AlternateTargetGroupFullName"] * 3 + ["TargetGroupFullName"] * 3
    assert len({alarm["AlarmName"] for alarm in found.values()}) == 6


@pytest.mark.parametrize(("grace", "minutes"), [(0, 3), (120, 5), (150, 6)])
def test_a_task_that_is_starting_is_not_unhealthy_yet(grace: int, minutes: int) -> None:
    """The alarm waits for the time in which the load balancer's checks do not count, and three minutes more."""
    found = alarms(health_check_grace_period=grace, deployment={"rollback_alarms": True})
    unhealthy = next(it for it in found.values() if it["MetricName"] == "UnHealthyHostCount")
    assert unhealthy["EvaluationPeriods"] == unhealthy["DatapointsToAlarm"] == minutes
    assert unhealthy["TreatMissingData"] == "notBreaching"


def test_no_alarm_watches_longer_than_cloudwatch_does() -> None:
    """One with a period of a minute looks back a day at most: a longer grace period is refused with the alarms."""
    assert refusal(ecs={"health_check_grace_period": 86400, "deployment": {"rollback_alarms": True}})


def test_zones_are_rebalanced_only_where_that_is_wanted_and_possible() -> None:
    """ECS does it for new services unless told otherwise, and starts a task before it stops another."""
    assert properties(tree()["Ecs"], "Service")["AvailabilityZoneRebalancing"] == "DISABLED"
    wanted = {"availability_zone_rebalancing": True}
    assert properties(tree(ecs=wanted)["Ecs"], "Service")["AvailabilityZoneRebalancing"] == "ENABLED"
    full = {"minimum_healthy_percent": 0, "maximum_percent": 100}
    assert "not with a maximum_percent of 100" in refusal(ecs={**wanted, "deployment": full})
    tree(ecs={"deployment": full})


def test_without_a_circuit_breaker_nothing_is_taken_back() -> None:
    """It is said that it is off: left out, ECS would keep one that was on."""
    off = configuration(circuit_breaker=False)
    assert off["DeploymentCircuitBreaker"] == {"Enable": False, "Rollback": False}
    alone = configuration(circuit_breaker_rollback=False)
    assert alone["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": False}


@pytest.mark.parametrize("setting", [{"circuit_breaker_rollback": False}, {"circuit_breaker_threshold": 5}])
def test_what_a_circuit_breaker_that_is_off_has_not(setting: dict[str, Any]) -> None:
    """It would mean nothing."""
    assert "circuit_breaker is off" in refusal(ecs={"deployment": {"circuit_breaker": False, **setting}})
