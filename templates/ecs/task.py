"""What runs: the task definition and its container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref, Region
from troposphere.ecs import (
    ContainerDefinition,
    Environment,
    LogConfiguration,
    PortMapping,
    RuntimePlatform,
    Secret,
    TaskDefinition,
)

if TYPE_CHECKING:
    from troposphere.logs import LogGroup

    from templates.ecs.inputs import Inputs
    from templates.ecs.settings import Settings
    from templates.identity import Identity
    from templates.values import Number

CONTAINER = "web"
"""Name of the container in which Streamlit runs."""


def task_definition(identity: Identity, settings: Settings, values: Inputs, log_group: LogGroup) -> TaskDefinition:
    """A Fargate task with one container, which writes its log to the log group."""
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
                Environment=_streamlit(values.container_port),
                Secrets=[
                    Secret(Name="STREAMLIT_SERVER_COOKIE_SECRET", ValueFrom=values.cookie_secret_arn.expression),
                ],
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


def _streamlit(port: Number) -> list[Environment]:
    """Streamlit's options, which win over the image's own `config.toml`.

    https://docs.streamlit.io/develop/api-reference/configuration/config.toml
    """
    options = {
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104 - the load balancer reaches the task by its own address
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_PORT": port.expression,
    }
    return [Environment(Name=name, Value=value) for name, value in options.items()]
