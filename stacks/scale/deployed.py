"""The scalable target as it is in AWS, with its policies, the alarms of step scaling, and its scheduled actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import find_stack
from stacks.request.root_outputs import root_outputs
from stacks.scale.alarms import Alarm
from stacks.scale.configured import MINUTE, OWN_METRICS
from stacks.scale.policies import (
    CPU,
    MEMORY,
    REQUESTS,
    Metric,
    ScalableTarget,
    ScheduledAction,
    StepAdjustment,
    StepScaling,
    TargetTracking,
)
from stacks.status.running import Running, read_service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from types_boto3_application_autoscaling.type_defs import ScalingPolicyTypeDef

    from stacks.aws.session import Aws
    from stacks.settings import Settings

METRICS = {
    "ECSServiceAverageCPUUtilization": CPU,
    "ECSServiceAverageMemoryUtilization": MEMORY,
    "ALBRequestCountPerTarget": REQUESTS,
}
"""By the predefined metric of a policy."""
DEFAULT_COOLDOWN = 300
"""Seconds for an ECS service, of target tracking and of step scaling (API_StepScalingPolicyConfiguration.html)."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The service that runs, its load balancer as metrics name it, and its scalable target.

    `size` has the CPU units and MiB of its tasks, where the stack says them.
    """

    service: Running
    load_balancer: str
    target: ScalableTarget
    size: tuple[int, int] | None = None


@translate_aws_errors()
def read_deployed(aws: Aws, settings: Settings) -> Deployed | None:
    """Return what is deployed; None where there is no service yet.

    A service without a scalable target has its desired count and no policy.
    """
    root = find_stack(aws, settings.identity.name)
    if root is None or root.under_review:
        return None
    outputs = root_outputs(aws, settings, root)
    cluster, name = outputs.get("EcsClusterName"), outputs.get("EcsServiceName")
    service = read_service(aws, cluster, name) if cluster and name else None
    if service is None:
        return None
    balancer = outputs.get("AlbArn", "").partition(":loadbalancer/")[2]
    target = _read_target(aws, service, f"{settings.identity.stem}-")
    if target.schedules:
        # At this moment the limits are those that a schedule has set: the stack has those without one.
        low, high = (root.parameters.get(f"Autoscaling{it}Capacity", "") for it in ("Min", "Max"))
        target = replace(target, minimum=int(low or target.minimum), maximum=int(high or target.maximum))
    size = root.parameters.get("EcsCpu", ""), root.parameters.get("EcsMemory", "")
    return Deployed(
        service=service,
        load_balancer=balancer,
        target=target,
        size=(int(size[0]), int(size[1])) if all(size) else None,
    )


def _read_target(aws: Aws, service: Running, stem: str) -> ScalableTarget:
    resource = f"service/{service.cluster}/{service.name}"
    found = aws.scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[resource])["ScalableTargets"]
    if not found:
        return ScalableTarget(minimum=service.desired, maximum=service.desired)
    pages = aws.scaling.get_paginator("describe_scaling_policies").paginate(ServiceNamespace="ecs", ResourceId=resource)
    policies = [it for page in pages for it in page["ScalingPolicies"]]
    suspended: Mapping[str, Any] = dict(found[0].get("SuspendedState", {}))
    return ScalableTarget(
        minimum=found[0]["MinCapacity"],
        maximum=found[0]["MaxCapacity"],
        tracking=tuple(_tracking(it) for it in policies if "TargetTrackingScalingPolicyConfiguration" in it),
        steps=tuple(
            step for it in policies if "StepScalingPolicyConfiguration" in it for step in _steps(aws, it, stem)
        ),
        schedules=tuple(_schedules(aws, resource)),
        suspended=frozenset(name for name, is_suspended in suspended.items() if is_suspended),
    )


def _tracking(policy: ScalingPolicyTypeDef) -> TargetTracking:
    """Return a target tracking policy; one that tracks a metric of its own has that metric's data points of no load."""
    found = policy["TargetTrackingScalingPolicyConfiguration"]
    predefined = str(found.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType", ""))
    metric = METRICS.get(predefined, policy["PolicyName"])
    return TargetTracking(
        name=metric,
        metric=metric,
        target=found["TargetValue"],
        scale_out_cooldown=found.get("ScaleOutCooldown", DEFAULT_COOLDOWN),
        scale_in_cooldown=found.get("ScaleInCooldown", DEFAULT_COOLDOWN),
        disable_scale_in=found.get("DisableScaleIn", False),
    )


def _steps(aws: Aws, policy: ScalingPolicyTypeDef, stem: str) -> Iterator[StepScaling]:
    """Yield a step scaling policy for each alarm that invokes it, named as the settings name it."""
    name = policy["PolicyName"].removeprefix(stem)
    found = policy["StepScalingPolicyConfiguration"]
    arn = policy["PolicyARN"]
    pages = aws.cloudwatch.get_paginator("describe_alarms").paginate(ActionPrefix=arn, AlarmTypes=["MetricAlarm"])
    alarms = [it for page in pages for it in page["MetricAlarms"] if arn in it.get("AlarmActions", [])]
    for alarm in alarms:
        if "Threshold" not in alarm or "MetricName" not in alarm:
            continue
        periods = alarm["EvaluationPeriods"]
        missing: Any = alarm.get("TreatMissingData", "missing")
        adjustment: Any = found.get("AdjustmentType", "ChangeInCapacity")
        yield StepScaling(
            name=name,
            metric=OWN_METRICS.get((alarm["Namespace"], alarm["MetricName"]), name),
            source=Metric(
                namespace=alarm["Namespace"],
                name=alarm["MetricName"],
                dimensions={it["Name"]: it["Value"] for it in alarm.get("Dimensions", [])},
            ),
            alarm=Alarm(
                comparison=alarm["ComparisonOperator"],
                threshold=alarm["Threshold"],
                periods=periods,
                datapoints=alarm.get("DatapointsToAlarm", periods),
                missing=missing,
            ),
            steps=tuple(
                StepAdjustment(
                    adjustment=it["ScalingAdjustment"],
                    lower=it.get("MetricIntervalLowerBound"),
                    upper=it.get("MetricIntervalUpperBound"),
                )
                for it in found.get("StepAdjustments", [])
            ),
            adjustment_type=adjustment,
            min_adjustment_magnitude=found.get("MinAdjustmentMagnitude", 0),
            cooldown=found.get("Cooldown", DEFAULT_COOLDOWN),
            period=max(alarm.get("Period", MINUTE) // MINUTE, 1),
            statistic=alarm.get("Statistic", "Average"),
        )


def _schedules(aws: Aws, resource: str) -> Iterator[ScheduledAction]:
    pages = aws.scaling.get_paginator("describe_scheduled_actions").paginate(
        ServiceNamespace="ecs", ResourceId=resource
    )
    for page in pages:
        for it in page["ScheduledActions"]:
            limits = it.get("ScalableTargetAction", {})
            yield ScheduledAction(
                name=it["ScheduledActionName"],
                schedule=it["Schedule"],
                timezone=it.get("Timezone", "UTC"),
                minimum=limits.get("MinCapacity"),
                maximum=limits.get("MaxCapacity"),
                start=it.get("StartTime"),
                end=it.get("EndTime"),
            )
