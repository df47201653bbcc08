"""The present state: stacks, service, targets, autoscaling, and the running image."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from stacks.aws.errors import ClientError, error_message, is_denied, translate_aws_errors
from stacks.cloudformation.stack import find_stack, stack_resources
from stacks.errors import Code, UserError
from stacks.request.parameters import IMAGE_TAG
from stacks.request.root_outputs import root_outputs
from stacks.status.autoscaling import Autoscaling, Scheduled, read_autoscaling, read_schedules
from stacks.status.image import Image, read_image
from stacks.status.running import Running, Target, read_service, read_targets
from stacks.status.tasks import ScheduledTask, ScheduledTasks, read_scheduled_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

T = TypeVar("T")

__all__ = [
    "Autoscaling",
    "Image",
    "Running",
    "Scheduled",
    "ScheduledTask",
    "ScheduledTasks",
    "StackState",
    "Status",
    "Target",
    "read_status",
]


@dataclass(frozen=True, kw_only=True)
class StackState:
    """One stack; `path` is its path of logical ids from the root, "" for the root itself.

    `changed_at` is when its last operation began.
    """

    path: str
    name: str
    state: str
    changed_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Status:
    """An environment at the time `at`. `service`, `autoscaling` and `image` are None if there is none.

    `denied` has the reasons for parts that the caller may not read: `service`, `image`, `targets`, `autoscaling`,
    `schedules` or `tasks`.
    """

    environment: str
    at: dt.datetime
    stacks: tuple[StackState, ...]
    image: Image | None = None
    service: Running | None = None
    targets: tuple[Target, ...] = ()
    autoscaling: Autoscaling | None = None
    schedules: tuple[Scheduled, ...] = ()
    scheduled_tasks: ScheduledTasks | None = None
    denied: Mapping[str, str] = field(default_factory=dict)


@translate_aws_errors()
def read_status(aws: Aws, settings: Settings) -> Status:
    """Return the status from CloudFormation, ECS, Elastic Load Balancing and Application Auto Scaling.

    Parts that the caller may not read are in `denied`. Raises UserError if the environment is not deployed, or its
    stacks may not be read.
    """
    name = settings.identity.name
    root = find_stack(aws, name)
    if root is None:
        where = f"account {aws.account_id}, {aws.region}"
        then = f"Deploy it first: python build.py deploy {settings.environment}"
        raise UserError(f"stack {name}", f"it is not there ({where})", then, code=Code.ABSENT)
    outputs = root_outputs(aws, settings, root)
    cluster, service_name = outputs.get("EcsClusterName"), outputs.get("EcsServiceName")
    denied: dict[str, str] = {}
    found = Status(
        environment=settings.environment,
        at=dt.datetime.now(dt.UTC),
        stacks=tuple(_stacks(aws, root, "")),
        denied=denied,
    )
    if not (cluster and service_name):
        return found
    service = _read_part(denied, "service", lambda: read_service(aws, cluster, service_name))
    if service is None:
        return found
    tag = root.parameters.get(IMAGE_TAG, "")
    return dataclasses.replace(
        found,
        service=service,
        image=_read_part(denied, "image", lambda: read_image(aws, service, tag)),
        targets=_read_part(denied, "targets", lambda: read_targets(aws, service)) or (),
        autoscaling=_read_part(denied, "autoscaling", lambda: read_autoscaling(aws, service)),
        schedules=_read_part(denied, "schedules", lambda: read_schedules(aws, service)) or (),
        scheduled_tasks=_read_part(denied, "tasks", lambda: read_scheduled_tasks(aws, settings)),
    )


def _read_part(denied: dict[str, str], part: str, read: Callable[[], T | None]) -> T | None:
    """Return what `read` returns; None if that is denied, with the reason in `denied`."""
    try:
        return read()
    except ClientError as error:
        if not is_denied(error):
            raise
        denied[part] = error_message(error)
        return None


def _stacks(aws: Aws, stack: Stack, path: str) -> Iterator[StackState]:
    """Yield the stack and its nested stacks, in CloudFormation's order."""
    yield StackState(path=path, name=stack.name, state=stack.state, changed_at=stack.changed_at)
    for resource in stack_resources(aws, stack.stack_id):
        child = find_stack(aws, resource.physical_id) if resource.is_stack and resource.is_there else None
        if child is not None:
            yield from _stacks(aws, child, f"{path}/{resource.logical_id}".lstrip("/"))
