"""AWS::IAM::Role, RolePolicy, ManagedPolicy and OIDCProvider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import iam

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties


_POLICY = ("PolicyId", "AttachmentCount", "DefaultVersionId", "IsAttachable", "CreateDate", "UpdateDate")


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


def _role_policy(policy_name: str, role_name: str) -> Properties | None:
    text = (iam._roles.get(role_name) or {}).get("InlinePolicies", {}).get(policy_name)
    if text is None:
        return None
    return {"PolicyName": policy_name, "RoleName": role_name, "PolicyDocument": document(text)}


def _role_policies() -> Iterator[tuple[str, ...]]:
    for role_name, role in list(iam._roles.items()):
        for policy_name in role.get("InlinePolicies") or {}:
            yield policy_name, role_name


def _managed_policy(arn: str) -> Properties | None:
    found = iam._policies.get(arn)
    if found is None:
        return None
    names = [name for name, role in iam._roles.items() if arn in (role.get("AttachedPolicies") or ())]
    version = found["Versions"][found["DefaultVersionId"]]
    return {
        "PolicyArn": arn,
        **{key: found[key] for key in _POLICY},
        "PermissionsBoundaryUsageCount": 0,
        "ManagedPolicyName": found["PolicyName"],
        "Path": found["Path"],
        "PolicyDocument": document(version["Document"]),
        **present(Description=found.get("Description"), Roles=names),
    }


def _provider(arn: str) -> Properties | None:
    found = iam._oidc_providers.get(arn)
    if found is None:
        return None
    return {
        "Arn": arn,
        "Url": f"https://{found['Url'].removeprefix('https://')}",
        "ClientIdList": list(found.get("ClientIDList") or ()),
        "ThumbprintList": list(found.get("ThumbprintList") or ()),
        "Tags": tags(found.get("Tags")),
    }


READERS = {
    "AWS::IAM::Role": Readable(read=_role, every=every_key(iam._roles)),
    "AWS::IAM::RolePolicy": Readable(
        read=_role_policy,
        every=_role_policies,
        physical_id=lambda *identifier: "|".join(identifier),
        identify=lambda physical_id, properties: (properties.get("PolicyName", physical_id), properties["RoleName"]),
    ),
    "AWS::IAM::ManagedPolicy": Readable(read=_managed_policy, every=every_key(iam._policies)),
    "AWS::IAM::OIDCProvider": Readable(read=_provider, every=every_key(iam._oidc_providers)),
}
