"""Sidecars: containers beside the application's, such as agents, collectors and proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.ecs import environment
from templates.ecs.environment import Secrets, Variables, VariableValue
from templates.ecs.image import Image
from templates.ecs.user import User
from templates.section import Allowed, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_MEMORY = 6
"""MiB of a container's limit, at least (ECS, `ContainerDefinition.Memory`)."""

Port = Annotated[int, Field(ge=1, le=65535)]


class Sidecar(Section):
    """`[[ecs.sidecars]]`: a container beside the app's, in every task; it shares network, CPU and memory with it."""

    name: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$"), Allowed("1 to 200 letters, digits, '_' and '-' in quotes")
    ]
    """Name of the container, and the first part of its log streams' names."""
    image: Image
    """Its image, with its tag. From ECR, the execution role may pull it; another registry's must be public, or the one
    of `ecs.image`."""
    essential: bool = False
    """Whether the whole task stops when this container does."""
    cpu: Annotated[int, Field(ge=0, le=16384)] = 0
    """CPU units of the task that are reserved for it."""
    memory: Annotated[int, Field(ge=MIN_MEMORY, le=122880)] | None = None
    """MiB of memory at which it is killed; the task's limit when left out."""
    entry_point: tuple[VariableValue, ...] = ()
    """Entry point that replaces the image's own."""
    command: tuple[VariableValue, ...] = ()
    """Command that replaces the image's own."""
    environment: Variables = Variables()
    """Its environment variables."""
    secrets: Secrets = Secrets()
    """Its secrets, as `ecs.secrets`."""
    ports: tuple[Port, ...] = ()
    """Ports on which it listens, for the other containers of the task; the load balancer reaches `network.tls_port`
    alone."""
    read_only: bool = False
    """Whether its root file system is read-only."""
    user: User = ""
    """User, and group, as which it runs. Empty: the image's own."""

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        environment.refuse_twice(self.environment, self.secrets)
        return self


def refuse_impossible(sidecars: Sequence[Sidecar], **task: int) -> None:
    """Raise PydanticCustomError if sidecars share a name or a port, or want more than the task's cpu or memory."""
    names, ports = list[str](), list[int]()
    for index, it in enumerate(sidecars):
        key = f"sidecars[{index}]"
        if it.name in names:
            raise PydanticCustomError(
                "sidecar_name", "another container is called {name}", {"key": f"{key}.name", "name": it.name}
            )
        for position, port in enumerate(it.ports):
            if port in [*ports, *it.ports[:position]]:
                raise PydanticCustomError(
                    "sidecar_port",
                    "port {port} is there twice; the containers of a task share its network",
                    {"key": f"{key}.ports[{position}]", "port": port},
                )
        names.append(it.name)
        ports += it.ports
    for name, has in task.items():
        wanted = sum(getattr(it, name) or 0 for it in sidecars)
        if wanted >= has:
            raise PydanticCustomError(
                "sidecar_size",
                "the sidecars take {wanted} of the task's {has}, which leaves nothing for the app",
                {"key": name, "with": ("sidecars",), "wanted": wanted, "has": has},
            )
