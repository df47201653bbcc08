"""Each step of a resource is decided on before it is made: what CloudFormation would call, on what, with which keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from stacks.sandbox.extension.authorisation.calls import CALLS, Calls
from stacks.sandbox.extension.authorisation.principal import ACTING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.sandbox.extension.untyped import Properties

HOOKS = ("services.cloudformation.provisioners:_physical_name", "services.cloudformation.provisioners:_tag_map")

_GLOBAL = ("iam",)
_CALL = re.compile(r"(?:(?P<service>[a-z0-9-]+):)?(?P<action>[A-Za-z]+)(?:@(?P<on>[^?]+))?(?:\?(?P<only>\w+))?")
_TAGS_KNOWN = re.compile(r"^(?!Create|Allocate|Request)")


def require(
    step: str, resource_type: str, properties: Properties, *, stack_name: str, logical_id: str, physical_id: str = ""
) -> None:
    """Raise ValueError, with AWS's words, where a call of this step (create, update, delete) is not allowed."""
    acting, calls = ACTING.get(), CALLS.get(resource_type)
    if acting is None or acting.policies is None or calls is None:
        return
    words = _words(calls, properties, stack_name, logical_id, physical_id)
    tags = {f"aws:ResourceTag/{key}": value for key, value in provisioners._tag_map(properties.get("Tags")).items()}
    for text in f"{getattr(calls, step)} {calls.read}".split():
        call = _CALL.fullmatch(text)
        if call is None:
            raise AssertionError(text)
        if call["only"] and not properties.get(call["only"]):
            continue
        service = call["service"] or calls.service
        own = call["on"] is None
        context = tags if own and _TAGS_KNOWN.match(call["action"]) else {}
        if call["action"] == "PassRole":
            context = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
        try:
            acting.require(f"{service}:{call['action']}", _arn(service, call["on"] or calls.on, words), context)
        except ValueError as error:
            names = (service, "Status Code: 403")
            told = f"{error} (Service: {names[0]}, {names[1]})"
            raise ValueError(f'Resource handler returned message: "{told}" (HandlerErrorCode: AccessDenied)') from None


def _words(
    calls: Calls, properties: Properties, stack_name: str, logical_id: str, physical_id: str
) -> Mapping[str, str]:
    """What stands in braces in the list."""
    words = {key: value for key, value in properties.items() if isinstance(value, str)}
    named = properties.get(calls.name) if calls.name else None
    words["id"] = physical_id or str(
        named or provisioners._physical_name(stack_name, logical_id, lowercase=calls.lower, max_len=calls.longest)
    )
    words["scaled"] = words.get("ScalingTargetId", "").partition("|")[0]
    listener = words.get("LoadBalancerArn", "").replace(":loadbalancer/", ":listener/") + "/0a1b"
    words["listener"] = physical_id or listener
    words.setdefault("AllocationId", "eipalloc-0a1b")
    return words


def _arn(service: str, on: str, words: Mapping[str, str]) -> str:
    """The ARN of what is decided on."""
    if on == "*":
        return on
    if "{id}" in on and words["id"].startswith("arn:"):
        return words["id"]
    text = re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], "*"), on)
    region = "" if service in _GLOBAL else get_region()
    return text if text.startswith("arn:") else f"arn:aws:{service}:{region}:{get_account_id()}:{text}"
