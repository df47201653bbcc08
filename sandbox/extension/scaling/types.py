"""AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension.errors import RefusedError, handler_error
from sandbox.extension.resources.provisioners import register
from sandbox.extension.scaling import policies, schedules, store, targets
from sandbox.extension.scaling.store import Name, name_from_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Record

_TARGET_NAME = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_TRACKING = "TargetTrackingScalingPolicyConfiguration"
_STEPS = "StepScalingPolicyConfiguration"
_NUMBERS = frozenset({"TargetValue", "ScaleInCooldown", "ScaleOutCooldown", "Cooldown", "ScalingAdjustment"})


def install() -> None:
    """Register both types."""
    register(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        create=_create_target,
        update=_update_target,
        delete=_delete_target,
        tagged=True,
    )
    register(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        create=_create_policy,
        update=_update_policy,
        delete=_delete_policy,
    )


def _create_target(_: str, props: Properties, __: str) -> Made:
    """Create a target. Unlike RegisterScalableTarget, refuse one that is registered already."""
    key = "|".join(props[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))
    if store.TARGETS.get(key):
        raise ValueError(
            f"Resource of type 'AWS::ApplicationAutoScaling::ScalableTarget' with identifier '{key}' already exists. "
            "(HandlerErrorCode: AlreadyExists)"
        )
    return _register(props)


def _update_target(_: str, old: Properties, new: Properties, __: str) -> Made:
    made = _register(new)
    tags = store.TAGS[store.TARGETS[made[0]]["ScalableTargetARN"]]
    for key in _tags(old).keys() - _tags(new).keys():
        tags.pop(key, None)
    return made


def _register(props: Properties) -> Made:
    limits: Record = {key: int(props[key]) for key in ("MinCapacity", "MaxCapacity") if key in props}
    given = {key: props[key] for key in (*_TARGET_NAME, "RoleARN", "SuspendedState") if key in props}
    _worded(targets.register, {**given, **limits, "Tags": _tags(props)})
    name = Name(
        namespace=props["ServiceNamespace"], resource_id=props["ResourceId"], dimension=props["ScalableDimension"]
    )
    _worded(_schedule, {"name": name, "actions": props.get("ScheduledActions") or []})
    return name.key, {"Id": name.key}


def _schedule(wanted: Record) -> Record:
    actions = [
        {**it, "ScalableTargetAction": {key: int(value) for key, value in it["ScalableTargetAction"].items()}}
        for it in wanted["actions"]
    ]
    schedules.replace_all(wanted["name"], actions)
    return {}


def _delete_target(physical_id: str, _: Properties) -> None:
    if store.TARGETS.get(physical_id):
        _worded(targets.deregister, name_from_key(physical_id).fields())


def _create_policy(_: str, props: Properties, __: str) -> Made:
    target = props.get("ScalingTargetId")
    name = name_from_key(target).fields() if target else {key: props[key] for key in _TARGET_NAME}
    configuration = {key: _numbers(props[key]) for key in (_TRACKING, _STEPS) if key in props}
    request = {**name, "PolicyName": props["PolicyName"], "PolicyType": props["PolicyType"], **configuration}
    arn = _worded(policies.put, request)["PolicyARN"]
    return arn, {"Arn": arn}


def _update_policy(_: str, __: Properties, new: Properties, stack_name: str) -> Made:
    return _create_policy("", new, stack_name)


def _delete_policy(physical_id: str, _: Properties) -> None:
    store.POLICIES.pop(physical_id, None)


def _worded(call: Callable[[Record], Record], request: Record) -> Record:
    try:
        return call(request)
    except RefusedError as error:
        raise handler_error(error.message, error.code, service="ApplicationAutoScaling") from error


def _tags(props: Properties) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in props.get("Tags") or []}


def _numbers(value: Record) -> Record:
    """Return the configuration with numbers as such: template parameters give them as texts."""
    return {key: float(item) if key in _NUMBERS else item for key, item in value.items()}
