"""Why a task of a service stopped: whether that was a failure, and which of its containers is to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from types_boto3_ecs.type_defs import ContainerTypeDef, TaskTypeDef

NORMAL = frozenset({"InfrastructureHealth", "SpotInterruption", "TerminationNotice", "UserInitiated"})
"""Stop codes of tasks that ran well until they lost their place, or somebody has stopped them
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."""
SCHEDULER = "ServiceSchedulerInitiated"
"""The stop code of tasks that the service stopped: to scale in, deploy or rebalance zones, or because they were ill."""
ILL = "Task failed"
"""How the reason begins where the checks of the load balancer, or of a container, have failed."""
WANTED = (
    "Deployment capacity",
    "Deployment completed",
    "Scaling activity initiated by",
    "Service scaling down",
    "Task definition updated",
)
"""How the reasons of tasks begin that the service stopped because others take their place, where there is no code."""
SIGNALLED = frozenset({137, 143})
"""Exit codes of containers that were told to end (SIGKILL, SIGTERM), as all are once an essential one has ended."""


def is_failure(task: TaskTypeDef) -> bool:
    """Whether a stopped task was not meant to stop: by its stop code, and by its reason where that is not enough."""
    code, reason = str(task.get("stopCode", "")), task.get("stoppedReason", "")
    if code == SCHEDULER:
        return reason.startswith(ILL)
    return code not in NORMAL if code else not reason.startswith(WANTED)


def culprit(task: TaskTypeDef, essential: Collection[str]) -> ContainerTypeDef:
    """Return the container because of which a task stopped; `essential` has the names of essential ones, if known.

    The first that failed by itself, else that says something, else that ended, or was told to.
    """
    containers = task.get("containers", [])
    found = [it for it in containers if it.get("name") in essential] or containers
    return min(found, key=_innocence) if found else {}


def _innocence(container: ContainerTypeDef) -> int:
    code, has_reason = container.get("exitCode"), bool(container.get("reason"))
    if code and (has_reason or code not in SIGNALLED):
        return 0
    if has_reason:
        return 1
    if code == 0:
        return 2
    return 3 if code else 4


def reason(task: TaskTypeDef, container: ContainerTypeDef) -> str:
    """Return why a task stopped, in ECS's words; those of the container say more."""
    said = task.get("stoppedReason", "") or "no reason given"
    own = container.get("reason", "")
    return f"{said}: {own}" if own and own not in said else said
