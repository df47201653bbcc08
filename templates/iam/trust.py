"""Trust policies of the service's roles."""

from __future__ import annotations

from typing import Any

from awacs import sts
from awacs.aws import Allow, PolicyDocument, Principal, Statement

from templates.trust import service_trust_policy


def ecs_tasks(*, limited: bool) -> Any:
    """Return the trust policy for ECS tasks, `limited` to those of this account and region (the confused deputy).

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    service = "ecs-tasks.amazonaws.com"
    if limited:
        return service_trust_policy("EcsTasksOfThisAccount", service, ("ecs", "*"))
    statement = Statement(Effect=Allow, Principal=Principal("Service", service), Action=[sts.AssumeRole])
    return PolicyDocument(Version="2012-10-17", Statement=[statement])


def ecs() -> Any:
    """Return the trust policy for ECS as documented: without conditions, as no condition keys are documented.

    Only a principal of this account can pass the role to ECS (`iam:PassRole`).
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
