"""Tasks of a service start only if their image can be pulled and is not marked as failing.

Otherwise they stop one by one, until the circuit breaker, if there is one, opens. A task is a record: there are no
containers. It survives a restart of the sandbox.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ministack.core.responses import new_uuid
from ministack.services import ecs

from sandbox.extension.resources.ecr_images import find_digest, find_manifest
from sandbox.image import EXIT_CODE, LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.extension.untyped import Action, Record, Response

_STOPPED = "STOPPED"
_ONE_BY_ONE = ContextVar("one_by_one", default=False)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a task ends, in ECS's words, with its container's log; `exit_code` is None if the container never ran."""

    stop_code: str
    reason: str
    container: str
    exit_code: int | None = None
    log: tuple[str, ...] = ()


def install() -> None:
    """Check the images before tasks start, and keep tasks over a restart."""
    stock: Action = ecs._run_task

    def run_task(data: Record) -> Response:
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", ""))) or {}
        ending = ending_of(definition)
        group = data.get("group", "")
        if ending is None or not group.startswith("service:"):
            return stock(data)
        service = ecs._services[f"{data['cluster']}/{group.removeprefix('service:')}"]
        return _fail(stock, data, service, ending)

    ecs._run_task = run_task
    ecs._build_task_containers = _with_digests(ecs._build_task_containers)
    ecs._ACTION_MAP["RunTask"] = run_task
    ecs.load_persisted_state = _restore


def _with_digests(stock: Callable[..., list[Record]]) -> Callable[..., list[Record]]:
    """Let each container say the digest of its image when the task started, as ECS does for Fargate's tasks.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html, `imageDigest`
    """

    def build(definition: Record, overrides: list[Record]) -> list[Record]:
        containers = stock(definition, overrides)
        for it in containers:
            if digest := find_digest(it["image"]):
                it["imageDigest"] = digest
        return containers

    return build


@contextmanager
def one_by_one() -> Iterator[None]:
    """Let tasks that cannot run fail one at a time during the block, each when the next one is asked for."""
    token = _ONE_BY_ONE.set(True)
    try:
        yield
    finally:
        _ONE_BY_ONE.reset(token)


def ending_of(task_definition: Record) -> Ending | None:
    """Return how tasks of this definition end at once; None if they run."""
    for container in task_definition.get("containerDefinitions", []):
        image = container.get("image", "")
        found = find_manifest(image)
        if found is None:
            return Ending(stop_code="TaskFailedToStart", reason=_not_found(image), container=container["name"])
        marks = found.get("annotations") or {}
        if EXIT_CODE in marks:
            return Ending(
                stop_code="EssentialContainerExited",
                reason="Essential container in task exited",
                container=container["name"],
                exit_code=int(marks[EXIT_CODE]),
                log=tuple(marks.get(LOG, "").splitlines()),
            )
    return None


def _fail(stock: Action, data: Record, service: Record, ending: Ending) -> Response:
    deployment = ecs._primary_deployment(service)
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    left = data["count"]
    if breaker.get("enable"):
        left = ecs._circuit_breaker_threshold(service) - deployment.get("failedTasks", 0)
    attempts = min(left, 1) if _ONE_BY_ONE.get() else left
    before = set(ecs._tasks.keys())
    answer = stock({**data, "count": attempts})
    for arn in set(ecs._tasks.keys()) - before:
        _stop(ecs._tasks[arn], ending)
    failed = deployment.get("failedTasks", 0) + attempts
    deployment |= {"rolloutState": "IN_PROGRESS", "rolloutStateReason": "", "failedTasks": failed}
    _add_event(service, f"(service {service['serviceName']}) was unable to place a task. Reason: {ending.reason}.")
    if breaker.get("enable") and attempts >= left:
        _open_breaker(service, deployment, rolls_back=bool(breaker.get("rollback")))
    return answer


def _stop(task: Record, ending: Ending) -> None:
    now = ecs._iso()
    task |= {
        "lastStatus": _STOPPED,
        "desiredStatus": _STOPPED,
        "stoppedAt": now,
        "stoppingAt": now,
        "stopCode": ending.stop_code,
        "stoppedReason": ending.reason,
    }
    for container in task["containers"]:
        container["lastStatus"] = _STOPPED
        if ending.exit_code is None:
            container["reason"] = ending.reason
        elif container["name"] == ending.container:
            container["exitCode"] = ending.exit_code
    _write_log(task, ending)


def _write_log(task: Record, ending: Ending) -> None:
    """Write the container's log to the log group in its task definition, if there is one."""
    if not ending.log:
        return
    definition = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
    declared = next(it for it in definition["containerDefinitions"] if it["name"] == ending.container)
    config = ecs._awslogs_config(declared, task["taskArn"].rpartition("/")[2], "")
    if config is not None and ecs._ensure_awslogs_stream(config):
        for line in ending.log:
            ecs._emit_awslogs_event(config, line)


def _not_found(image: str) -> str:
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
    _add_event(
        service,
        f"(service {service['serviceName']}) (deployment {deployment['id']}) deployment failed: tasks failed to start.",
    )
    earlier = [other for other in service["deployments"] if other is not deployment]
    last_good = next((other for other in earlier if other["rolloutState"] == "COMPLETED"), None)
    if rolls_back and last_good is not None:
        deployment["status"], last_good["status"] = "ACTIVE", "PRIMARY"
        # The rollback restores the whole service revision, not the task definition alone.
        service["taskDefinition"] = last_good["taskDefinition"]
        service["capacityProviderStrategy"] = last_good.get("capacityProviderStrategy")
        _add_event(service, f"(service {service['serviceName']}) rolling back to deployment {last_good['id']}.")


def _add_event(service: Record, text: str) -> None:
    service["events"].insert(0, {"id": new_uuid(), "createdAt": ecs._iso(), "message": text})


def _restore(data: Record) -> None:
    """Restore the saved state; ministack would stop all tasks, because their containers are gone."""
    ecs._restore_state(data)
    saved = getattr(data.get("tasks"), "_data", {})
    for key, task in saved.items():
        ecs._tasks._data[key]["lastStatus"] = task["lastStatus"]
