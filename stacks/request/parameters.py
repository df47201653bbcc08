"""The root's parameter values for this deployment: the settings, and what must be kept of what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.stack import find_stack, nested_stack_ids
from stacks.request.former_image import Former
from templates.root import SERVICE_STACK

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.rendered.rendered import Rendered
    from stacks.request.lookups import Found
    from stacks.settings import Settings

IMAGE_TAG = "ImageTag"
AUTOSCALING_ENABLED = "AutoscalingEnabled"
FORCED_DEPLOYMENT = "EcsForcedDeployment"
"""It stays as it is deployed; `stacks/plan/forced_deployment.py` decides when it may not."""
DESIRED_COUNT = "EcsDesiredCount"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Values for the root's parameters; None keeps the deployed one. `image_tag` is the tag that will run, or "".

    `unchanged` are the values with which the service is perhaps not touched: to be tried first, where given.
    `former` says where the image still is, where that is not the repository of the settings.
    """

    values: Mapping[str, str | None]
    image_tag: str
    notes: tuple[str, ...]
    unchanged: Mapping[str, str | None] | None = None
    former: Former | None = None


def choose_parameters(aws: Aws, settings: Settings, rendered: Rendered, existing: Stack | None, found: Found) -> Chosen:
    """Keep the running image where none is asked for, and the number of tasks where autoscaling decides on it.

    What was looked up in the account is among the values, and told in the notes.

    CloudFormation sends `DesiredCount` with each update of the service, which would undo what autoscaling has scaled
    to. So the configured count is passed when the service is created, and an empty one when it is updated. The empty
    one alone is no reason for an update: `unchanged` keeps the count of a service that is not updated otherwise.
    """
    before = {} if existing is None or existing.under_review else existing.parameters
    values: dict[str, str | None] = {**rendered.parameters, **found.values, IMAGE_TAG: settings.image_tag}
    if FORCED_DEPLOYMENT in before:
        values[FORCED_DEPLOYMENT] = None
    notes = (*found.notes, *_uncounted(settings))
    image_tag, deployed_tag = settings.image_tag, before.get(IMAGE_TAG, "")
    if not image_tag and deployed_tag:
        image_tag, values[IMAGE_TAG] = deployed_tag, None
        notes = (f"No image tag given: the service keeps {deployed_tag}.", *notes)
    unchanged = None
    if settings.autoscaling.enabled and image_tag:
        if not _has_service(aws, existing):
            values[DESIRED_COUNT] = str(settings.ecs.desired_count)
        elif before.get(DESIRED_COUNT):
            unchanged = values | {DESIRED_COUNT: None}
    return Chosen(values=values, image_tag=image_tag, notes=notes, unchanged=unchanged)


def deployed_tag(aws: Aws, stack_name: str) -> str:
    """Return the tag of the image that is deployed; "" where there is none."""
    existing = find_stack(aws, stack_name)
    return "" if existing is None or existing.under_review else existing.parameters.get(IMAGE_TAG, "")


def _uncounted(settings: Settings) -> tuple[str, ...]:
    """Return what is told where images are to be counted that do not expire."""
    kept = settings.ecr.keep_tagged_images
    if settings.ecr.expiring_tags or kept == type(settings.ecr).model_fields["keep_tagged_images"].default:
        return ()
    counted = f"ecr.keep_tagged_images ({kept}) counts those with one of ecr.expiring_tags, and there are none"
    return (f"No tagged image expires: {counted}.",)


def _has_service(aws: Aws, existing: Stack | None) -> bool:
    """Whether there is a service; a stack into which it was imported has no parameters yet."""
    if existing is None or existing.under_review:
        return False
    return SERVICE_STACK in nested_stack_ids(aws, existing.stack_id)
