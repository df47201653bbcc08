"""What becomes of the number of tasks, where no changed resource says it: by what is sent to ECS, not by settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.session import DENIED, ClientError, error_code
from stacks.cloudformation.changes import SERVICE
from stacks.request.parameters import AUTOSCALING_ENABLED, DESIRED_COUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.change_set import Request
    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.settings import Settings


def task_notes(aws: Aws, settings: Settings, request: Request, changes: StackChanges) -> tuple[str, ...]:
    """That autoscaling is turned off, and with how many tasks; or, while it is on, that the count is not used."""
    existing = request.existing
    before: Mapping[str, str] = {} if existing is None else existing.parameters
    outputs: Mapping[str, str] = {} if existing is None else existing.outputs
    cluster, service = outputs.get("EcsClusterName", ""), outputs.get("EcsServiceName", "")
    if not (cluster and service):
        return ()
    if settings.autoscaling.enabled:
        return _unused(aws, settings, cluster, service)
    if before.get(AUTOSCALING_ENABLED) != "true":
        return ()
    wanted = request.parameters.get(DESIRED_COUNT) or before.get(DESIRED_COUNT, "")
    return (f"Autoscaling is turned off: {_becomes(aws, changes, int(wanted), cluster, service)}",)


def _becomes(aws: Aws, changes: StackChanges, wanted: int, cluster: str, service: str) -> str:
    """CloudFormation sends the count with an update of the service, and does not update it where nothing changes."""
    now = _count(aws, cluster, service)
    subject = "the service" if now is None else f"the service has {_tasks(now)} now, and it"
    updated = [change for change in changes.resources() if change.type == SERVICE and change.certainty != "none"]
    if now == wanted:
        return f"{subject} stays at {now} (ecs.desired_count)."
    if any(_is_sure(change, changes) for change in updated):
        return f"{subject} is set to {_tasks(wanted) if now is None else wanted} (ecs.desired_count)."
    keeps = f"{subject} keeps them" if now is not None else f"{subject} keeps its tasks"
    unless = ", unless it is updated" if updated else ""
    why = f"the stack has had {wanted} (ecs.desired_count) before, so that ECS is told nothing"
    command = f"aws ecs update-service --cluster {cluster} --service {service} --desired-count {wanted}"
    return f"{keeps}{unless}: {why}. To set it afterwards: {command}"


def _is_sure(change: Change, tree: StackChanges) -> bool:
    """Whether it comes: because of itself, or because what it refers to is certainly replaced."""
    replaced = {path for path, it in tree.paths() if it.kind == "replace" and it.certainty == "certain"}
    return change.certainty == "certain" or bool(replaced & set(change.causes))


def _unused(aws: Aws, settings: Settings, cluster: str, service: str) -> tuple[str, ...]:
    """Return where the file has a number, and the service another one."""
    if "desired_count" not in settings.ecs.model_fields_set:
        return ()
    wanted, now = settings.ecs.desired_count, _count(aws, cluster, service)
    if now is None or now == wanted:
        return ()
    why = f"autoscaling decides, and has set {_tasks(now)}"
    return (f"ecs.desired_count = {wanted} is not used: {why}. It is for a new service, or one without autoscaling.",)


def _count(aws: Aws, cluster: str, service: str) -> int | None:
    """Return how many tasks the service is to have now; None where that may not be read, or there is none."""
    try:
        found = aws.ecs.describe_services(cluster=cluster, services=[service])["services"]
    except ClientError as error:
        if error_code(error) not in {*DENIED, "ClusterNotFoundException"}:
            raise
        return None
    return found[0]["desiredCount"] if found else None


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"
