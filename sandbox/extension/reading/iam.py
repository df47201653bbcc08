"""AWS::IAM::Role, RolePolicy, ManagedPolicy and OIDCProvider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import iam

from sandbox.extension.reading.readable import Readable
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties


def _role(name: str) -> Properties | None:
    found = iam._roles.get(name)
    if found is None:
        return None
    inline = found.get("InlinePolicies") or {}
    return {
        "RoleName": name,
        "Arn": found["Arn"],
        "RoleId": found["RoleId"],
        "Path": found.get("Path") or "/",
        "MaxSessionDuration": int(found.get("MaxSessionDuration") or 3600),
        "AssumeRolePolicyDocument": document(found["AssumeRolePolicyDocument"]),
        **present(
            Description=found.get("Description"),
            ManagedPolicyArns=list(found.get("AttachedPolicies") or ()),
            Policies=[{"PolicyName": key, "PolicyDocument": document(text)} for key, text in inline.items()],
            PermissionsBoundary=found.get("PermissionsBoundary"),
        ),
        "Tags": tags(found.get("Tags")),
    }


def _roles() -> Iterator[tuple[str, ...]]:
    for name in list(iam._roles):
        yield (name,)


def _role_policy(policy_name: str, role_name: str) -> Properties | None:
    text = (iam._roles.get(role_name) or {}).get("InlinePolicies", {}).get(policy_name)
    if text is None:
        return None
    return {"PolicyName": policy_name, "RoleName": role_name, "PolicyDocument": document(text)}


def _role_policies() -> Iterator[tuple[str, ...]]:
    for role_name, role in list(iam._roles.items()):
        for policy_name in role.get("InlinePolicies") or {}:
            yield policy_name, role_name


READERS = {
    "AWS::IAM::Role": Readable(read=_role, every=_roles),
    "AWS::IAM::RolePolicy": Readable(
        read=_role_policy,
        every=_role_policies,
        identify=lambda physical_id, properties: (properties.get("PolicyName", physical_id), properties["RoleName"]),
    ),
}
