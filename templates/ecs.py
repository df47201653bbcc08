"""The container: cluster, task definition and service (Terraform: module `ecs`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere import Equals, If, Not, NoValue, Ref, Region
from troposphere.ecs import (
    AwsvpcConfiguration,
    Cluster,
    ClusterSetting,
    ContainerDefinition,
    DeploymentCircuitBreaker,
    DeploymentConfiguration,
    LoadBalancer,
    LogConfiguration,
    NetworkConfiguration,
    PortMapping,
    RuntimePlatform,
    Service,
    TaskDefinition,
)
from troposphere.logs import LogGroup

from templates import streamlit
from templates.fargate import MEMORY, MEMORY_BY_CPU, memory_for
from templates.model import Builder, Stack
from templates.section import Section
from templates.values import (
    ClusterName,
    ImageUri,
    Number,
    RoleArn,
    SecurityGroupId,
    ServiceName,
    SubnetIds,
    TargetGroupArn,
    Text,
)

if TYPE_CHECKING:
    from templates.identity import Identity

CONTAINER = "web"


class Settings(Section):
    """`[ecs]`: the container, its size and how it is replaced."""

    cpu: Literal[256, 512, 1024, 2048, 4096, 8192, 16384] = 4096
    """CPU units of a task; 1024 are one vCPU."""
    memory: Annotated[int, Field(ge=MEMORY[0], le=MEMORY[-1])] = 16384
    """Memory of a task in MiB; which sizes are possible depends on `cpu`."""
    desired_count: Annotated[int, Field(ge=0, le=5000)] = 2
    """Tasks when the service is created; with autoscaling off, always."""
    container_insights: Literal["enabled", "enhanced", "disabled"] = "enabled"
    """Metrics of the cluster, its services and tasks in CloudWatch Container Insights."""
    log_retention_days: Literal[
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
    ] = 30
    """Days after which the containers' log entries are deleted."""
    stop_timeout: Annotated[int, Field(ge=2, le=120)] = 120
    """Seconds that a container has between SIGTERM and SIGKILL; Fargate allows 120 at most."""
    health_check_grace_period: Annotated[int, Field(ge=0, le=2147483647)] = 120
    """Seconds after a task's start in which failing health checks of the load balancer do not count."""

    @model_validator(mode="after")
    def _fargate_size(self) -> Self:
        if self.memory not in MEMORY_BY_CPU[self.cpu]:
            raise PydanticCustomError(
                "fargate_size",
                "Fargate has no task with {cpu} CPU units and {memory} MiB; with {cpu} it has {allowed}",
                {
                    "key": "memory",
                    "with": ("cpu",),
                    "cpu": self.cpu,
                    "memory": self.memory,
                    "allowed": memory_for(self.cpu),
                },
            )
        return self


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the service needs of the other stacks, and what an operator turns."""

    container_image: Annotated[ImageUri, "Image of the container, with its tag"]
    cpu: Annotated[Number, "CPU units of a task"]
    memory: Annotated[Number, "Memory of a task, MiB"]
    desired_count: Annotated[Text, "Number of tasks; empty leaves it to autoscaling"]
    task_execution_role_arn: Annotated[RoleArn, "Role with which ECS pulls the image and writes the logs"]
    task_role_arn: Annotated[RoleArn, "Role that the application itself has"]
    subnet_ids: Annotated[SubnetIds, "Subnets of the tasks"]
    security_group_id: Annotated[SecurityGroupId, "Security group of the tasks"]
    target_group_arn: Annotated[TargetGroupArn, "Target group in which the tasks are registered"]
    container_port: Annotated[Number, "Port on which Streamlit listens"]
    assign_public_ip: Annotated[Text, "ENABLED where the tasks have no other way out than an address of their own"]


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
        )
    )
    definition = stack.add(_task_definition(identity, settings, stack.parameters, log_group))
    service = stack.add(_service(identity, settings, stack, cluster, definition))
    return stack.finish(
        Outputs(cluster_name=ClusterName(Ref(cluster)), service_name=ServiceName(service.get_att("Name")))
    )


def _task_definition(identity: Identity, settings: Settings, values: Inputs, log_group: LogGroup) -> TaskDefinition:
    return TaskDefinition(
        "TaskDefinition",
        Family=identity.name,
        RequiresCompatibilities=["FARGATE"],
        NetworkMode="awsvpc",
        RuntimePlatform=RuntimePlatform(CpuArchitecture="X86_64", OperatingSystemFamily="LINUX"),
        Cpu=values.cpu.expression,
        Memory=values.memory.expression,
        ExecutionRoleArn=values.task_execution_role_arn.expression,
        TaskRoleArn=values.task_role_arn.expression,
        ContainerDefinitions=[
            ContainerDefinition(
                Name=CONTAINER,
                Image=values.container_image.expression,
                Essential=True,
                PortMappings=[PortMapping(ContainerPort=values.container_port.expression, Protocol="tcp")],
                Environment=streamlit.options(values.container_port),
                StopTimeout=settings.stop_timeout,
                LogConfiguration=LogConfiguration(
                    LogDriver="awslogs",
                    Options={
                        "awslogs-group": Ref(log_group),
                        "awslogs-region": Region,
                        "awslogs-stream-prefix": CONTAINER,
                    },
                ),
            )
        ],
    )


def _service(
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
