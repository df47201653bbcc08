"""The service by ECS, and the health of its targets by the load balancer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from types_boto3_ecs.type_defs import LoadBalancerTypeDef

    from stacks.aws.session import Aws

GONE = frozenset({"TargetGroupNotFound", "ClusterNotFoundException"})


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """One deployment of the service; `reason` may be "".

    `failed` counts the failed tasks of an unfinished deployment; it is 0 for a completed one.
    """

    status: str
    state: str
    reason: str
    task_definition: str
    desired: int
    running: int
    pending: int
    failed: int
    begun_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Running:
    """A service with its numbers of tasks, and its deployments, the primary first."""

    cluster: str
    name: str
    desired: int
    running: int
    pending: int
    deployments: tuple[Rollout, ...]
    target_groups: tuple[str, ...]

    @property
    def primary(self) -> Rollout | None:
        """The most recent deployment; a failed one may still be listed beside it."""
        return next((it for it in self.deployments if it.status == "PRIMARY"), None)


@dataclass(frozen=True, kw_only=True)
class Target:
    """One task as a target of the load balancer; `reason` is "" for a healthy one."""

    address: str
    port: int
    health: str
    reason: str


def read_service(aws: Aws, cluster: str, name: str) -> Running | None:
    """Return the service; None if it does not exist."""
    try:
        found = aws.ecs.describe_services(cluster=cluster, services=[name])["services"]
    except ClientError as error:
        if error_code(error) in GONE:
            return None
        raise
    if not found or found[0]["status"] == "INACTIVE":
        return None
    service = found[0]
    return Running(
        cluster=cluster,
        name=name,
        desired=service["desiredCount"],
        running=service["runningCount"],
        pending=service["pendingCount"],
        deployments=tuple(
            Rollout(
                status=it["status"],
                state=it.get("rolloutState", ""),
                reason=it.get("rolloutStateReason", ""),
                task_definition=it["taskDefinition"],
                desired=it["desiredCount"],
                running=it["runningCount"],
                pending=it["pendingCount"],
                failed=0 if it.get("rolloutState") == "COMPLETED" else it.get("failedTasks", 0),
                begun_at=it["createdAt"],
            )
            for it in sorted(service["deployments"], key=lambda it: it["status"] != "PRIMARY")
        ),
        target_groups=tuple(_target_groups(service["loadBalancers"])),
    )


def _target_groups(balancers: Iterable[LoadBalancerTypeDef]) -> Iterator[str]:
    """Yield both target groups of a strategy that shifts traffic: the tasks may be in either."""
    for balancer in balancers:
        if arn := balancer.get("targetGroupArn"):
            yield arn
        if other := balancer.get("advancedConfiguration", {}).get("alternateTargetGroupArn"):
            yield other


def read_targets(aws: Aws, service: Running) -> tuple[Target, ...]:
    """Return the targets of all existing target groups of the service."""
    found = []
    for arn in service.target_groups:
        try:
            described = aws.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        except ClientError as error:
            if error_code(error) in GONE:
                continue
            raise
        for item in described:
            target, health = item["Target"], item["TargetHealth"]
            why = [health.get("Reason", ""), health.get("Description", "")]
            found.append(
                Target(
                    address=target["Id"],
                    port=target.get("Port", 0),
                    health=health.get("State", "unknown"),
                    reason=": ".join(part for part in why if part),
                )
            )
    return tuple(found)
