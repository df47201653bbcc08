"""What the service refuses, in its own words if they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension.errors import invalid
from sandbox.extension.scaling.store import Name, policies_of

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

DIMENSIONS = {"ecs": "ecs:service:DesiredCount"}
"""The one dimension of each namespace that the sandbox scales. Source: API reference, RegisterScalableTarget."""

_POLICY_TYPES = ("StepScaling", "TargetTrackingScaling")
_METRICS = ("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget")


def name_of(data: Record) -> Name:
    """Return the target that a request names. Raises RefusedError."""
    missing = [
        f"Value null at '{member[0].lower()}{member[1:]}' failed to satisfy constraint: Member must not be null"
        for member in ("ServiceNamespace", "ResourceId", "ScalableDimension")
        if not data.get(member)
    ]
    if missing:
        raise invalid(f"{len(missing)} validation error{'s'[: len(missing) > 1]} detected: {'; '.join(missing)}")
    name = Name(namespace=data["ServiceNamespace"], resource_id=data["ResourceId"], dimension=data["ScalableDimension"])
    check_namespace(name.namespace)
    if DIMENSIONS[name.namespace] != name.dimension or not name.resource_id.startswith("service/"):
        raise invalid("Unsupported service namespace, resource type or scalable dimension")
    return name


def check_namespace(namespace: str) -> None:
    """Raise RefusedError for a namespace that the sandbox does not scale."""
    if namespace not in DIMENSIONS:
        values = ", ".join(DIMENSIONS)
        raise invalid(
            f"1 validation error detected: Value '{namespace}' at 'serviceNamespace' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{values}]"
        )


def check_capacity(minimum: int | None, maximum: int | None) -> None:
    """Raise RefusedError for limits that are missing or negative, and for a minimum above the maximum."""
    if minimum is None or maximum is None:
        raise invalid("MinCapacity and MaxCapacity must be specified when registering a new scalable target")
    if minimum < 0 or maximum < 0:
        raise invalid("Minimum and maximum capacity must not be negative")
    if minimum > maximum:
        raise invalid("Maximum capacity cannot be less than minimum capacity")


def check_policy(name: Name, policy_name: str, policy: Record) -> None:
    """Raise RefusedError for a policy that is incomplete, or is the second one for a metric."""
    if policy["PolicyType"] not in _POLICY_TYPES:
        raise invalid(f"Policy type must be one of: {', '.join(_POLICY_TYPES)}")
    if policy["PolicyType"] == "StepScaling":
        if not policy.get("StepScalingPolicyConfiguration"):
            raise invalid("StepScalingPolicyConfiguration is required for policy type StepScaling")
        return
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration")
    if not tracking or tracking.get("TargetValue") is None:
        raise invalid("TargetTrackingScalingPolicyConfiguration is required for policy type TargetTrackingScaling")
    metric = _metric(tracking)
    for other in policies_of(name):
        tracked = other.get("TargetTrackingScalingPolicyConfiguration")
        if tracked and other["PolicyName"] != policy_name and metric == _metric(tracked):
            raise invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")


def _metric(tracking: Record) -> Record:
    predefined = tracking.get("PredefinedMetricSpecification")
    customized = tracking.get("CustomizedMetricSpecification")
    if bool(predefined) == bool(customized):
        raise invalid("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be given")
    if predefined and predefined.get("PredefinedMetricType") not in _METRICS:
        raise invalid(f"Unsupported predefined metric for ECS: {predefined.get('PredefinedMetricType')}")
    return dict(predefined or customized or {})
