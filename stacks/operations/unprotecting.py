"""Lifting the protection from deletion of what a stack holds, so that the stack can be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from stacks.aws.errors import ClientError, error_code
from stacks.cloudformation.stack import stack_resources, tree_stack_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import StackResource

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
"""The one type of the templates that AWS refuses to delete while an attribute of its own says so."""
ATTRIBUTE = "deletion_protection.enabled"


def load_balancers(aws: Aws, stack_id: str) -> tuple[StackResource, ...]:
    """Return the load balancers of a stack and of those in it."""
    found = [it for inner in tree_stack_ids(aws, stack_id) for it in stack_resources(aws, inner)]
    return tuple(it for it in found if it.type == LOAD_BALANCER and it.is_there)


class Held(Protocol):
    """A resource of a stack."""

    @property
    def type(self) -> str:
        """CloudFormation's."""

    @property
    def physical_id(self) -> str:
        """Its ARN, for a load balancer."""


H = TypeVar("H", bound=Held)


def deletion_protected(aws: Aws, held: Iterable[H]) -> tuple[H, ...]:
    """Return the load balancers that AWS refuses to delete, without those that are gone. Raises ClientError."""
    return tuple(it for it in held if it.type == LOAD_BALANCER and _is_protected(aws, it.physical_id))


def lift_deletion_protection(aws: Aws, held: Iterable[Held]) -> None:
    """Let them be deleted. Raises botocore's ClientError."""
    for it in held:
        aws.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=it.physical_id, Attributes=[{"Key": ATTRIBUTE, "Value": "false"}]
        )


def _is_protected(aws: Aws, load_balancer_arn: str) -> bool:
    try:
        found = aws.elbv2.describe_load_balancer_attributes(LoadBalancerArn=load_balancer_arn)["Attributes"]
    except ClientError as error:
        if error_code(error) == "LoadBalancerNotFound":
            return False
        raise
    return any(it["Key"] == ATTRIBUTE and it["Value"] == "true" for it in found)
