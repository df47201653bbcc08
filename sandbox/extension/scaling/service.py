"""The service's requests: X-Amz-Target AnyScaleFrontendService.*, JSON in and out, long lists in pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack import app
from ministack.core import router

from sandbox.extension.refusal import RefusedError, invalid
from sandbox.extension.scaling import policies, schedules, store, targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response

_NAME = "application-autoscaling"
_MODULE = "application_autoscaling"
_PAGE = 50


def install() -> None:
    """Register the service: where requests are routed, and where state is saved."""
    app.SERVICE_REGISTRY[_NAME] = {"module": _MODULE}
    app.SERVICE_HANDLERS[_NAME] = handle_request
    app._loaded_modules[_MODULE] = _Module
    app._state_map[_MODULE] = _MODULE
    # First, because the pattern of EC2's autoscaling would match this host name, too.
    patterns = {"target_prefixes": ["AnyScaleFrontendService"], "host_patterns": [r"application-autoscaling\."]}
    router.SERVICE_PATTERNS = {_NAME: patterns, **router.SERVICE_PATTERNS}


async def handle_request(_: str, __: str, headers: dict[str, str], body: bytes, ___: object) -> Response:
    """Answer one request."""
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    handler = _ACTIONS.get(action)
    if handler is None:
        return _answer(400, {"__type": "UnknownOperationException", "message": f"Unknown operation: {action}"})
    try:
        return _answer(200, handler(json.loads(body or b"{}")))
    except RefusedError as error:
        return _answer(400, {"__type": error.code, "message": error.message})


class _Module:
    """What ministack expects of a service's module."""

    handle_request = staticmethod(handle_request)
    get_state = staticmethod(store.get_state)
    load_persisted_state = staticmethod(store.load_persisted_state)
    reset = staticmethod(store.reset)


def _answer(status: int, data: Record) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(data).encode()


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
