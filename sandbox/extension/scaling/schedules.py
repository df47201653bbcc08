"""Scheduled actions: put, describe, delete. They are never carried out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.core.responses import get_account_id, get_region

from sandbox.extension.errors import RefusedError, invalid
from sandbox.extension.scaling.expressions import is_schedule, is_zone
from sandbox.extension.scaling.store import SCHEDULES, Name, schedules_of
from sandbox.extension.scaling.targets import require_target
from sandbox.extension.scaling.validation import check_namespace, name_of

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

_GIVEN = ("Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")


def put(data: Record) -> Record:
    """Create an action, or update the given fields of an existing one, for PutScheduledAction. Raises RefusedError."""
    name = require_target(name_of(data))
    action_name = data.get("ScheduledActionName")
    if not action_name:
        raise invalid("1 validation error detected: Value null at 'scheduledActionName' failed to satisfy constraint")
    before = _find(name, action_name) or {}
    action = {**before, **name.fields(), **{key: data[key] for key in _GIVEN if data.get(key) is not None}}
    _check(action)
    arn = before.get("ScheduledActionARN") or (
        f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scheduledAction:{uuid4()}:"
        f"resource/{name.namespace}/{name.resource_id}:scheduledActionName/{action_name}"
    )
    made = before.get("CreationTime", int(time.time()))
    SCHEDULES[arn] = {**action, "ScheduledActionName": action_name, "ScheduledActionARN": arn, "CreationTime": made}
    return {}


def delete(data: Record) -> Record:
    """Delete an action, for DeleteScheduledAction. Raises RefusedError."""
    name, action_name = name_of(data), data.get("ScheduledActionName", "")
    action = _find(name, action_name)
    if action is None:
        raise RefusedError(
            "ObjectNotFoundException",
            f"No scheduled action found for {name.words}, scheduled action name: {action_name}",
        )
    SCHEDULES.pop(action["ScheduledActionARN"])
    return {}


def describe(data: Record) -> list[Record]:
    """Return all actions that match, for DescribeScheduledActions. Raises RefusedError."""
    check_namespace(data.get("ServiceNamespace", ""))
    names, resource_id = data.get("ScheduledActionNames"), data.get("ResourceId")
    return [
        action
        for action in SCHEDULES.values()
        if (not names or action["ScheduledActionName"] in names) and resource_id in {None, action["ResourceId"]}
    ]


def replace_all(name: Name, actions: list[Record]) -> None:
    """Put these actions of the target, and delete all its others. Raises RefusedError."""
    wanted = {action["ScheduledActionName"] for action in actions}
    for action in actions:
        put({**name.fields(), **action})
    for action in schedules_of(name):
        if action["ScheduledActionName"] not in wanted:
            SCHEDULES.pop(action["ScheduledActionARN"])


def _check(action: Record) -> None:
    if not is_schedule(action.get("Schedule", "")):
        raise invalid(f"Invalid schedule expression. Details: {action.get('Schedule')}")
    if not is_zone(action.get("Timezone", "UTC")):
        raise invalid(f"Invalid timezone: {action['Timezone']}")
    limits = action.get("ScalableTargetAction") or {}
    if not limits:
        raise invalid("ScalableTargetAction must have MinCapacity, MaxCapacity or both")
    if limits.get("MinCapacity", 0) > limits.get("MaxCapacity", float("inf")):
        raise invalid("Maximum capacity cannot be less than minimum capacity")


def _find(name: Name, action_name: str) -> Record | None:
    return next((action for action in schedules_of(name) if action["ScheduledActionName"] == action_name), None)
