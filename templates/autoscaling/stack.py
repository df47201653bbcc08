"""How many tasks run, by load and by the clock (Terraform: module `autoscaling`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from troposphere import Sub
from troposphere.applicationautoscaling import ScalableTarget

from templates.autoscaling.schedules import scheduled_actions
from templates.autoscaling.steps import add_steps
from templates.autoscaling.tracking import add_tracking
from templates.model import Builder, Stack
from templates.values import ClusterName, LoadBalancerName, Number, ServiceName, TargetGroupName

if TYPE_CHECKING:
    from templates.autoscaling.settings import Settings
    from templates.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Which service is scaled, and how."""

    cluster_name: Annotated[ClusterName, "ECS cluster of the service"]
    service_name: Annotated[ServiceName, "ECS service that is scaled"]
    min_capacity: Annotated[Number, "Smallest number of tasks"]
    max_capacity: Annotated[Number, "Largest number of tasks"]
    cpu_target: Annotated[Number | None, "Average CPU use to hold, percent"]
    memory_target: Annotated[Number | None, "Average memory use to hold, percent"]
    scale_out_cooldown: Annotated[Number | None, "Seconds between two additions of tasks"]
    scale_in_cooldown: Annotated[Number | None, "Seconds between two removals of tasks"]
    load_balancer_full_name: Annotated[LoadBalancerName | None, "Load balancer whose requests are counted"]
    target_group_full_name: Annotated[TargetGroupName | None, "Target group whose requests are counted"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Nothing: no other stack depends on autoscaling."""


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """A scalable target with its schedules, the target-tracking policies, and the steps."""
    stack = Builder(identity, f"{identity.name}: number of tasks by load and by the clock", inputs)
    values = stack.parameters
    target = stack.add(
        ScalableTarget(
            "ScalableTarget",
            ServiceNamespace="ecs",
            ScalableDimension="ecs:service:DesiredCount",
            ResourceId=Sub("service/${ClusterName}/${ServiceName}"),
            MinCapacity=values.min_capacity.expression,
            MaxCapacity=values.max_capacity.expression,
            **({"ScheduledActions": scheduled_actions(settings.schedules)} if settings.schedules else {}),
        )
    )
    add_tracking(stack, identity, settings, target)
    for wanted in settings.steps:
        add_steps(stack, identity, target, wanted)
    return stack.finish(Outputs())
