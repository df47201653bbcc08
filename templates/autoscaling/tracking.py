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
    from templates.autoscaling.settings import Metric, Settings
    from templates.identity import Identity
    from templates.model import Builder


def add_tracking(stack: Builder[Inputs], identity: Identity, settings: Settings, target: ScalableTarget) -> None:
    """Add a policy for each metric that is tracked.

    Any policy can add tasks; they are removed only when all policies that may remove tasks agree:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
    """
    for title, name, target_value, metric, key in _metrics(identity, settings, stack.parameters):
        stack.add(
            ScalingPolicy(
                title,
                PolicyName=name,
                PolicyType="TargetTrackingScaling",
                ScalingTargetId=Ref(target),
                TargetTrackingScalingPolicyConfiguration=TargetTrackingScalingPolicyConfiguration(
                    PredefinedMetricSpecification=PredefinedMetricSpecification(**metric),
                    TargetValue=target_value,
                    **_cooldowns(settings, stack.parameters, key),
                    **({} if getattr(settings, f"{key}_scale_in") else {"DisableScaleIn": True}),
                ),
            )
        )


def _metrics(
    identity: Identity, settings: Settings, values: Inputs
) -> Iterator[tuple[str, str, Any, dict[str, Any], Metric]]:
    """Yield logical id, name, target, metric, and with what its settings begin."""
    if values.cpu_target:
        metric: dict[str, Any] = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        yield "CpuPolicy", identity.cpu_policy, values.cpu_target.expression, metric, "cpu"
    if values.memory_target:
        metric = {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}
        yield "MemoryPolicy", identity.memory_policy, values.memory_target.expression, metric, "memory"
    balancer, group = values.load_balancer_full_name, values.target_group_full_name
    if settings.request_count_target is not None and balancer and group:
        metric = {
            "PredefinedMetricType": "ALBRequestCountPerTarget",
            "ResourceLabel": Join("/", [balancer.expression, group.expression]),
        }
        name = identity.request_count_policy
        yield "RequestCountPolicy", name, settings.request_count_target, metric, "request_count"


def _cooldowns(settings: Settings, values: Inputs, key: Metric) -> dict[str, Any]:
    """Return the metric's own cooldowns, else those of all."""
    found: dict[str, Any] = {}
    for name, cooldown, of_all in (
        ("ScaleOutCooldown", "scale_out_cooldown", values.scale_out_cooldown),
        ("ScaleInCooldown", "scale_in_cooldown", values.scale_in_cooldown),
    ):
        own = getattr(settings, f"{key}_{cooldown}")
        if own is not None:
            found[name] = own
        elif of_all:
            found[name] = of_all.expression
    return found
