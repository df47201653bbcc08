"""IAM's quotas: the length of policies, and their number for a role. Checked for what CloudFormation creates.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, with AWS's defaults.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.services import iam

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties, Untyped

_TRUST, _INLINE, _MANAGED, _ATTACHED = 2_048, 10_240, 6_144, 10


def install() -> None:
    """Check the properties before a resource is made or changed."""
    extend("AWS::IAM::Role", before_create=_check_role, before_update=lambda _, __, props: _check_role(props))
    extend("AWS::IAM::ManagedPolicy", before_create=_check_managed_policy, before_update=_check_changed_managed_policy)


def _check_role(props: Properties) -> None:
    if _size(props.get("AssumeRolePolicyDocument")) > _TRUST:
        raise _refusal(f"Cannot exceed quota for ACLSizePerRole: {_TRUST}")
    own = {it["PolicyName"]: it["PolicyDocument"] for it in props.get("Policies", ())}
    check_inline(props.get("RoleName", ""), own)
    if len(props.get("ManagedPolicyArns", ())) > _ATTACHED:
        raise _refusal(f"Cannot exceed quota for PoliciesPerRole: {_ATTACHED}")


def check_inline(role_name: str, own: dict[str, Untyped]) -> None:
    """Raise ValueError where these inline policies, by name, are too long together with others that the role has."""
    there = (iam._roles.get(role_name) or {}).get("InlinePolicies", {})
    if sum(map(_size, {**there, **own}.values())) > _INLINE:
        raise _refusal(f"Maximum policy size of {_INLINE} bytes exceeded for role {role_name}")


def _check_managed_policy(props: Properties) -> None:
    if _size(props.get("PolicyDocument")) > _MANAGED:
        raise _refusal(f"Cannot exceed quota for PolicySize: {_MANAGED}")
    for name in props.get("Roles", ()):
        if len((iam._roles.get(name) or {}).get("AttachedPolicies", ())) >= _ATTACHED:
            raise _refusal(f"Cannot exceed quota for PoliciesPerRole: {_ATTACHED}")


def _check_changed_managed_policy(_: str, old: Properties, new: Properties) -> None:
    """Check an update; the policy counts already for roles that had it before."""
    _check_managed_policy({**new, "Roles": [it for it in new.get("Roles", ()) if it not in old.get("Roles", ())]})


def _size(document: Untyped) -> int:
    """Return the number of characters as IAM counts them, without white space."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return len("".join(text.split()))


def _refusal(words: str) -> ValueError:
    return handler_error(words, "ServiceLimitExceeded", service="Iam", status=409)
