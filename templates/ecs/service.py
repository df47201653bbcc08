"""What keeps it running: the service, and how its tasks are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Equals, If, Not, NoValue, Ref
from troposphere.ecs import (
    AwsvpcConfiguration,
    Cluster,
    DeploymentCircuitBreaker,
    DeploymentConfiguration,
    LoadBalancer,
    NetworkConfiguration,
    Service,
    TaskDefinition,
)

from templates.ecs.task import CONTAINER

if TYPE_CHECKING:
    from templates.ecs.inputs import Inputs
    from templates.ecs.settings import Settings
    from templates.identity import Identity
    from templates.model import Builder


def service(
    identity: Identity,
    settings: Settings,
    stack: Builder[Inputs],
    cluster: Cluster,
    definition: TaskDefinition,
) -> Service:
    """A rolling deployment that never goes below the desired count, and rolls back when new tasks do not start.

    CloudFormation sends `DesiredCount` with every update of the service, which throws away what autoscaling had
    scaled to; an empty count leaves the property out, and ECS keeps what it has.
    """
    values = stack.parameters
    given = stack.condition("DesiredCountIsGiven", Not(Equals(values.desired_count.expression, "")))
    return Service(
        "Service",
        ServiceName=identity.name,
        Cluster=Ref(cluster),
        TaskDefinition=Ref(definition),
        LaunchType="FARGATE",
        DesiredCount=If(given, values.desired_count.expression, NoValue),
        DeploymentConfiguration=DeploymentConfiguration(
            MinimumHealthyPercent=100,
            MaximumPercent=200,
            DeploymentCircuitBreaker=DeploymentCircuitBreaker(Enable=True, Rollback=True),
        ),
        HealthCheckGracePeriodSeconds=settings.health_check_grace_period,
        NetworkConfiguration=NetworkConfiguration(
            AwsvpcConfiguration=AwsvpcConfiguration(
                AssignPublicIp=values.assign_public_ip.expression,
                SecurityGroups=[values.security_group_id.expression],
                Subnets=values.subnet_ids.expression,
            )
        ),
        LoadBalancers=[
            LoadBalancer(
                ContainerName=CONTAINER,
                ContainerPort=values.container_port.expression,
                TargetGroupArn=values.target_group_arn.expression,
            )
        ],
        EnableECSManagedTags=True,
        PropagateTags="SERVICE",
    )
