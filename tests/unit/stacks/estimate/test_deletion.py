"""How long it takes to take stacks away."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.estimate.deletion import estimate_deletion
from stacks.estimate.history import PastOperation

STACK = "AWS::CloudFormation::Stack"
TEMPLATES: dict[str, Any] = {
    "root": {
        "Resources": {
            "Network": {"Type": STACK, "Properties": {"TemplateURL": "network"}},
            "Ecs": {
                "Type": STACK,
                "Properties": {"TemplateURL": "ecs", "Parameters": {"In": {"Fn::GetAtt": ["Network", "Outputs.Out"]}}},
            },
            "Alone": {"Type": "AWS::S3::Bucket"},
        }
    },
    "network": {
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC"},
            "LoadBalancer": {
                "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "Properties": {"Subnets": [{"Ref": "Vpc"}]},
            },
        }
    },
    "ecs": {"Resources": {"Service": {"Type": "AWS::ECS::Service"}, "LogGroup": {"Type": "AWS::Logs::LogGroup"}}},
}
RESOURCES = {
    "Alone": "AWS::S3::Bucket",
    "Network/Vpc": "AWS::EC2::VPC",
    "Network/LoadBalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Ecs/Service": "AWS::ECS::Service",
}


def test_what_is_referred_to_goes_last() -> None:
    """The service first, whose stack takes an output of the network's; then the load balancer, then the VPC."""
    found = estimate_deletion(RESOURCES, TEMPLATES, "root", [])
    assert found is not None
    assert [step.path for step in found.steps] == ["Ecs/Service", "Network/LoadBalancer", "Network/Vpc"]
    assert {step.action for step in found.steps} == {"delete"}
    assert found.seconds == pytest.approx((119 + 116 + 12) / 2)
    assert len(found.every) == 4
    assert found.learnt() == {}


def test_what_was_learnt_counts() -> None:
    """Of earlier deletions; what creating took says nothing."""
    past = [PastOperation(seconds={("Alone", "delete"): 500.0, ("Ecs/Service", "create"): 900.0})]
    found = estimate_deletion(RESOURCES, TEMPLATES, "root", past)
    assert found is not None
    assert (found.seconds, [step.path for step in found.steps]) == (500.0, ["Alone"])
    assert found.learnt() == {("Alone", "delete"): 500.0}


def test_nothing_takes_no_time() -> None:
    """Where everything is retained there is no estimate."""
    assert estimate_deletion({}, TEMPLATES, "root", []) is None
