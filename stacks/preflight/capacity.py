"""The Fargate vCPUs of a service, on demand and on Spot: at first, at most, and during a deployment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings import Settings

UNITS = 1024
"""CPU units per vCPU."""
BOTH = 2
"""The factor of running tasks while traffic is shifted from the old tasks to the new ones."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """vCPUs of tasks."""

    on_demand: float
    spot: float


def vcpus(settings: Settings, tasks: int) -> Capacity:
    """Return the vCPUs of tasks: the base on demand first, the rest by weight, each rounded up.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """
    spot, each = settings.ecs.spot, settings.ecs.cpu / UNITS
    if spot is None:
        return Capacity(on_demand=tasks * each, spot=0)
    base = min(tasks, spot.on_demand_base)
    share = spot.weight / (spot.weight + spot.on_demand_weight)
    on_spot = math.ceil((tasks - base) * share)
    on_demand = base + math.ceil((tasks - base) * (1 - share))
    return Capacity(on_demand=on_demand * each, spot=on_spot * each)


def initial_tasks(settings: Settings) -> int:
    """Return the number of tasks at creation, which completes only when all of them run."""
    return settings.ecs.desired_count


def most_tasks(settings: Settings) -> int:
    """Return the highest number of tasks that autoscaling may set."""
    scaling = settings.autoscaling
    if not scaling.enabled:
        return settings.ecs.desired_count
    return max(scaling.max_capacity, *(it.max_capacity or 0 for it in scaling.schedules), 0)


def tasks_while_deploying(settings: Settings, tasks: int) -> int:
    """Return the number of old and new tasks while a deployment replaces `tasks`."""
    deployment = settings.ecs.deployment
    return tasks * BOTH if deployment.shifts_traffic else deployment.most_at(tasks)
