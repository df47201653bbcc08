"""The containers of a task: the application's, and the sidecars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Region
from troposphere.ecs import (
    ContainerDefinition,
    Environment,
    LinuxParameters,
    LogConfiguration,
    PortMapping,
    RepositoryCredentials,
    Secret,
)

from templates import profiles
from templates.ecs import environment, execute_command, health, image, storage
from templates.ecs.storage import Mounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ecs import HealthCheck

    from templates.ecs.inputs import TaskInputs
    from templates.ecs.settings import Settings
    from templates.ecs.sidecars import Sidecar
    from templates.identity import Identity
    from templates.profiles import Paths
    from templates.values import LogGroupName


class Task:
    """What the containers of a task have in common; `container` is the name of the application's."""

    def __init__(self, identity: Identity, settings: Settings, log_group: LogGroupName) -> None:
        self.settings = settings
        self.container = identity.container
        self.profile = identity.profile
        self.log_group = log_group

    def init(self) -> LinuxParameters | None:
        """Return an init process, which reaps child processes and forwards SIGTERM to them, or None."""
        return LinuxParameters(InitProcessEnabled=True) if self.settings.init else None

    def mounts(self, container: str) -> Mounts:
        """Return the writable directories of a container with a read-only root file system."""
        if container == self.container:
            read_only, paths = self.settings.read_only, self.settings.writable_paths
        else:
            read_only, paths = {it.name: it.read_only for it in self.settings.sidecars}[container], ()
        if not read_only:
            return Mounts()
        agent: Sequence[str] = execute_command.AGENT_PATHS if self.settings.exec else ()
        return storage.writable_mounts(container, [*paths, *(path for path in agent if path not in paths)])

    def credentials(self, repository: str) -> RepositoryCredentials | None:
        """Return the credentials of the image's registry; None if it is not the registry of `ecs.image`."""
        secret = self.settings.registry_credentials_arn
        if not secret or image.registry(repository) != image.registry(self.settings.image):
            return None
        return RepositoryCredentials(CredentialsParameter=secret)


def web_container(values: TaskInputs, task: Task, *, paths: Paths) -> ContainerDefinition:
    """Return the definition of the application's container."""
    settings = task.settings
    mounts, shared = task.mounts(task.container), storage.efs_mounts(settings.volumes)
    secrets = environment.references(settings.secrets)
    if cookie := values.cookie_secret_arn:
        secrets.insert(0, Secret(Name=task.profile.cookie_variable, ValueFrom=cookie.expression))
    port = {"Name": settings.port_name} if settings.port_name else {}
    own = environment.options(task.profile, values.container_port, paths.base) if settings.streamlit_options else []
    if settings.port_variable:
        own.append(Environment(Name=settings.port_variable, Value=values.container_port.expression))
    optional = {
        "Environment": [*own, *environment.variables(settings.environment)],
        "EntryPoint": list(settings.entry_point),
        "Command": list(settings.command),
        "User": settings.user,
        "ReadonlyRootFilesystem": settings.read_only,
        "LinuxParameters": task.init(),
        "HealthCheck": _health_check(task, paths) if settings.container_health_check else None,
        "Secrets": secrets,
        "StopTimeout": settings.stop_timeout,
        "RepositoryCredentials": task.credentials(settings.image) if settings.image else None,
        "MountPoints": [*mounts.points, *shared.points],
    }
    return ContainerDefinition(
        Name=task.container,
        Image=values.container_image.expression,
        Essential=True,
        PortMappings=[PortMapping(ContainerPort=values.container_port.expression, Protocol="tcp", **port)],
        LogConfiguration=_log_to(task.log_group, settings.log_stream_prefix or task.container),
        **{name: value for name, value in optional.items() if value},
    )


def sidecar_container(it: Sidecar, task: Task) -> ContainerDefinition:
    """Return the definition of a sidecar; it logs to the application's log group, to streams with its own name."""
    mounts = task.mounts(it.name)
    optional = {
        "Memory": it.memory,
        "User": it.user,
        "ReadonlyRootFilesystem": it.read_only,
        "LinuxParameters": task.init(),
        "EntryPoint": list(it.entry_point),
        "Command": list(it.command),
        "Environment": environment.variables(it.environment),
        "Secrets": environment.references(it.secrets),
        "PortMappings": [PortMapping(ContainerPort=port, Protocol="tcp") for port in it.ports],
        "RepositoryCredentials": task.credentials(it.image),
        "MountPoints": list(mounts.points),
    }
    return ContainerDefinition(
        Name=it.name,
        Image=it.image,
        Essential=it.essential,
        Cpu=it.cpu,
        LogConfiguration=_log_to(task.log_group, it.name),
        **{name: value for name, value in optional.items() if value},
    )


def _log_to(log_group: LogGroupName, prefix: str) -> LogConfiguration:
    """Return the logging to the task's log group, in streams with this prefix."""
    return LogConfiguration(
        LogDriver="awslogs",
        Options={"awslogs-group": log_group.expression, "awslogs-region": Region, "awslogs-stream-prefix": prefix},
    )


def _health_check(task: Task, paths: Paths) -> HealthCheck:
    """Return the health check by the command of the settings, else by Python."""
    settings = task.settings
    command = settings.health_check_command or _by_python(task, paths)
    return health.health_check(command, grace_period=settings.health_check_grace_period)


def _by_python(task: Task, paths: Paths) -> list[str]:
    """Return a probe by Python, which reads the port from its variable: the image may have set another one there."""
    profile, settings = task.profile, task.settings
    variable = next((it.name for it in profile.options if it.value == profiles.PORT), settings.port_variable)
    port = profile.port if settings.streamlit_options else paths.port
    return profiles.health_check(paths.health, health.TIMEOUT, port=port, variable=variable, healthy=paths.healthy)
