"""W9101: a target group in front of more than one task is sticky."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.stacks.lint.folders import alone, found, tree

if TYPE_CHECKING:
    from pathlib import Path

MORNING = {"name": "morning", "schedule": "cron(0 8 * * ? *)", "max_capacity": 5}
LOOSE = {"network": {"sticky_sessions": False}}


@pytest.mark.parametrize(
    ("settings", "tasks"),
    [
        ({}, 4),
        ({"autoscaling": {"max_capacity": 3}}, 3),
        ({"autoscaling": {"max_capacity": 1, "schedules": [MORNING]}, "ecs": {"desired_count": 1}}, 5),
        ({"ecs": {"desired_count": 2}, "autoscaling": {"enabled": False}}, 2),
    ],
    ids=["autoscaling by default", "autoscaling", "at certain times", "desired count"],
)
def test_more_than_one_task_without_stickiness_is_warned_of(
    tmp_path: Path, settings: dict[str, Any], tasks: int
) -> None:
    """It passes, as a service that runs may have it.

    The counts are the root's parameters, the service is in Ecs, and the target group is named in Network.
    """
    [finding] = found(tree(tmp_path, **LOOSE, **settings), "W9101")
    assert (finding.level, finding.module, finding.logical_id) == ("warning", "Network", "TargetGroup")
    assert finding.property == "Properties/TargetGroupAttributes"
    assert finding.message.startswith(f"up to {tasks} tasks can run")


@pytest.mark.parametrize(
    "settings",
    [
        {"ecs": {"desired_count": 1}, "autoscaling": {"enabled": False}},
        {"ecs": {"desired_count": 1}, "autoscaling": {"max_capacity": 1}},
    ],
    ids=["one by count, whatever the capacity that is switched off", "one by capacity"],
)
def test_one_task_needs_no_stickiness(tmp_path: Path, settings: dict[str, Any]) -> None:
    """Where no second task can run, nothing is asked."""
    assert found(tree(tmp_path, **LOOSE, **settings), "W9101") == []


def test_many_tasks_with_stickiness_pass(tmp_path: Path) -> None:
    """Sticky sessions are what the rule asks for."""
    assert found(tree(tmp_path, autoscaling={"max_capacity": 9}), "W9101") == []


def service(count: Any = 3, group: str = "Group") -> dict[str, Any]:
    """A service behind a target group of the same template."""
    balancer = {"ContainerName": "web", "ContainerPort": 8501, "TargetGroupArn": {"Ref": group}}
    properties = {"TaskDefinition": "web:1", "DesiredCount": count, "LoadBalancers": [balancer]}
    return {"Type": "AWS::ECS::Service", "Properties": properties}


def target_group(*attributes: Any) -> dict[str, Any]:
    """A target group with these attributes."""
    properties = {"TargetType": "ip", "Port": 80, "Protocol": "HTTP", "VpcId": "vpc-0123456789abcdef0"}
    listed = {"TargetGroupAttributes": list(attributes)} if attributes else {}
    return {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": properties | listed}


def scalable(service_name: Any, most: int) -> dict[str, Any]:
    """A scalable target for a service."""
    properties = {
        "ServiceNamespace": "ecs",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ResourceId": {"Fn::Join": ["/", ["service", "main", service_name]]},
        "MinCapacity": 1,
        "MaxCapacity": most,
    }
    return {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": properties}


STICKY, NOT_STICKY = ({"Key": "stickiness.enabled", "Value": value} for value in ("true", "false"))


def test_a_template_by_itself_is_a_tree(tmp_path: Path) -> None:
    """Service and target group in one template are found, without attributes at the properties of the target group."""
    [finding] = found(alone(tmp_path, {"Service": service(), "Group": target_group()}), "W9101")
    assert (finding.logical_id, finding.property) == ("Group", "Properties")


def test_a_service_behind_another_target_group_does_not_count(tmp_path: Path) -> None:
    """Only target groups in front of the many tasks need stickiness."""
    resources = {"Service": service(), "Group": target_group(STICKY), "Other": target_group()}
    assert found(alone(tmp_path, resources), "W9101") == []


def test_the_capacity_of_another_service_does_not_count(tmp_path: Path) -> None:
    """A scalable target counts for the service that it names."""
    other = {"Fn::GetAtt": ["Other", "Name"]}
    resources = {
        "Service": service(1),
        "Group": target_group(),
        "Other": service(1, "OtherGroup"),
        "OtherGroup": target_group(),
        "Scaling": scalable(other, 5),
    }
    assert [it.logical_id for it in found(alone(tmp_path, resources), "W9101")] == ["OtherGroup"]


def test_a_capacity_for_a_service_by_name_counts(tmp_path: Path) -> None:
    """A scalable target that names a service in words may mean any."""
    resources = {"Service": service(1), "Group": target_group(), "Scaling": scalable("web", 5)}
    assert len(found(alone(tmp_path, resources), "W9101")) == 1


@pytest.mark.parametrize(
    ("attributes", "sticky"),
    [
        ([STICKY], True),
        ([NOT_STICKY], False),
        ([{"Fn::If": ["Chosen", STICKY, {"Ref": "AWS::NoValue"}]}], False),
        ([{"Fn::If": ["Chosen", STICKY, STICKY]}], True),
        ([{"Key": "stickiness.enabled", "Value": {"Fn::If": ["Chosen", "true", "false"]}}], False),
        ([{"Key": "stickiness.enabled", "Value": {"Ref": "On"}}], True),
        ([{"Key": "stickiness.enabled", "Value": {"Fn::Sub": "${Off}"}}], False),
        ([{"Fn::If": ["Settled", STICKY, NOT_STICKY]}], True),
    ],
)
def test_stickiness_must_hold_whichever_way_conditions_go(
    tmp_path: Path, attributes: list[dict[str, Any]], *, sticky: bool
) -> None:
    """A condition on a parameter that is empty can go either way; one on a parameter with a default goes that way."""
    alone(
        tmp_path,
        {"Service": service(), "Group": target_group(*attributes)},
        Parameters={
            "Choice": {"Type": "String", "Default": ""},
            "On": {"Type": "String", "Default": "true"},
            "Off": {"Type": "String", "Default": "false"},
        },
        Conditions={
            "Chosen": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Choice"}, "x"]}]},
            "Settled": {"Fn::Or": [{"Condition": "Chosen"}, {"Fn::Equals": [{"Ref": "On"}, "true"]}]},
        },
    )
    assert (found(tmp_path, "W9101") == []) is sticky


def test_a_template_that_nests_itself_does_not_hang(tmp_path: Path) -> None:
    """A circle of templates is looked at once."""
    itself = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "root.template.json"}}
    alone(tmp_path, {"Service": service(), "Group": target_group(), "Again": itself})
    assert len(found(tmp_path, "W9101")) == 1
