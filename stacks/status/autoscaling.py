"""Application Auto Scaling of the service: limits, target tracking, schedules, and recent activities."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_application_autoscaling.type_defs import ScalingPolicyTypeDef

    from stacks.aws.session import Aws
    from stacks.status.running import Running

SHOWN = 5
"""The most activities to show."""


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """A target tracking policy, which keeps `metric` at `value`."""

    policy: str
    metric: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A scheduled action; `schedule` is Application Auto Scaling's expression. A limit of None is not changed."""

    name: str
    schedule: str
    timezone: str
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A scaling activity with its description, cause and status, as AWS words them."""

    at: dt.datetime
    description: str
    cause: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Autoscaling:
    """The limits, the desired number of tasks, and the activities, newest first."""

    minimum: int
    maximum: int
    capacity: int
    suspended: tuple[str, ...]
    tracked: tuple[Tracked, ...]
    activities: tuple[Activity, ...]


def read_autoscaling(aws: Aws, service: Running) -> Autoscaling | None:
    """Return the autoscaling of this service; None if it has none."""
    resource = _resource(service)
    found = aws.scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[resource])["ScalableTargets"]
    if not found:
        return None
    policies = aws.scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=resource)["ScalingPolicies"]
    activities = aws.scaling.describe_scaling_activities(ServiceNamespace="ecs", ResourceId=resource, MaxResults=SHOWN)[
        "ScalingActivities"
    ]
    suspended = found[0].get("SuspendedState", {})
    return Autoscaling(
        minimum=found[0]["MinCapacity"],
        maximum=found[0]["MaxCapacity"],
        capacity=service.desired,
        suspended=tuple(name for name, off in suspended.items() if off),
        tracked=tuple(tracked for policy in policies if (tracked := _tracked(policy)) is not None),
        activities=tuple(
            Activity(at=it["StartTime"], description=it["Description"], cause=it["Cause"], status=it["StatusCode"])
            for it in activities
        ),
    )


def read_schedules(aws: Aws, service: Running) -> tuple[Scheduled, ...]:
    """Return the scheduled actions of this service, sorted by name; they need a separate permission."""
    pages = aws.scaling.get_paginator("describe_scheduled_actions").paginate(
        ServiceNamespace="ecs", ResourceId=_resource(service)
    )
    found = [
        Scheduled(
            name=it["ScheduledActionName"],
            schedule=it["Schedule"],
            timezone=it.get("Timezone", "UTC"),
            minimum=it.get("ScalableTargetAction", {}).get("MinCapacity"),
            maximum=it.get("ScalableTargetAction", {}).get("MaxCapacity"),
        )
        for page in pages
        for it in page["ScheduledActions"]
    ]
    return tuple(sorted(found, key=lambda it: it.name))


def _resource(service: Running) -> str:
    return f"service/{service.cluster}/{service.name}"


def _tracked(policy: ScalingPolicyTypeDef) -> Tracked | None:
    configuration = policy.get("TargetTrackingScalingPolicyConfiguration")
    if configuration is None:
        return None
    predefined = configuration.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    return Tracked(
        policy=policy["PolicyName"], metric=predefined or "a metric of its own", value=configuration["TargetValue"]
    )
