"""The addresses of tasks in their subnets, and their health as targets of a load balancer.

A target is `initial` until its health checks would have succeeded, and `draining` for the deregistration delay after
its task has left; both times are scaled. A task that others replace leaves when these are healthy, as ECS has it:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html. Health checks succeed unless the
image says that it answers otherwise (`ecs_health`).
"""

from __future__ import annotations

import ipaddress
import time
from itertools import islice
from typing import TYPE_CHECKING

from ministack.core.responses import new_uuid
from ministack.services import alb, ec2, ecs

from sandbox.extension.operations import OPERATIONS
from sandbox.extension.resources.ecs_health import find_target_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sandbox.extension.untyped import Record, Response

_DELAY = "deregistration_delay.timeout_seconds"
_RESERVED = 10
"""The first addresses of a subnet, which no task gets: AWS reserves some, and load balancers have others."""
_HEALTHY = ("healthy", "", "")
_INITIAL = ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
_DRAINING = ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")


def install() -> None:
    """Give tasks addresses before their service registers them, and answer with the health of each target."""
    register: Callable[..., bool] = alb.set_targets_for_group
    synchronise: Callable[[str, Record], None] = ecs._sync_service_targets

    def with_addresses(cluster: str, service: Record) -> None:
        group = f"service:{service.get('serviceName')}"
        for task in ecs._tasks.values():
            if task.get("group") == group and task.get("clusterArn") == service.get("clusterArn"):
                _attach(task)
        synchronise(cluster, service)

    def with_times(arn: str, targets: Iterable[tuple[str, int]], previous_ids: Iterable[str] = ()) -> bool:
        before = {target["Id"]: target for target in alb._targets.get(arn, [])}
        if not register(arn, targets, previous_ids):
            return False
        now = time.time()
        for target in alb._targets[arn]:
            target["_since"] = before.pop(target["Id"], target).get("_since", now)
        gone = [target | {"_left": now} for target in before.values()]
        alb._tgs[arn]["_draining"] = [*alb._tgs[arn].get("_draining", []), *gone]
        return True

    ecs._sync_service_targets = with_addresses
    alb.set_targets_for_group = with_times
    alb._ACTION_MAP["DescribeTargetHealth"] = _describe


def _attach(task: Record) -> None:
    """Give a running task in a subnet its network interface, as Fargate does."""
    subnet = ec2._subnets.get(task.get("_subnet") or "")
    if subnet is None or task.get("attachments") or task.get("lastStatus") != "RUNNING":
        return
    used = {_address(other) for other in ecs._tasks.values()}
    hosts = (str(host) for host in islice(ipaddress.ip_network(subnet["CidrBlock"]).hosts(), _RESERVED, None))
    address = next(host for host in hosts if host not in used)
    details = [
        {"name": "subnetId", "value": task["_subnet"]},
        {"name": "privateIPv4Address", "value": address},
    ]
    task["attachments"] = [
        {"id": new_uuid(), "type": "ElasticNetworkInterface", "status": "ATTACHED", "details": details}
    ]


def _address(task: Record) -> str:
    """Return a task's address; "" if it has none, or has stopped."""
    if task.get("lastStatus") == "STOPPED":
        return ""
    details = [detail for interface in task.get("attachments") or [] for detail in interface["details"]]
    return next((str(detail["value"]) for detail in details if detail["name"] == "privateIPv4Address"), "")


def _describe(params: Record) -> Response:
    arn = params.get("TargetGroupArn", "")
    arn = arn[0] if isinstance(arn, list) else arn
    if arn not in alb._tgs:
        missing: Response = alb._error("TargetGroupNotFound", f"Target group '{arn}' not found.")
        return missing
    wanted = {target["Id"] for target in alb._parse_targets_param(params)}
    members = "".join(
        _member(target, *health)
        for target, health in _health(alb._tgs[arn], arn)
        if not wanted or target["Id"] in wanted
    )
    body = f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>"
    answer: Response = alb._xml(200, "DescribeTargetHealth", body)
    return answer


def _health(group: Record, arn: str) -> Iterator[tuple[Record, tuple[str, str, str]]]:
    """Yield each target of a group with its state, and AWS's reason and description of it."""
    now, scale, until_healthy = time.time(), OPERATIONS.time_scale, _until_healthy(group)

    def checked(target: Record) -> tuple[str, str, str]:
        if now - target.get("_since", 0) < until_healthy:
            return _INITIAL
        failure = find_target_failure(target, arn)
        return ("unhealthy", *failure) if failure else _HEALTHY

    registered = alb._targets.get(arn, [])
    for target in registered:
        yield target, checked(target)
    delay = next((int(it["Value"]) for it in alb._tg_attrs.get(arn, []) if it["Key"] == _DELAY), 300)
    there = {target["Id"] for target in registered}
    last = max((target.get("_since", 0) for target in registered), default=0)

    def drains_at(target: Record) -> float:
        is_replaced = last > target.get("_since", 0)
        return max(float(target["_left"]), last + until_healthy if is_replaced else 0)

    group["_draining"] = [
        target
        for target in group.get("_draining", [])
        if now < drains_at(target) + scale * delay and target["Id"] not in there
    ]
    for target in group["_draining"]:
        yield target, checked(target) if now < drains_at(target) else _DRAINING


def _until_healthy(group: Record) -> float:
    """Return the seconds, scaled, after which a new target is healthy."""
    checks = int(group["HealthCheckIntervalSeconds"]) * int(group["HealthyThresholdCount"])
    return OPERATIONS.time_scale * checks


def _member(target: Record, state: str, reason: str, description: str) -> str:
    why = f"<Reason>{reason}</Reason><Description>{description}</Description>" if reason else ""
    return (
        f"<member><Target><Id>{target['Id']}</Id><Port>{target['Port']}</Port></Target>"
        f"<TargetHealth><State>{state}</State>{why}</TargetHealth></member>"
    )
