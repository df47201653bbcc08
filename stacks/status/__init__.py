"""What is there now: the stacks, the service, its targets and its autoscaling, and the image that runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import deployed
from stacks.aws import reported
from stacks.errors import UserError
from stacks.parameters import IMAGE_TAG
from stacks.status.autoscaling import Autoscaling
from stacks.status.autoscaling import read as read_autoscaling
from stacks.status.image import Image
from stacks.status.image import read as read_image
from stacks.status.running import Running, Target
from stacks.status.running import read as read_service
from stacks.status.running import targets as read_targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws import Aws
    from stacks.deployed import Deployed
    from stacks.settings import Settings

__all__ = ["Autoscaling", "Image", "Running", "StackState", "Status", "Target", "read"]


@dataclass(frozen=True, kw_only=True)
class StackState:
    """One stack; `path` is its way from the root in logical ids, "" for the root itself.

    `changed_at` is when its last operation began.
    """

    path: str
    name: str
    state: str
    changed_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Status:
    """An environment at the moment `at`. `service`, `autoscaling` and `image` are None where there is none."""

    environment: str
    at: dt.datetime
    stacks: tuple[StackState, ...]
    image: Image | None = None
    service: Running | None = None
    targets: tuple[Target, ...] = ()
    autoscaling: Autoscaling | None = None


@reported()
def read(aws: Aws, settings: Settings) -> Status:
    """Ask CloudFormation, ECS, the load balancer and Application Auto Scaling; nothing is changed.

    Raises UserError where the environment is not deployed.
    """
    name = settings.identity.name
    root = deployed.read(aws, name)
    if root is None:
        where = f"account {aws.account_id}, {aws.region}"
        then = f"Deploy it first: python build.py deploy {settings.environment}"
        raise UserError(f"stack {name}", f"it is not there ({where})", then)
    cluster, service_name = root.outputs.get("EcsClusterName"), root.outputs.get("EcsServiceName")
    service = read_service(aws, cluster, service_name) if cluster and service_name else None
    return Status(
        environment=settings.environment,
        at=dt.datetime.now(dt.UTC),
        stacks=tuple(_stacks(aws, root, "")),
        service=service,
        image=None if service is None else read_image(aws, service, root.parameters.get(IMAGE_TAG, "")),
        targets=() if service is None else read_targets(aws, service),
        autoscaling=None if service is None else read_autoscaling(aws, service),
    )


def _stacks(aws: Aws, stack: Deployed, path: str) -> Iterator[StackState]:
    """The stack and those in it, in the order in which CloudFormation lists them."""
    yield StackState(path=path, name=stack.name, state=stack.state, changed_at=stack.changed_at)
    for resource in deployed.resources(aws, stack.stack_id):
        child = deployed.read(aws, resource.physical_id) if resource.is_stack and resource.is_there else None
        if child is not None:
            yield from _stacks(aws, child, f"{path}/{resource.logical_id}".lstrip("/"))
