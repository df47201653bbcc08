"""Scalable targets: register, describe, deregister. The desired count of the service is kept within the limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

from sandbox.extension.errors import RefusedError, invalid
from sandbox.extension.resources import iam_service_linked_roles
from sandbox.extension.scaling.store import (
    ACTIVITIES,
    POLICIES,
    SCHEDULES,
    TAGS,
    TARGETS,
    Name,
    policies_of,
    schedules_of,
)
from sandbox.extension.scaling.validation import check_capacity, check_namespace, name_of

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

_ROLE = (
    "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
)


def register(data: Record) -> Record:
    """Register a target, or update the limits of one, for RegisterScalableTarget. Raises RefusedError."""
    name = name_of(data)
    before = TARGETS.get(name.key) or {}
    limits = {key: data.get(key, before.get(key)) for key in ("MinCapacity", "MaxCapacity")}
    check_capacity(limits["MinCapacity"], limits["MaxCapacity"])
    if _service(name) is None:
        raise invalid(f"ECS service doesn't exist: {name.resource_id}")
    iam_service_linked_roles.ensure(iam_service_linked_roles.SCALING)
    arn = before.get("ScalableTargetARN") or (
        f"arn:aws:application-autoscaling:{get_region()}:{get_account_id()}:scalable-target/{uuid4().hex[:20]}"
    )
    suspended = dict.fromkeys(
        ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), False
    )
    TARGETS[name.key] = {
        **name.fields(),
        **limits,
        "RoleARN": data.get("RoleARN") or before.get("RoleARN") or f"arn:aws:iam::{get_account_id()}:{_ROLE}",
        "CreationTime": before.get("CreationTime", int(time.time())),
        "SuspendedState": {**suspended, **before.get("SuspendedState", {}), **data.get("SuspendedState", {})},
        "ScalableTargetARN": arn,
    }
    TAGS[arn] = {**(TAGS.get(arn) or {}), **data.get("Tags", {})}
    keep_within_limits(name)
    return {"ScalableTargetARN": arn}


def keep_within_limits(name: Name) -> None:
    """Scale a service outside the limits to the nearer one, and record the activity."""
    target, service = TARGETS[name.key], _service(name)
    if service is None:
        return
    count = int(service["desiredCount"])
    wanted = min(max(count, target["MinCapacity"]), target["MaxCapacity"])
    if wanted == count:
        return
    cluster = name.resource_id.split("/")[1]
    ecs._update_service({"cluster": cluster, "service": service["serviceName"], "desiredCount": wanted})
    limit = "minimum" if wanted > count else "maximum"
    now = int(time.time())
    activity = {
        **name.fields(),
        "ActivityId": str(uuid4()),
        "Description": f"Setting desired count to {wanted}.",
        "Cause": f"{limit} capacity was set to {wanted}",
        "StartTime": now,
        "EndTime": now,
        "StatusCode": "Successful",
        "StatusMessage": f"Successfully set desired count to {wanted}. Change successfully fulfilled by ecs.",
    }
    ACTIVITIES[name.key] = [activity, *(ACTIVITIES.get(name.key) or [])]


def deregister(data: Record) -> Record:
    """Delete a target with its policies and scheduled actions, for DeregisterScalableTarget. Raises RefusedError."""
    target = TARGETS.pop(require_target(name_of(data)).key)
    TAGS.pop(target["ScalableTargetARN"], None)
    for policy in policies_of(name_of(data)):
        POLICIES.pop(policy["PolicyARN"])
    for action in schedules_of(name_of(data)):
        SCHEDULES.pop(action["ScheduledActionARN"])
    return {}


def require_target(name: Name) -> Name:
    """Return the same name. Raises RefusedError if no target with this name is registered."""
    if TARGETS.get(name.key) is None:
        raise RefusedError("ObjectNotFoundException", f"No scalable target registered for {name.words}")
    return name


def describe(data: Record) -> list[Record]:
    """Return all targets that match, for DescribeScalableTargets. Raises RefusedError."""
    check_namespace(data.get("ServiceNamespace", ""))
    ids, dimension = data.get("ResourceIds"), data.get("ScalableDimension")
    return [
        target
        for target in TARGETS.values()
        if (not ids or target["ResourceId"] in ids) and dimension in {None, target["ScalableDimension"]}
    ]


def activities(data: Record) -> list[Record]:
    """Return all activities that match, newest first, for DescribeScalingActivities. Raises RefusedError."""
    check_namespace(data.get("ServiceNamespace", ""))
    wanted = data.get("ResourceId")
    found = [activity for kept in ACTIVITIES.values() for activity in kept]
    return [activity for activity in found if wanted in {None, activity["ResourceId"]}]


def _service(name: Name) -> Record | None:
    cluster_and_service = name.resource_id.removeprefix("service/")
    service: Record | None = ecs._services.get(cluster_and_service)
    return service if service and service["status"] == "ACTIVE" else None
