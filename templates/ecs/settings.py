"""`[ecs]`: what an environment file says of the container and its service."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.fargate import MEMORY, MEMORY_BY_CPU, memory_for
from templates.retention import RetentionDays
from templates.section import Section


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
    log_retention_days: RetentionDays = 30
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
