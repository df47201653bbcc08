"""Inputs of the monitoring stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from templates.values import ClusterName, Flag, KeyArn, LoadBalancerName, Number, ServiceName, TargetGroupName


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is monitored."""

    cluster_name: Annotated[ClusterName, "ECS cluster of the service"]
    service_name: Annotated[ServiceName, "ECS service"]
    load_balancer_full_name: Annotated[LoadBalancerName, "Load balancer, as its metrics name it"]
    target_group_full_name: Annotated[TargetGroupName, "Target group, as its metrics name it"]
    alternate_target_group_full_name: Annotated[
        TargetGroupName | None, "Second target group, where deployments use two"
    ]
    autoscaling_enabled: Annotated[Flag, "Whether the number of tasks follows the load"]
    min_capacity: Annotated[Number, "Smallest number of tasks"]
    max_capacity: Annotated[Number, "Largest number of tasks"]
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts what the topic tells"]
