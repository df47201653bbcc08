"""What the execution role is denied, whatever its other policies allow.

A template that could change this stack, its roles, their policies or its bucket could give its author any right. The
same holds for the project's bootstrap stack in another region: IAM and the names of buckets have no regions.
The role passes one role of this stack, itself: CloudFormation passes a stack's role to each nested stack, with that
role's rights (schema of AWS::CloudFormation::Stack, `iam:PassRole` in the create and update handlers;
https://github.com/aws-solutions-library-samples/data-lakes-on-aws/issues/275 has the words of the refusal).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import cloudformation, iam, s3
from awacs.aws import Deny, Statement, StringEquals, StringNotEquals
from troposphere import Sub

from templates import policy_sizes
from templates.bootstrap.scope import CLOUDFORMATION, Scope, actions, condition, deny, iam_arn, written

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKETS = "stackset-*"
"""Names that CloudFormation gives to the buckets of stack sets: how much of the stack's name is in them is not
documented."""
WRITES = ("Create*", "Delete*", "Put*", "Restore*")
BOUNDED = (
    "AttachRolePolicy AttachUserPolicy CreateRole CreateUser PutRolePermissionsBoundary PutRolePolicy "
    "PutUserPermissionsBoundary PutUserPolicy"
)
"""Actions that grant rights. The project has no users: only a policy from elsewhere could allow those."""


def document(scope: Scope) -> Any:
    """Return the document of an inline policy, which does not count among the ten managed policies of a role."""
    return policy_sizes.document(list(_statements(scope)))


def _statements(scope: Scope) -> Iterator[Statement]:
    yield from _roles(scope)
    yield deny("KeepOffThisStacksPolicies", [iam.Action("*")], scope.policy_arns)
    yield deny("KeepOffThisStack", [cloudformation.Action("*")], scope.own_stack)
    others = [
        Sub(f"arn:${{AWS::Partition}}:s3:::{it}") for it in (scope.bootstraps, *([BUCKETS] if scope.fleet else []))
    ]
    buckets = [scope.bucket_arn, *scope.objects("*"), *others]
    yield deny("KeepOffTemplates", [s3.Action(it) for it in WRITES], buckets)
    if scope.permissions_boundary:
        other = StringNotEquals({"iam:PermissionsBoundary": written(scope.permissions_boundary)})
        yield deny("AllHaveTheBoundary", actions(iam, BOUNDED), ["*"], other)
        taken_off = actions(iam, "DeleteRolePermissionsBoundary DeleteUserPermissionsBoundary")
        yield deny("AllKeepTheBoundary", taken_off, ["*"])


def _roles(scope: Scope) -> Iterator[Statement]:
    """Deny all changes to the roles, and passing them; the role passes only itself, and only to CloudFormation."""
    identities = [scope.role(name) for name in (*scope.role_names, scope.bootstraps)]
    kept_off = [*identities, iam_arn(f"oidc-provider/{scope.issuer}")]
    yield Statement(Sid="KeepOffThisStacksRoles", Effect=Deny, NotAction=[iam.PassRole], Resource=kept_off)
    elsewhere = StringNotEquals({"iam:PassedToService": CLOUDFORMATION})
    yield deny("HandThemToNobodyElse", [iam.PassRole], identities, elsewhere)
    yield Statement(
        Sid="HandOnNoOtherRole",
        Effect=Deny,
        Action=[iam.PassRole],
        NotResource=[scope.execution_role],
        Condition=condition(StringEquals({"iam:PassedToService": CLOUDFORMATION})),
    )
