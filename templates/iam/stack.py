"""The roles of the service, and a policy for an existing role of GitHub Actions (Terraform: module `iam`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from troposphere import GetAtt, Sub
from troposphere.iam import Role

from templates.iam import trust
from templates.iam.execution_role import execution_role
from templates.iam.github_actions import autoscaling_tags
from templates.iam.task_role import task_role
from templates.model import Builder, Stack
from templates.names import role_properties
from templates.values import RoleArn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.ecs import Access
    from templates.iam.inputs import Inputs
    from templates.iam.settings import Settings
    from templates.identity import Identity

LOAD_BALANCER_POLICY = "arn:${AWS::Partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
"""AWS managed policy, which is updated with what ECS needs
(https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html)."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The roles of the tasks, and of ECS where it shifts traffic."""

    task_execution_role_arn: Annotated[RoleArn, "Role with which ECS pulls the image and writes the logs"]
    task_role_arn: Annotated[RoleArn, "Role that the application itself has"]
    load_balancer_role_arn: Annotated[RoleArn | None, "Role with which ECS moves requests between tasks"] = None


def build(
    identity: Identity,
    settings: Settings,
    inputs: Inputs,
    *,
    repository_name: str,
    access: Access,
    cached: Sequence[str] = (),
) -> Stack[Outputs]:
    """Build the stack: task execution role, task role and, as far as needed, ECS's role and GitHub's policy."""
    stack = Builder(identity, f"{identity.name}: roles", inputs)
    values = stack.parameters
    execution = stack.add(execution_role(identity, settings, values, access, repository_name, cached))
    task = stack.add(task_role(identity, settings, values, access))
    moves = stack.add(_load_balancer_role(identity)) if access.two_target_groups else None
    if settings.github_actions_role_name:
        stack.add(autoscaling_tags(identity, settings.github_actions_role_name))
    return stack.finish(
        Outputs(
            task_execution_role_arn=RoleArn(GetAtt(execution, "Arn")),
            task_role_arn=RoleArn(GetAtt(task, "Arn")),
            load_balancer_role_arn=RoleArn(GetAtt(moves, "Arn")) if moves else None,
        )
    )


def _load_balancer_role(identity: Identity) -> Role:
    """Return the role with which ECS changes the weights of listener rules."""
    return Role(
        "LoadBalancerRole",
        Description=f"{identity.name}: ECS moves requests from old tasks to new ones",
        **role_properties(identity.names.load_balancer_role),
        AssumeRolePolicyDocument=trust.ecs(),
        ManagedPolicyArns=[Sub(LOAD_BALANCER_POLICY)],
    )
