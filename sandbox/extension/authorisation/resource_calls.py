"""Whether each step of a resource is allowed: which calls CloudFormation makes for it, on what, with which keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.extension.authorisation import service_linked
from sandbox.extension.authorisation.calls.notation import parse_call
from sandbox.extension.authorisation.principal import ACTING
from sandbox.extension.errors import handler_error

if TYPE_CHECKING:
    from sandbox.extension.authorisation.calls.notation import Call
    from sandbox.extension.authorisation.principal import Principal
    from sandbox.extension.authorisation.subjects import Subject

_TAGS_KNOWN = re.compile(r"^(?!Create|Allocate|Request)")
_LINKED = "CreateServiceLinkedRole"
_HAND_ON = "PassRole"
_SERVICE_ROLE = "{service_role}"
_FOR = {_HAND_ON: "iam:PassedToService", _LINKED: "iam:AWSServiceName"}
_BOUNDARY = "PermissionsBoundary"
_ALWAYS = {"application-autoscaling": {"application-autoscaling:service-namespace": "ecs"}}
"""Condition keys with the same value in each call of a service: the templates scale nothing but ECS services."""


def require_allowed(step: str, subject: Subject) -> None:
    """Raise ValueError, with AWS's words, if a call of this step (create, update, delete, read) is not allowed.

    For a type that is not in the list only the account's root user is allowed to go on.
    """
    acting, calls = ACTING.get(), subject.calls
    if acting is None:
        return
    if calls is None:
        _refuse_unknown(acting, subject.resource_type)
        return
    for text in f"{getattr(calls, step)} {calls.read}".split():
        call = parse_call(text, calls.service)
        if call.on == _SERVICE_ROLE:
            _pass_on(acting, call)
        elif not call.where or subject.concerns(call.where):
            _require(acting, subject, call, call.on or calls.on)


def _pass_on(acting: Principal, call: Call) -> None:
    """Check that CloudFormation's role may pass itself on to a nested stack."""
    if acting.service_role:
        acting.require(f"{call.service}:{call.action}", acting.service_role, {_FOR[_HAND_ON]: call.made_for})


def _refuse_unknown(acting: Principal, resource_type: str) -> None:
    if acting.policies is not None:
        raise ValueError(
            f"The sandbox enforces IAM and does not know what CloudFormation calls for {resource_type}: "
            "sandbox/extension/authorisation/calls/ has no line for it"
        )


def _require(acting: Principal, subject: Subject, call: Call, on: str) -> None:
    linked = call.action == _LINKED
    if linked and service_linked.role_exists(call.made_for):
        return
    context = _context(subject, call)
    for arn in subject.arns(call.service, on):
        try:
            acting.require(f"{call.service}:{call.action}", arn, context)
        except ValueError as error:
            raise handler_error(str(error), "AccessDenied", service=call.service, status=403) from None
        if linked:
            service_linked.make_role(call.made_for, arn.rpartition("/")[2])


def _context(subject: Subject, call: Call) -> dict[str, str]:
    """Return the known condition keys: whom a role is passed to, its boundary, requested tags, and existing tags."""
    if call.action in _FOR:
        return {_FOR[call.action]: call.made_for}
    found = dict(_ALWAYS.get(call.service, {}))
    if kind := _tag_keys(call):
        found |= {f"aws:{kind}/{key}": value for key, value in subject.tags.items()}
    bounded = subject.properties.get(_BOUNDARY)
    return {**found, f"iam:{_BOUNDARY}": str(bounded)} if bounded and call.service == "iam" else found


def _tag_keys(call: Call) -> str:
    """Return whether the tags are those of the existing resource or those in the request; "" for neither."""
    if _TAGS_KNOWN.match(call.action):
        return "" if call.on else "ResourceTag"
    return "RequestTag" if call.on in {"", "*"} else ""
