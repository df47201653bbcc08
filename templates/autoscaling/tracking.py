"""Target tracking: policies that hold CPU use, memory use and requests per task at a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Join, Ref
from troposphere.applicationautoscaling import (
    PredefinedMetricSpecification,
    ScalingPolicy,
    TargetTrackingScalingPolicyConfiguration,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere.applicationautoscaling import ScalableTarget

    from templates.autoscaling.inputs import Inputs
    from templates.autoscaling.settings import Settings
    from templates.identity import Identity
    from templates.model import Builder


def add_tracking(stack: Builder[Inputs], identity: Identity, settings: Settings, target: ScalableTarget) -> None:
    """Add a policy for each metric that is tracked.

    Any policy can add tasks; they are removed only when all policies that may remove tasks agree:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
    """
    for title, name, target_value, metric, scales_in in _metrics(identity, settings, stack.parameters):
        stack.add(
            ScalingPolicy(
                title,
                PolicyName=name,
                PolicyType="TargetTrackingScaling",
                ScalingTargetId=Ref(target),
                TargetTrackingScalingPolicyConfiguration=TargetTrackingScalingPolicyConfiguration(
                    PredefinedMetricSpecification=PredefinedMetricSpecification(**metric),
                    TargetValue=target_value,
                    **_cooldowns(stack.parameters),
                    **({} if scales_in else {"DisableScaleIn": True}),
                ),
            )
        )


def _metrics(
    identity: Identity, settings: Settings, values: Inputs
) -> Iterator[tuple[str, str, Any, dict[str, Any], bool]]:
    """Yield logical id, name, target, metric, and whether the policy may remove tasks."""
    if values.cpu_target:
        metric: dict[str, Any] = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        yield "CpuPolicy", identity.cpu_policy, values.cpu_target.expression, metric, settings.cpu_scale_in
    if values.memory_target:
        metric = {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}
        yield "MemoryPolicy", identity.memory_policy, values.memory_target.expression, metric, settings.memory_scale_in
    balancer, group = values.load_balancer_full_name, values.target_group_full_name
    if settings.request_count_target is not None and balancer and group:
        metric = {
            "PredefinedMetricType": "ALBRequestCountPerTarget",
            "ResourceLabel": Join("/", [balancer.expression, group.expression]),
        }
        yield (
            "RequestCountPolicy",
            identity.request_count_policy,
            settings.request_count_target,
            metric,
            settings.request_count_scale_in,
        )


def _cooldowns(values: Inputs) -> dict[str, Any]:
    found = {"ScaleOutCooldown": values.scale_out_cooldown, "ScaleInCooldown": values.scale_in_cooldown}
    return {name: value.expression for name, value in found.items() if value}
