"""Notes on the number of tasks: CloudFormation sends the count only with an update of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import DENIED, ClientError, error_code
from stacks.cloudformation.changes import SERVICE
from stacks.request.parameters import AUTOSCALING_ENABLED, DESIRED_COUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.change_set import Request
    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.settings import Settings


def task_notes(aws: Aws, settings: Settings, request: Request, changes: StackChanges) -> tuple[str, ...]:
    """Return a note on the number of tasks if autoscaling is turned off, or overrides `ecs.desired_count`."""
    existing = request.existing
    before: Mapping[str, str] = {} if existing is None else existing.parameters
    outputs: Mapping[str, str] = {} if existing is None else existing.outputs
    cluster, service = outputs.get("EcsClusterName", ""), outputs.get("EcsServiceName", "")
    if not (cluster and service):
        return ()
    if settings.autoscaling.enabled:
        return _unused_count(aws, settings, cluster, service)
    if before.get(AUTOSCALING_ENABLED) != "true":
        return ()
    desired = request.parameters.get(DESIRED_COUNT) or before.get(DESIRED_COUNT, "")
    return (f"Autoscaling is turned off: {_new_count(aws, changes, int(desired), cluster, service)}",)


def _new_count(aws: Aws, changes: StackChanges, desired: int, cluster: str, service: str) -> str:
    """Return what happens to the number of tasks without autoscaling."""
    now = _count(aws, cluster, service)
    subject = "the service" if now is None else f"the service has {_tasks(now)} now, and it"
    updated = [change for change in changes.resources() if change.type == SERVICE and change.certainty != "none"]
    if now == desired:
        return f"{subject} stays at {now} (ecs.desired_count)."
    if any(_is_certain(change, changes) for change in updated):
        return f"{subject} is set to {_tasks(desired) if now is None else desired} (ecs.desired_count)."
    keeps = f"{subject} keeps them" if now is not None else f"{subject} keeps its tasks"
    unless = ", unless it is updated" if updated else ""
    why = f"the stack already has {desired} (ecs.desired_count), so CloudFormation does not send it to ECS"
    command = f"aws ecs update-service --cluster {cluster} --service {service} --desired-count {desired}"
    return f"{keeps}{unless}: {why}. To set it afterwards: {command}"


def _is_certain(change: Change, tree: StackChanges) -> bool:
    """Whether the update is certain: by itself, or because a resource it refers to is certainly replaced."""
    replaced = {path for path, it in tree.paths() if it.kind == "replace" and it.certainty == "certain"}
    return change.certainty == "certain" or bool(replaced & set(change.causes))


def _unused_count(aws: Aws, settings: Settings, cluster: str, service: str) -> tuple[str, ...]:
    """Return a note if the settings have another number of tasks than the service."""
    if "desired_count" not in settings.ecs.model_fields_set:
        return ()
    desired, now = settings.ecs.desired_count, _count(aws, cluster, service)
    if now is None or now == desired:
        return ()
    why = f"autoscaling has set {_tasks(now)}"
    return (f"ecs.desired_count = {desired} is not used: {why}. It counts for a new service, and without autoscaling.",)


def _count(aws: Aws, cluster: str, service: str) -> int | None:
    """Return the desired count that ECS has for the service; None if it is unknown."""
    try:
        found = aws.ecs.describe_services(cluster=cluster, services=[service])["services"]
    except ClientError as error:
        if error_code(error) not in {*DENIED, "ClusterNotFoundException"}:
            raise
        return None
    return found[0]["desiredCount"] if found else None


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"
