"""Roles with their policies and what is attached to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.attributes import CannotBeKnownError
from stacks.adopt.types.record import Owned, Part, Stays, TerraformType, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

TYPE = "AWS::IAM::Role"


def _role(it: Attributes) -> Properties:
    return {
        "RoleName": it.text("name"),
        "Path": it.text("path"),
        "Description": it.text("description"),
        "AssumeRolePolicyDocument": it.document("assume_role_policy"),
        "MaxSessionDuration": it.number("max_session_duration"),
        "PermissionsBoundary": it.text("permissions_boundary"),
        "ManagedPolicyArns": sorted(it.texts("managed_policy_arns")),
        "Policies": [policy for each in it.blocks("inline_policy") for policy in _inline(each)],
        "Tags": it.tags,
    }


def _inline(it: Attributes) -> list[Properties]:
    """Return an inline policy; none for the empty block which says that there is to be none."""
    name = it.text("name")
    return [{"PolicyName": name, "PolicyDocument": it.document("policy")}] if name else []


def _role_of(it: Attributes) -> list[dict[str, str]]:
    """The id of an inline policy is `ROLE:NAME`."""
    return [{"RoleName": name_of(it.needed("role"))}]


def _attached(it: Attributes) -> Properties:
    arn = it.text("policy_arn")
    return {"ManagedPolicyArns": [arn] if arn else []}


def _exclusive(it: Attributes) -> list[dict[str, str]]:
    roles = it.texts("roles")
    if not roles:
        raise CannotBeKnownError("roles")
    return [{"RoleName": name_of(role)} for role in roles]


def _named_policies(it: Attributes) -> Properties:
    return {"ManagedPolicyArns": it.texts("policy_arns")}


_POLICY = "our roles name policies by ARN: iam.execution_managed_policy_arns, iam.task_managed_policy_arns"

TYPES: Mapping[str, TerraformType] = {
    "aws_iam_role": Owned(
        type=TYPE,
        allowed=allowed(
            "id arn name path description assume_role_policy max_session_duration permissions_boundary "
            "managed_policy_arns tags tags_all",
            inline_policy=allowed("name policy"),
        ),
        identify=lambda it: {"RoleName": it.needed("name", "id")},
        write=_role,
    ),
    "aws_iam_role_policy": Part(
        type=TYPE, allowed=allowed("id name role policy"), wholes=_role_of, write=lambda it: {"Policies": _inline(it)}
    ),
    "aws_iam_role_policy_attachment": Part(
        type=TYPE, allowed=allowed("id role policy_arn"), wholes=_role_of, write=_attached
    ),
    "aws_iam_role_policy_attachments_exclusive": Part(
        type=TYPE,
        allowed=allowed("role_name policy_arns"),
        wholes=lambda it: [{"RoleName": it.needed("role_name")}],
        write=_named_policies,
    ),
    "aws_iam_role_policies_exclusive": Part(
        type=TYPE,
        allowed=allowed("role_name policy_names"),
        wholes=lambda it: [{"RoleName": it.needed("role_name")}],
        write=lambda _: {},
    ),
    "aws_iam_policy_attachment": Part(
        type=TYPE, allowed=allowed("id name policy_arn roles users groups"), wholes=_exclusive, write=_attached
    ),
    "aws_iam_openid_connect_provider": Stays(
        why="the account's, for whoever signs in by it; `bootstrap` takes its ARN (oidc_provider_arn)",
        allowed=allowed("id arn url"),
    ),
    "aws_iam_policy": Stays(why=_POLICY, allowed=allowed("id arn name")),
}
