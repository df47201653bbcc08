"""Roles, and what only the bootstrap stack has."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, NotLookedUp, ResourceType, Service, only

READ_ROLES = "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies"

TYPES = (
    ResourceType(
        type="AWS::IAM::ManagedPolicy",
        name="ManagedPolicyName",
        replaced="another ARN; what is attached outside this stack loses it",
        seconds=(16, 1),
    ),
    ResourceType(type="AWS::IAM::OIDCProvider"),
    ResourceType(
        type="AWS::IAM::Role",
        name="RoleName",
        longest=64,
        ref="name",
        path="Path",
        noun="role",
        arns={"iam:role": "arn:{partition}:iam::{account}:role/{name}"},
        lookup=Lookup(
            properties=("RoleName",),
            client="iam",
            action="iam:GetRole",
            sid="LookForRoles",
            on="arn:{partition}:iam::{account}:role/{any}",
            operation="get_role",
            parameters={"RoleName": "{RoleName}"},
            absent=("NoSuchEntity",),
            setting="role name in [names]",
        ),
        replaced="another role; running tasks keep the old one until they are replaced",
        fixed=("Arn", "RoleId"),
        seconds=(12, 17),
        only=(
            only("iam:AttachRolePolicy iam:DetachRolePolicy", "ManagedPolicyArns"),
            only("iam:PutRolePolicy iam:DeleteRolePolicy", "Policies"),
            only("iam:*RolePermissionsBoundary", "PermissionsBoundary"),
        ),
    ),
    ResourceType(
        type="AWS::IAM::RolePolicy",
        name="PolicyName",
        arns={"iam:role": "arn:{partition}:iam::{account}:role/{RoleName}"},
        lookup=NotLookedUp("free", "it adds the policy to a role, or updates the one of this name"),
        shown=("RoleName", "PolicyName"),
        seconds=(17, 3),
    ),
)

SERVICE = Service(
    types=TYPES,
    drift=(
        Grant(
            "ReadRoles",
            "iam",
            READ_ROLES,
            on=("arn:{partition}:iam::{account}:role/{any}", "arn:{partition}:iam::{account}:role/{given}"),
        ),
    ),
)
