"""The requests that the service answers, long lists in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError, invalid
from sandbox.extension.scaling import policies, schedules, store, targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record

_PAGE = 50


def install() -> None:
    """Add the service."""
    json_services.add_service(
        "application-autoscaling",
        actions=_ACTIONS,
        stores=store.STORES,
        target_prefix="AnyScaleFrontendService",
        host="application-autoscaling",
        iam_namespace="application-autoscaling",
    )


def _paged(member: str, listed: Callable[[Record], list[Record]]) -> Callable[[Record], Record]:
    def page(data: Record) -> Record:
        found = listed(data)
        start, size = data.get("NextToken") or "0", int(data.get("MaxResults") or _PAGE)
        if not start.isdigit():
            raise RefusedError("InvalidNextTokenException", "The specified next token is invalid")
        end = int(start) + size
        following = {"NextToken": str(end)} if end < len(found) else {}
        return {member: found[int(start) : end], **following}

    return page


def _tags(data: Record) -> dict[str, str]:
    arn = data.get("ResourceARN", "")
    found: dict[str, str] | None = store.TAGS.get(arn)
    if found is None:
        raise RefusedError("ResourceNotFoundException", f"The resource doesn't exist: {arn}")
    return found


def _tag(data: Record) -> Record:
    if not data.get("Tags"):
        raise invalid(
            "1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null"
        )
    _tags(data).update(data["Tags"])
    return {}


def _untag(data: Record) -> Record:
    tags = _tags(data)
    for key in data.get("TagKeys", []):
        tags.pop(key, None)
    return {}


def _list_tags(data: Record) -> Record:
    return {"Tags": _tags(data)}


_ACTIONS: dict[str, Callable[[Record], Record]] = {
    "RegisterScalableTarget": targets.register,
    "DeregisterScalableTarget": targets.deregister,
    "DescribeScalableTargets": _paged("ScalableTargets", targets.describe),
    "PutScalingPolicy": policies.put,
    "DeleteScalingPolicy": policies.delete,
    "DescribeScalingPolicies": _paged("ScalingPolicies", policies.describe),
    "PutScheduledAction": schedules.put,
    "DeleteScheduledAction": schedules.delete,
    "DescribeScalingActivities": _paged("ScalingActivities", targets.activities),
    "DescribeScheduledActions": _paged("ScheduledActions", schedules.describe),
    "TagResource": _tag,
    "UntagResource": _untag,
    "ListTagsForResource": _list_tags,
}
