"""What the execution role may do: whatever CloudFormation needs for any template of the project.

Actions are limited to the project's names where the names of resources are known beforehand. Policies that are derived
from the templates of an environment can replace these documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import cloudformation, iam, s3
from awacs.aws import Statement, StringEquals

from templates import policy_sizes
from templates.bootstrap.scope import CLOUDFORMATION, Scope, actions, allow, granted, written
from templates.resource_types import SERVICES, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSED_TO = tuple(dict.fromkeys(it.service for record in TYPES.values() for it in record.passes))
"""Services to which the project's stacks pass roles."""
LINKED = (
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "inspector2.amazonaws.com",
    "pullthroughcache.ecr.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "wafv2.amazonaws.com",
)
"""Services with a service-linked role, which their first user in an account creates."""
CHANGE_ROLES = "AttachRolePolicy CreateRole DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary PutRolePolicy"
KEEP_ROLES = (
    "DeleteRole GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoleTags TagRole UntagRole "
    "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"
)
TAKE_BOUNDARY_OFF = "DeleteRolePermissionsBoundary"
"""Removes the boundary of a role; not allowed where all roles must have one."""


def documents(scope: Scope) -> Mapping[str, Any]:
    """Return policy documents, each within IAM's limit for a managed policy, by the name of their policy."""
    groups = {
        "Roles": [*_stacks(scope), *_roles(scope)],
        "Service": _granted("Service", scope),
        "Data": _granted("Data", scope),
        "Network": [*_granted("Network", scope), *_granted("Names", scope)],
    }
    return {
        f"{name}{number if number > 1 else ''}": document
        for name, group in groups.items()
        for number, document in enumerate(policy_sizes.documents(group), start=1)
    }


def _granted(policy: str, scope: Scope) -> list[Statement]:
    """Return the statements of all services for one of the policies."""
    return [granted(scope, it) for service in SERVICES for it in service.execution.get(policy, ())]


def _stacks(scope: Scope) -> list[Statement]:
    """Return the rights to nest stacks: the role reads their templates, and is passed to each of them."""
    itself = StringEquals({"iam:PassedToService": CLOUDFORMATION})
    return [
        allow("NestStacks", [cloudformation.Action("*")], scope.stacks),
        allow("HandItselfToNestedStacks", [iam.PassRole], [scope.execution_role], itself),
        allow("ReadTemplates", [s3.GetObject], scope.objects("*")),
    ]


def _roles(scope: Scope) -> list[Statement]:
    """Return the rights on roles, which must have the boundary if there is one, and go to these services only."""
    roles = [scope.role(name) for name in scope.all]
    bounded = [StringEquals({"iam:PermissionsBoundary": written(scope.permissions_boundary or "")})]
    linked = [scope.role("aws-service-role/*")]
    return [
        allow("ChangeRoles", actions(iam, CHANGE_ROLES), roles, *(bounded if scope.permissions_boundary else [])),
        allow(
            "KeepRoles",
            actions(iam, KEEP_ROLES if scope.permissions_boundary else f"{KEEP_ROLES} {TAKE_BOUNDARY_OFF}"),
            roles,
        ),
        allow("HandRolesToServices", [iam.PassRole], roles, StringEquals({"iam:PassedToService": list(PASSED_TO)})),
        allow(
            "MakeServiceLinkedRoles",
            [iam.CreateServiceLinkedRole],
            linked,
            StringEquals({"iam:AWSServiceName": list(LINKED)}),
        ),
    ]
