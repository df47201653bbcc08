"""What IAM takes: how long policies may be, and how many a role has. Asked of what CloudFormation makes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, with AWS's defaults.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.services import iam
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Untyped

_TRUST, _INLINE, _MANAGED, _ATTACHED = 2_048, 10_240, 6_144, 10


def install() -> None:
    """Look at the properties before a resource is made or changed."""
    for resource_type, check in _CHECKS.items():
        handlers = provisioners._RESOURCE_HANDLERS[resource_type]
        handlers["create"], handlers["update"] = _checked(handlers["create"], handlers["update"], check)


def _checked(
    create: Callable[..., Made], update: Callable[..., Made], check: Callable[[Properties], None]
) -> tuple[Callable[..., Made], Callable[..., Made]]:
    def make(logical_id: str, props: Properties, *rest: Untyped) -> Made:
        check(props)
        return create(logical_id, props, *rest)

    def change(physical_id: str, old: Properties, new: Properties, *rest: Untyped, **more: Untyped) -> Made:
        check({**new, "Roles": [it for it in new.get("Roles", ()) if it not in old.get("Roles", ())]})
        return update(physical_id, old, new, *rest, **more)

    return make, change


def _role(props: Properties) -> None:
    if _size(props.get("AssumeRolePolicyDocument")) > _TRUST:
        raise _refused(f"Cannot exceed quota for ACLSizePerRole: {_TRUST}")
    own = {it["PolicyName"]: it["PolicyDocument"] for it in props.get("Policies", ())}
    _inline(props.get("RoleName", ""), own)
    if len(props.get("ManagedPolicyArns", ())) > _ATTACHED:
        raise _refused(f"Cannot exceed quota for PoliciesPerRole: {_ATTACHED}")


def _role_policy(props: Properties) -> None:
    _inline(props["RoleName"], {props["PolicyName"]: props.get("PolicyDocument")})


def _inline(role_name: str, own: dict[str, Untyped]) -> None:
    there = (iam._roles.get(role_name) or {}).get("InlinePolicies", {})
    if sum(map(_size, {**there, **own}.values())) > _INLINE:
        raise _refused(f"Maximum policy size of {_INLINE} bytes exceeded for role {role_name}")


def _managed_policy(props: Properties) -> None:
    if _size(props.get("PolicyDocument")) > _MANAGED:
        raise _refused(f"Cannot exceed quota for PolicySize: {_MANAGED}")
    for name in props.get("Roles", ()):
        if len((iam._roles.get(name) or {}).get("AttachedPolicies", ())) >= _ATTACHED:
            raise _refused(f"Cannot exceed quota for PoliciesPerRole: {_ATTACHED}")


_CHECKS: dict[str, Callable[[Properties], None]] = {
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Role": _role,
    "AWS::IAM::RolePolicy": _role_policy,
}


def _size(document: Untyped) -> int:
    """Characters as IAM counts them: white space is none."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return len("".join(text.split()))


def _refused(words: str) -> ValueError:
    told = f'"{words} (Service: Iam, Status Code: 409)"'
    return ValueError(f"Resource handler returned message: {told} (HandlerErrorCode: ServiceLimitExceeded)")
