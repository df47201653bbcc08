"""How many vCPUs of Fargate a service takes: on demand and on Spot, at first, at most, and while it is deployed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings import Settings

UNITS = 1024
"""CPU units of a vCPU."""
BOTH = 2
"""Times the tasks that run while traffic is moved from the old ones to the new ones."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """vCPUs of some tasks."""

    on_demand: float
    spot: float


def vcpus(settings: Settings, tasks: int) -> Capacity:
    """Of this many tasks: the base on demand first, the others by weight, rounded up on either side.

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
    """Return the tasks with which the service is created: without all of them running, its creation hangs."""
    return settings.ecs.desired_count


def most_tasks(settings: Settings) -> int:
    """Return the tasks that autoscaling may run."""
    scaling = settings.autoscaling
    if not scaling.enabled:
        return settings.ecs.desired_count
    return max(scaling.max_capacity, *(it.max_capacity or 0 for it in scaling.schedules), 0)


def tasks_while_deploying(settings: Settings, tasks: int) -> int:
    """Return the tasks, old and new ones, while this many are replaced."""
    deployment = settings.ecs.deployment
    return tasks * BOTH if deployment.shifts_traffic else deployment.most_at(tasks)
