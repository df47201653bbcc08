"""Scalable target and policies."""

from __future__ import annotations

import pytest

from tests.templates.trees import of_type, properties, tree


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


def test_nothing_else_scales() -> None:
    """Two policies, as in the Terraform project."""
    assert set(of_type(tree()["Autoscaling"], "AWS::ApplicationAutoScaling::ScalingPolicy")) == {
        "CpuPolicy",
        "MemoryPolicy",
    }
