"""Whether a task would pass the health checks of its target group, by what its image is said to answer.

No container runs: an image says on which port it listens and which code each path gets (`python -m sandbox.image --port
8080 --health /healthz`). Of one that says nothing, all checks succeed.

Reasons and descriptions are those of Elastic Load Balancing:
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from ministack.services import alb, ecs

from sandbox.extension.resources.ecr_images import find_manifest
from sandbox.image import SERVES

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

TRAFFIC_PORT = "traffic-port"
"""A target group's `HealthCheckPort` where it is the port of the requests."""
NOT_FOUND = 404
_CODES = re.compile(r"(?P<low>[0-9]+)(?:-(?P<high>[0-9]+))?")


class Failure(NamedTuple):
    """Why a target is unhealthy."""

    reason: str
    description: str


def find_failure(service: Record, definition: Record, arn: str = "") -> Failure | None:
    """Return why tasks of this definition fail the checks of a service's target group, None if they do not.

    `arn` is the target group, the service's first one when left out.
    """
    balancer: Record = next(iter(service.get("loadBalancers") or ()), {})
    group = alb._tgs.get(arn or balancer.get("targetGroupArn", ""))
    declared = definition.get("containerDefinitions", [])
    container = next((it for it in declared if it["name"] == balancer.get("containerName")), None)
    if group is None or container is None:
        return None
    marks = (find_manifest(container.get("image", "")) or {}).get("annotations") or {}
    return _failure(json.loads(marks[SERVES]), container, balancer, group) if SERVES in marks else None


def find_target_failure(target: Record, arn: str) -> Failure | None:
    """Return why the task behind a target fails the checks of this target group, None if it does not."""
    for task in ecs._tasks.values():
        if task.get("lastStatus") == "RUNNING" and ecs._task_ip(task) == target["Id"]:
            service = service_of(task)
            return find_failure(service, definition_of(task), arn) if service else None
    return None


def service_of(task: Record) -> Record | None:
    """Return the service of a task, None for a task of its own."""
    kind, _, name = str(task.get("group", "")).partition(":")
    cluster = str(task.get("clusterArn", "")).rpartition("/")[2]
    found: Record | None = ecs._services.get(f"{cluster}/{name}") if kind == "service" else None
    return found


def definition_of(task: Record) -> Record:
    """Return the task definition of a task."""
    found: Record = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
    return found


def _failure(serves: Record, container: Record, balancer: Record, group: Record) -> Failure | None:
    asked = str(group.get("HealthCheckPort", TRAFFIC_PORT))
    asked = str(balancer.get("containerPort")) if asked == TRAFFIC_PORT else asked
    listens = _port(serves, container)
    if listens and listens != asked:
        return Failure("Target.FailedHealthChecks", "Health checks failed")
    paths, path = serves.get("paths") or {}, str(group.get("HealthCheckPath", "/"))
    code = int(paths.get(path, NOT_FOUND)) if paths else 200
    if _matches(str((group.get("Matcher") or {}).get("HttpCode", "200")), code):
        return None
    return Failure("Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{code}]")


def _port(serves: Record, container: Record) -> str:
    """Return the port on which the container listens: its variable's, else the image's; "" for any."""
    variables = {it["name"]: it["value"] for it in container.get("environment") or []}
    return str(variables.get(serves.get("variable"), serves.get("port") or ""))


def _matches(matcher: str, code: int) -> bool:
    """Whether a matcher such as "200,300-399" takes a code."""
    ranges = (found for part in matcher.split(",") if (found := _CODES.fullmatch(part.strip())))
    return any(int(it["low"]) <= code <= int(it["high"] or it["low"]) for it in ranges)
