"""The number of tasks, by load and by the clock (Terraform: module `autoscaling`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import Sub
from troposphere.applicationautoscaling import ScalableTarget

from templates.autoscaling.schedules import scheduled_actions
from templates.autoscaling.steps import add_steps
from templates.autoscaling.tracking import add_tracking
from templates.model import Builder, Stack

if TYPE_CHECKING:
    from templates.autoscaling.inputs import Inputs
    from templates.autoscaling.settings import Settings
    from templates.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """None: no other stack depends on autoscaling."""


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """Build the stack: a scalable target with its schedules, target-tracking policies and step scaling."""
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
