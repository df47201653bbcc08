"""Roles that are handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.derive.reference import any_resource
from stacks.iam.derive.resources.identifiers import values_at
from templates.resource_types import TYPES

if TYPE_CHECKING:
    from stacks.iam.derive.resources.identifiers import Tree
    from stacks.rendered.tree import Resource
    from templates.resource_types.record import PassedRole

CLOUDFORMATION = "cloudformation.amazonaws.com"
HANDED = frozenset({"iam:CreateServiceLinkedRole", "iam:GetRole", "iam:PassRole"})
"""What the handlers of other services' types list for roles: the record of a type says for which, and to whom."""


def is_reviewed(resource_type: str) -> bool:
    """Whether the record says all about the roles of a type; IAM's own types are about roles themselves."""
    return resource_type in TYPES and not resource_type.startswith("AWS::IAM::")


def passed_role_arns(tree: Tree, resource: Resource, passed: PassedRole) -> tuple[str, ...]:
    """Return the roles that a resource hands on by this property."""
    found = tree.texts(list(values_at(resource.properties, passed.property)), resource.module)
    named = tuple(sorted(arn for arn in found if arn.startswith("arn:")))
    return named if len(named) == len(found) else any_resource("iam:role", tree.place)
