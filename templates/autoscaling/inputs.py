"""Inputs of the autoscaling stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from templates.values import ClusterName, LoadBalancerName, Number, ServiceName, TargetGroupName


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The service that is scaled, and its limits and targets."""

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
