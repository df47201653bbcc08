"""The root's parameter values for this deployment: the settings, and what must be kept of what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import aws as amazon
from stacks import deployed

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.deployed import Deployed
    from stacks.lookups import Found
    from stacks.render import Rendered
    from stacks.settings import Settings

SERVICE_STACK = "Ecs"
"""The child that holds the service."""
IMAGE_TAG = "ImageTag"
AUTOSCALING_ENABLED = "AutoscalingEnabled"
FORCED_DEPLOYMENT = "EcsForcedDeployment"
"""It stays as it is deployed; `stacks/plan/forcing.py` decides when it may not."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Values for the root's parameters; None keeps the deployed one. `image_tag` is the tag that will run, or "".

    `unchanged` are the values with which the deployment is perhaps no change at all: to be tried first, where given.
    """

    values: Mapping[str, str | None]
    image_tag: str
    notes: tuple[str, ...]
    unchanged: Mapping[str, str | None] | None = None


def choose(aws: Aws, settings: Settings, rendered: Rendered, existing: Deployed | None, found: Found) -> Chosen:
    """Keep the running image where none is asked for, and the number of tasks where autoscaling decides on it.

    What was looked up in the account is among the values, and told in the notes.

    CloudFormation sends `DesiredCount` with each update of the service, which would undo what autoscaling has scaled
    to. So the configured count is passed when the service is created, and an empty one when it is updated. The empty
    one alone is no reason for an update.
    """
    before = {} if existing is None or existing.under_review else existing.parameters
    values: dict[str, str | None] = {**rendered.parameters, **found.values, IMAGE_TAG: settings.image_tag}
    if FORCED_DEPLOYMENT in before:
        values[FORCED_DEPLOYMENT] = None
    notes = (*found.notes, *_without_autoscaling(aws, settings, existing, before))
    image_tag, deployed_tag = settings.image_tag, before.get(IMAGE_TAG, "")
    if not image_tag and deployed_tag:
        image_tag, values[IMAGE_TAG] = deployed_tag, None
        notes = (f"No image tag given: the service keeps {deployed_tag}.", *notes)
    unchanged = None
    if settings.autoscaling.enabled and image_tag:
        if not _has_service(aws, existing, before):
            values["EcsDesiredCount"] = str(settings.ecs.desired_count)
        elif before.get("EcsDesiredCount"):
            unchanged = values | {"EcsDesiredCount": None}
    return Chosen(values=values, image_tag=image_tag, notes=notes, unchanged=unchanged)


def _without_autoscaling(
    aws: Aws, settings: Settings, existing: Deployed | None, before: Mapping[str, str]
) -> tuple[str, ...]:
    """What becomes of the number of tasks where autoscaling is turned off: nothing else in the plan says it."""
    outputs = existing.outputs if existing else {}
    cluster, service = outputs.get("EcsClusterName"), outputs.get("EcsServiceName")
    if settings.autoscaling.enabled or before.get(AUTOSCALING_ENABLED) != "true" or not (cluster and service):
        return ()
    then = settings.ecs.desired_count
    try:
        found = aws.ecs.describe_services(cluster=cluster, services=[service])["services"]
    except amazon.ClientError as error:
        if amazon.code(error) not in amazon.DENIED:
            raise
        return (f"Autoscaling is turned off: the service is set to {_tasks(then)} (ecs.desired_count).",)
    now = found[0]["desiredCount"] if found else 0
    becomes = f"it stays at {now}" if now == then else f"it is set to {then}"
    return (f"Autoscaling is turned off: the service has {_tasks(now)} now, and {becomes} (ecs.desired_count).",)


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"


def _has_service(aws: Aws, existing: Deployed | None, before: Mapping[str, str]) -> bool:
    if existing is None or not before:
        return False
    found = deployed.resources(aws, existing.stack_id)
    return any(resource.logical_id == SERVICE_STACK and resource.is_there for resource in found)
