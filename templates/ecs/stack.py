"""The container: cluster, task definition and service (Terraform: module `ecs`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from troposphere import Ref
from troposphere.ecs import Cluster, ClusterSetting
from troposphere.logs import LogGroup

from templates.ecs.service import service
from templates.ecs.task import task_definition
from templates.model import Builder, Stack
from templates.values import ClusterName, ServiceName

if TYPE_CHECKING:
    from templates.ecs.inputs import Inputs
    from templates.ecs.settings import Settings
    from templates.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The service by its names."""

    cluster_name: Annotated[ClusterName, "Name of the ECS cluster"]
    service_name: Annotated[ServiceName, "Name of the ECS service"]


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """A cluster with one Fargate service behind the target group, and the log group of its containers."""
    stack = Builder(identity, f"{identity.name}: ECS cluster and service", inputs)
    cluster = stack.add(
        Cluster(
            "Cluster",
            ClusterName=identity.name,
            ClusterSettings=[ClusterSetting(Name="containerInsights", Value=settings.container_insights)],
        )
    )
    log_group = stack.add(
        LogGroup(
            "LogGroup",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            LogGroupName=identity.log_group,
            RetentionInDays=settings.log_retention_days,
            **({"KmsKeyId": key.expression} if (key := stack.parameters.kms_key_arn) else {}),
        )
    )
    definition = stack.add(task_definition(identity, settings, stack.parameters, log_group))
    running = stack.add(service(identity, settings, stack, cluster, definition))
    return stack.finish(
        Outputs(cluster_name=ClusterName(Ref(cluster)), service_name=ServiceName(running.get_att("Name")))
    )
