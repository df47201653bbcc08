"""Who may take on a role."""

from __future__ import annotations

from typing import Any

from awacs import sts
from awacs.aws import Allow, PolicyDocument, Principal, Statement

from templates.trust import service_trust_policy


def ecs_tasks() -> Any:
    """ECS tasks of this account and region, nobody else's (the confused deputy).

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    return service_trust_policy("EcsTasksOfThisAccount", "ecs-tasks.amazonaws.com", ("ecs", "*"))


def ecs() -> Any:
    """ECS itself, as its documentation has it: without conditions, whose keys ECS is not documented to send here.

    Only a principal of this account can hand the role to ECS (`iam:PassRole`).
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
    """
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="EcsForInfrastructure",
                Effect=Allow,
                Principal=Principal("Service", "ecs.amazonaws.com"),
                Action=[sts.AssumeRole],
            )
        ],
    )
