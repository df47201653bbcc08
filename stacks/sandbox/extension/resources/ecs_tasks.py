"""A service's tasks start only where their image can be pulled; otherwise the circuit breaker, where it is on, opens.

There are no containers: a task is a record. After a restart of the sandbox tasks are what they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import new_uuid
from ministack.services import ecs

from stacks.sandbox.extension.resources.ecr_images import can_be_pulled

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.sandbox.extension.untyped import Record, Response
    from stacks.sandbox.server import Options

HOOKS = (
    "services.ecs:_ACTION_MAP",
    "services.ecs:_circuit_breaker_threshold",
    "services.ecs:_iso",
    "services.ecs:_primary_deployment",
    "services.ecs:_resolve_td_key",
    "services.ecs:_restore_state",
    "services.ecs:_run_task",
    "services.ecs:_services",
    "services.ecs:_task_defs",
    "services.ecs:_tasks",
    "services.ecs:load_persisted_state",
)

_STOPPED = "STOPPED"


def install(_: Options) -> None:
    """Ask the registry before tasks start, and keep tasks over a restart."""
    stock: Callable[[Record], Response] = ecs._run_task

    def run_task(data: Record) -> Response:
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", ""))) or {}
        missing = missing_images(definition)
        group = data.get("group", "")
        if not missing or not group.startswith("service:"):
            return stock(data)
        service = ecs._services[f"{data['cluster']}/{group.removeprefix('service:')}"]
        return _fail_to_start(stock, data, service, missing[0])

    ecs._run_task = run_task
    ecs._ACTION_MAP["RunTask"] = run_task
    ecs.load_persisted_state = _restore


def missing_images(task_definition: Record) -> list[str]:
    """The images of this task definition that cannot be pulled."""
    images = [container.get("image", "") for container in task_definition.get("containerDefinitions", [])]
    return [image for image in images if not can_be_pulled(image)]


def _fail_to_start(stock: Callable[[Record], Response], data: Record, service: Record, image: str) -> Response:
    deployment = ecs._primary_deployment(service)
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    attempts = ecs._circuit_breaker_threshold(service) if breaker.get("enable") else data["count"]
    before = set(ecs._tasks.keys())
    answer = stock({**data, "count": attempts})
    for arn in set(ecs._tasks.keys()) - before:
        _stop(ecs._tasks[arn], image)
    deployment |= {"rolloutState": "IN_PROGRESS", "rolloutStateReason": "", "failedTasks": attempts}
    _say(service, f"(service {service['serviceName']}) was unable to place a task. Reason: {_reason(image)}.")
    if breaker.get("enable"):
        _open_breaker(service, deployment, rolls_back=bool(breaker.get("rollback")))
    return answer


def _stop(task: Record, image: str) -> None:
    now = ecs._iso()
    task |= {
        "lastStatus": _STOPPED,
        "desiredStatus": _STOPPED,
        "stoppedAt": now,
        "stoppingAt": now,
        "stopCode": "TaskFailedToStart",
        "stoppedReason": _reason(image),
    }
    for container in task["containers"]:
        container |= {"lastStatus": _STOPPED, "reason": _reason(image)}


def _reason(image: str) -> str:
    return (
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): "
        f"failed to resolve ref {image}: {image}: not found"
    )


def _open_breaker(service: Record, deployment: Record, *, rolls_back: bool) -> None:
    deployment |= {
        "rolloutState": "FAILED",
        "rolloutStateReason": "ECS deployment circuit breaker: tasks failed to start.",
        "desiredCount": 0,
    }
    _say(
        service,
        f"(service {service['serviceName']}) (deployment {deployment['id']}) deployment failed: tasks failed to start.",
    )
    earlier = [other for other in service["deployments"] if other is not deployment]
    last_good = next((other for other in earlier if other["rolloutState"] == "COMPLETED"), None)
    if rolls_back and last_good is not None:
        deployment["status"], last_good["status"] = "ACTIVE", "PRIMARY"
        service["taskDefinition"] = last_good["taskDefinition"]
        _say(service, f"(service {service['serviceName']}) rolling back to deployment {last_good['id']}.")


def _say(service: Record, text: str) -> None:
    service["events"].insert(0, {"id": new_uuid(), "createdAt": ecs._iso(), "message": text})


def _restore(data: Record) -> None:
    """Take the saved state back; ministack would stop all tasks, whose containers it believes gone."""
    ecs._restore_state(data)
    saved = getattr(data.get("tasks"), "_data", {})
    for key, task in saved.items():
        ecs._tasks._data[key]["lastStatus"] = task["lastStatus"]
