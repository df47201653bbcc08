"""Tasks of a service start only if their image can be pulled, is not marked as failing, and passes the health checks.

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
from sandbox.extension.resources.ecs_health import definition_of, find_failure
from sandbox.image import EXIT_CODE, LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sandbox.extension.resources.ecs_health import Failure
    from sandbox.extension.untyped import Action, Record, Response

SIGTERM = 143
"""The exit code of a program that ends by SIGTERM, as a container's runtime gives it."""
_STOPPED = "STOPPED"
_HAS_RUN = "_has_run"
"""The key of a deployment's record that says that its tasks have started once; ministack does not return it."""
_ONE_BY_ONE = ContextVar("one_by_one", default=False)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a task ends, in ECS's words, with its container's log; `exit_code` is None if the container never ran."""

    stop_code: str
    reason: str
    container: str
    exit_code: int | None = None
    log: tuple[str, ...] = ()
    event: str = ""
    """What the service's events say of it."""


def install() -> None:
    """Check the images before tasks start, and keep tasks over a restart."""
    stock: Action = ecs._run_task

    def run_task(data: Record) -> Response:
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", ""))) or {}
        group = data.get("group", "")
        if not group.startswith("service:"):
            return stock(data)
        service = ecs._services[f"{data['cluster']}/{group.removeprefix('service:')}"]
        ending = ending_of(definition) or _unhealthy(service, definition)
        if ending:
            return _fail(stock, data, service, ending)
        (ecs._primary_deployment(service) or {})[_HAS_RUN] = True
        before = set(ecs._tasks.keys())
        answer = stock(data)
        for arn in set(ecs._tasks.keys()) - before:
            _write_log_of_images(ecs._tasks[arn])
        return answer

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


def _unhealthy(service: Record, definition: Record) -> Ending | None:
    """Return how tasks of a new deployment end because they fail the load balancer's checks; None if they do not.

    Tasks of a deployment that has had healthy ones start, and are replaced later (`ecs_unhealthy_tasks`).
    """
    failure = find_failure(service, definition)
    if failure is None or (ecs._primary_deployment(service) or {}).get(_HAS_RUN):
        return None
    return _by_health_check(service, failure)


def _by_health_check(service: Record, failure: Failure) -> Ending:
    """Return the ending of a task that ECS stops because of the load balancer's checks.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html; the service's event is as
    users report it (https://engineering.telia.no/blog/troubleshooting-fargate-health-check/).
    """
    balancer = service["loadBalancers"][0]
    arn, port = balancer["targetGroupArn"], balancer.get("containerPort")
    where = arn.rpartition(":targetgroup/")[2].partition("/")[0]
    return Ending(
        stop_code="ServiceSchedulerInitiated",
        reason=f"Task failed ELB health checks in (target-group {arn})",
        container=balancer["containerName"],
        exit_code=SIGTERM,
        event=f"(port {port}) is unhealthy in target-group {where} due to (reason {failure.description}).",
    )


def stop_unhealthy(task: Record, service: Record) -> None:
    """Stop a running task whose checks fail."""
    failure = find_failure(service, definition_of(task))
    if failure:
        ending = _by_health_check(service, failure)
        _stop(task, ending)
        _add_event(service, f"(service {service['serviceName']}) {ending.event}")


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
    event = ending.event or f"was unable to place a task. Reason: {ending.reason}."
    _add_event(service, f"(service {service['serviceName']}) {event}")
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
    _write(task, declared, ending.log)


def _write_log_of_images(task: Record) -> None:
    """Write what the images of a task say that their containers write when they start."""
    definition = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
    for declared in definition.get("containerDefinitions", []):
        marks = (find_manifest(declared.get("image", "")) or {}).get("annotations") or {}
        if lines := marks.get(LOG, "").splitlines():
            _write(task, declared, lines)


def _write(task: Record, declared: Record, lines: Iterable[str]) -> None:
    config = ecs._awslogs_config(declared, task["taskArn"].rpartition("/")[2], "")
    if config is not None and ecs._ensure_awslogs_stream(config):
        for line in lines:
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
