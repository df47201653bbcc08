"""Tasks of a service that became unhealthy while it runs: stopped, and replaced by others, as ECS does.

That happens where the checks of a target group change under a service. It is found out whenever somebody looks: a task
is stopped once its checks have failed for as long as the target group and the grace period say, in scaled time. Where
no time passes (a time scale of 0), tasks stay, and their targets are unhealthy.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_scheduler_concepts.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ministack.services import alb, ecs

from sandbox.extension.operations import OPERATIONS
from sandbox.extension.resources import ecs_tasks
from sandbox.extension.resources.ecs_health import definition_of, find_failure, service_of

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response

_SINCE = "_fails_since"
"""The key of a task's record with the time from which its checks fail."""


def install() -> None:
    """Look at the tasks before ECS answers about them."""
    for operation in ("DescribeServices", "DescribeTasks", "ListTasks"):
        ecs._ACTION_MAP[operation] = _after_replacing(ecs._ACTION_MAP[operation])


def _after_replacing(stock: Action) -> Action:
    def answer(data: Record) -> Response:
        if OPERATIONS.time_scale:
            _replace()
        return stock(data)

    return answer


def _replace() -> None:
    changed = set()
    for arn in list(ecs._tasks.keys()):
        task = ecs._tasks[arn]
        service = service_of(task) if task.get("lastStatus") == "RUNNING" else None
        if service is None or not _is_settled(service):
            continue
        if find_failure(service, definition_of(task)) is None:
            task.pop(_SINCE, None)
        elif time.time() - task.setdefault(_SINCE, time.time()) >= OPERATIONS.time_scale * _seconds(service):
            ecs_tasks.stop_unhealthy(task, service)
            changed.add((task["clusterArn"].rpartition("/")[2], service["serviceName"]))
    for cluster, name in changed:
        ecs._reconcile_service_tasks(cluster, f"{cluster}/{name}")


def _is_settled(service: Record) -> bool:
    """Whether no deployment is in progress: tasks of one are looked at when they start."""
    primary = ecs._primary_deployment(service) or {}
    return service.get("status") == "ACTIVE" and primary.get("rolloutState") == "COMPLETED"


def _seconds(service: Record) -> int:
    """Return the seconds of failing checks after which ECS stops a task."""
    group = alb._tgs[service["loadBalancers"][0]["targetGroupArn"]]
    checks = int(group["HealthCheckIntervalSeconds"]) * int(group["UnhealthyThresholdCount"])
    return max(checks, int(service.get("healthCheckGracePeriodSeconds") or 0))
