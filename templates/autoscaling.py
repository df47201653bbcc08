"""How many tasks run, by load (Terraform: module `autoscaling`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere import Ref, Sub
from troposphere.applicationautoscaling import (
    PredefinedMetricSpecification,
    ScalableTarget,
    ScalingPolicy,
    TargetTrackingScalingPolicyConfiguration,
)

from templates.model import Builder, Stack
from templates.section import Section
from templates.values import ClusterName, Number, ServiceName

if TYPE_CHECKING:
    from templates.identity import Identity

Capacity = Annotated[int, Field(ge=0, le=5000)]
"""Tasks of a service; 5000 is ECS's quota of tasks per service."""
Percent = Annotated[int, Field(ge=1, le=100)]
Cooldown = Annotated[int, Field(ge=0, le=3600)]


class Settings(Section):
    """`[autoscaling]`: how many tasks run, by load."""

    enabled: bool = True
    """Whether the number of tasks follows the load. Off: always `ecs.desired_count` tasks."""
    min_capacity: Capacity = 1
    """The smallest number of tasks."""
    max_capacity: Annotated[int, Field(ge=1, le=5000)] = 4
    """The largest number of tasks."""
    cpu_target: Percent = 70
    """Average CPU use (percent) that is held: above it tasks are added, below it removed."""
    memory_target: Percent = 70
    """Average memory use (percent) that is held: above it tasks are added, below it removed."""
    scale_out_cooldown: Cooldown = 60
    """Seconds after adding tasks before more are added."""
    scale_in_cooldown: Cooldown = 300
    """Seconds after removing tasks before more are removed."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_capacity > self.max_capacity:
            raise PydanticCustomError(
                "min_capacity",
                "min_capacity {min} is more than max_capacity {max}",
                {
                    "key": "min_capacity",
                    "with": ("max_capacity",),
                    "min": self.min_capacity,
                    "max": self.max_capacity,
                },
            )
        return self


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Which service is scaled, and how."""

    cluster_name: Annotated[ClusterName, "ECS cluster of the service"]
    service_name: Annotated[ServiceName, "ECS service that is scaled"]
    min_capacity: Annotated[Number, "Smallest number of tasks"]
    max_capacity: Annotated[Number, "Largest number of tasks"]
    cpu_target: Annotated[Number, "Average CPU use to hold, percent"]
    memory_target: Annotated[Number, "Average memory use to hold, percent"]
    scale_out_cooldown: Annotated[Number, "Seconds between two additions of tasks"]
    scale_in_cooldown: Annotated[Number, "Seconds between two removals of tasks"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Nothing: no other stack depends on autoscaling."""


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:  # noqa: ARG001 - one shape for all modules
    """A scalable target and two target-tracking policies.

    Tasks are added when either policy asks for it, and removed only when both agree:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
    """
    stack = Builder(identity, f"{identity.name}: number of tasks by CPU and memory", inputs)
    values = stack.parameters
    target = stack.add(
        ScalableTarget(
            "ScalableTarget",
            ServiceNamespace="ecs",
            ScalableDimension="ecs:service:DesiredCount",
            ResourceId=Sub("service/${ClusterName}/${ServiceName}"),
            MinCapacity=values.min_capacity.expression,
            MaxCapacity=values.max_capacity.expression,
        )
    )
    for title, name, metric, percent in (
        ("CpuPolicy", "cpu", "ECSServiceAverageCPUUtilization", values.cpu_target),
        ("MemoryPolicy", "memory", "ECSServiceAverageMemoryUtilization", values.memory_target),
    ):
        stack.add(
            ScalingPolicy(
                title,
                PolicyName=f"{identity.name}-{name}",
                PolicyType="TargetTrackingScaling",
                ScalingTargetId=Ref(target),
                TargetTrackingScalingPolicyConfiguration=TargetTrackingScalingPolicyConfiguration(
                    PredefinedMetricSpecification=PredefinedMetricSpecification(PredefinedMetricType=metric),
                    TargetValue=percent.expression,
                    ScaleOutCooldown=values.scale_out_cooldown.expression,
                    ScaleInCooldown=values.scale_in_cooldown.expression,
                ),
            )
        )
    return stack.finish(Outputs())
