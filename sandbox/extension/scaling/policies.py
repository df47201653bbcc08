"""Scaling policies: put, describe, delete."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.core.responses import get_account_id, get_region

from sandbox.extension.errors import RefusedError, invalid
from sandbox.extension.scaling.store import POLICIES, Name, policies_of
from sandbox.extension.scaling.targets import require_target
from sandbox.extension.scaling.validation import check_namespace, check_policy, name_of

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

_CONFIGURATIONS = ("StepScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration")


def put(data: Record) -> Record:
    """Create or update a policy, for PutScalingPolicy. Raises RefusedError."""
    name = require_target(name_of(data))
    policy_name = data.get("PolicyName")
    if not policy_name:
        raise invalid(
            "1 validation error detected: Value null at 'policyName' failed to satisfy constraint: "
            "Member must not be null"
        )
    before = _find(name, policy_name) or {}
    given = {key: data[key] for key in _CONFIGURATIONS if data.get(key)}
    policy_type = data.get("PolicyType") or before.get("PolicyType", "StepScaling")
    policy = {**name.fields(), "PolicyName": policy_name, "PolicyType": policy_type, **given}
    check_policy(name, policy_name, policy)
    arn = before.get("PolicyARN") or (
        f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scalingPolicy:{uuid4()}:"
        f"resource/{name.namespace}/{name.resource_id}:policyName/{policy_name}"
    )
    alarms = before.get("Alarms") or (_alarms(name) if policy_type == "TargetTrackingScaling" else [])
    created = before.get("CreationTime", int(time.time()))
    POLICIES[arn] = {**policy, "PolicyARN": arn, "Alarms": alarms, "CreationTime": created}
    return {"PolicyARN": arn, "Alarms": alarms}


def delete(data: Record) -> Record:
    """Delete a policy, for DeleteScalingPolicy. Raises RefusedError."""
    name, policy_name = name_of(data), data.get("PolicyName", "")
    policy = _find(name, policy_name)
    if policy is None:
        raise RefusedError(
            "ObjectNotFoundException", f"No scaling policy found for {name.words}, policy name: {policy_name}"
        )
    POLICIES.pop(policy["PolicyARN"])
    return {}


def describe(data: Record) -> list[Record]:
    """Return all policies that match, for DescribeScalingPolicies. Raises RefusedError."""
    check_namespace(data.get("ServiceNamespace", ""))
    names, resource_id = data.get("PolicyNames"), data.get("ResourceId")
    return [
        policy
        for policy in POLICIES.values()
        if (not names or policy["PolicyName"] in names) and resource_id in {None, policy["ResourceId"]}
    ]


def _find(name: Name, policy_name: str) -> Record | None:
    return next((policy for policy in policies_of(name) if policy["PolicyName"] == policy_name), None)


def _alarms(name: Name) -> list[Record]:
    """Return the names of the service's two alarms, which do not exist in the sandbox's CloudWatch."""
    alarms = [f"TargetTracking-{name.resource_id}-Alarm{side}-{uuid4()}" for side in ("High", "Low")]
    prefix = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm"
    return [{"AlarmName": alarm, "AlarmARN": f"{prefix}:{alarm}"} for alarm in alarms]
