"""AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension.reading.readable import Readable, joined
from sandbox.extension.reading.shapes import present
from sandbox.extension.scaling import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties, Record

_CONFIGURATIONS = ("TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration")
_SCHEDULED = ("ScheduledActionName", "Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")


def _target(resource_id: str, dimension: str, namespace: str) -> Properties | None:
    name = store.Name(namespace=namespace, resource_id=resource_id, dimension=dimension)
    found = store.TARGETS.get(name.key)
    if found is None:
        return None
    return {
        **name.fields(),
        "Id": name.key,
        "MinCapacity": found["MinCapacity"],
        "MaxCapacity": found["MaxCapacity"],
        "RoleARN": found["RoleARN"],
        "SuspendedState": dict(found["SuspendedState"]),
        "ScheduledActions": [_scheduled(action) for action in store.schedules_of(name)],
        "Tags": [{"Key": key, "Value": it} for key, it in (store.TAGS.get(found["ScalableTargetARN"]) or {}).items()],
    }


def _scheduled(action: Record) -> Properties:
    return present(**{key: action.get(key) for key in _SCHEDULED})


def _targets() -> Iterator[tuple[str, ...]]:
    for found in list(store.TARGETS.values()):
        yield found["ResourceId"], found["ScalableDimension"], found["ServiceNamespace"]


def _policy(arn: str, dimension: str) -> Properties | None:
    found = store.POLICIES.get(arn)
    if found is None or found["ScalableDimension"] != dimension:
        return None
    kept = ("PolicyName", "PolicyType", "ResourceId", "ServiceNamespace", "ScalableDimension")
    target = store.Name(namespace=found["ServiceNamespace"], resource_id=found["ResourceId"], dimension=dimension)
    return {
        "Arn": arn,
        "ScalingTargetId": target.key,
        **{key: found[key] for key in kept},
        **{key: found[key] for key in _CONFIGURATIONS if key in found},
    }


def _policies() -> Iterator[tuple[str, ...]]:
    for arn, found in list(store.POLICIES.items()):
        yield arn, found["ScalableDimension"]


def _dimension(arn: str) -> str:
    return str((store.POLICIES.get(arn) or {}).get("ScalableDimension", ""))


READERS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": joined(read=_target, every=_targets),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Readable(
        read=_policy, every=_policies, identify=lambda physical_id, _: (physical_id, _dimension(physical_id))
    ),
}
