"""The task definition with its containers and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere.ecs import EphemeralStorage, RuntimePlatform, TaskDefinition

from templates.ecs import storage
from templates.ecs.containers import Task, sidecar_container, web_container

if TYPE_CHECKING:
    from templates.ecs.inputs import TaskInputs
    from templates.ecs.settings import Settings
    from templates.identity import Identity
    from templates.profiles import Paths
    from templates.values import LogGroupName


def task_definition(
    identity: Identity, settings: Settings, values: TaskInputs, log_group: LogGroupName, *, paths: Paths
) -> TaskDefinition:
    """Return the definition of a Fargate task: the application's container first, then the sidecars."""
    task = Task(identity, settings, log_group)
    names = [identity.container, *(it.name for it in settings.sidecars)]
    volumes = [volume for name in names for volume in task.mounts(name).volumes]
    volumes += storage.efs_mounts(settings.volumes).volumes
    more = settings.ephemeral_storage > storage.DEFAULT_STORAGE
    return TaskDefinition(
        "TaskDefinition",
        Family=identity.task_family,
        RequiresCompatibilities=["FARGATE"],
        NetworkMode="awsvpc",
        RuntimePlatform=RuntimePlatform(CpuArchitecture=settings.architecture, OperatingSystemFamily="LINUX"),
        Cpu=values.cpu.expression,
        Memory=values.memory.expression,
        ExecutionRoleArn=values.task_execution_role_arn.expression,
        TaskRoleArn=values.task_role_arn.expression,
        ContainerDefinitions=[
            web_container(values, task, paths=paths),
            *(sidecar_container(it, task) for it in settings.sidecars),
        ],
        **({"Volumes": volumes} if volumes else {}),
        **({"EphemeralStorage": EphemeralStorage(SizeInGiB=settings.ephemeral_storage)} if more else {}),
    )
