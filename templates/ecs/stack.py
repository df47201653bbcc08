"""The service: cluster, task definition and service (Terraform: module `ecs`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from troposphere import Ref
from troposphere.ecs import Cluster, ClusterSetting
from troposphere.logs import LogGroup

from templates.ecs import execute_command
from templates.ecs.service import service
from templates.ecs.spot import PROVIDERS
from templates.ecs.task import task_definition
from templates.model import Builder, Stack
from templates.values import ClusterName, LogGroupName, ServiceName, TaskDefinitionArn

if TYPE_CHECKING:
    from templates.ecs.inputs import Inputs
    from templates.ecs.settings import Settings
    from templates.identity import Identity
    from templates.profiles import Paths
    from templates.values import KeyArn


_INSIGHTS = "containerInsights"
"""Cluster setting; without it the account's setting of this name holds (ECS, PutAccountSetting)."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Cluster, service, task definition and log group."""

    cluster_name: Annotated[ClusterName, "Name of the ECS cluster"]
    service_name: Annotated[ServiceName, "Name of the ECS service"]
    task_definition_arn: Annotated[TaskDefinitionArn, "Task definition of the service, with its revision"]
    log_group_name: Annotated[LogGroupName, "Log group of the containers"]


def build(
    identity: Identity, settings: Settings, inputs: Inputs, *, paths: Paths, tls_port: int | None = None
) -> Stack[Outputs]:
    """Build the stack: a cluster with one Fargate service behind the target group, and its log groups.

    `tls_port` is the port of the sidecar that takes requests by HTTPS instead of the application.
    """
    stack = Builder(identity, f"{identity.name}: ECS cluster and service", inputs)
    key = stack.parameters.kms_key_arn
    cluster = stack.add(_cluster(identity, settings))
    if settings.exec:
        sessions = stack.add(_log_group("ExecLogGroup", identity.exec_log_group, settings, key))
        cluster.Configuration = execute_command.cluster_configuration(sessions, key)
    log_group = LogGroupName(Ref(stack.add(_log_group("LogGroup", identity.log_group, settings, key))))
    definition = stack.add(task_definition(identity, settings, stack.parameters, log_group, paths=paths))
    running = stack.add(service(identity, settings, stack, cluster, definition, tls_port=tls_port))
    return stack.finish(
        Outputs(
            cluster_name=ClusterName(Ref(cluster)),
            service_name=ServiceName(running.get_att("Name")),
            task_definition_arn=TaskDefinitionArn(Ref(definition)),
            log_group_name=log_group,
        )
    )


def _cluster(identity: Identity, settings: Settings) -> Cluster:
    """Return a cluster with Fargate's capacity providers, as a property: no second resource has to wait for it."""
    insights = settings.container_insights
    return Cluster(
        "Cluster",
        ClusterName=identity.cluster,
        **({"CapacityProviders": list(PROVIDERS)} if settings.capacity_providers else {}),
        **({} if insights == "account" else {"ClusterSettings": [ClusterSetting(Name=_INSIGHTS, Value=insights)]}),
    )


def _log_group(title: str, name: str, settings: Settings, key: KeyArn | None) -> LogGroup:
    """Return a log group that outlives the service until its entries expire."""
    return LogGroup(
        title,
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        LogGroupName=name,
        **({"RetentionInDays": settings.log_retention_days} if settings.log_retention_days else {}),
        **({"KmsKeyId": key.expression} if key else {}),
    )
