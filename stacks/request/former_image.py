"""A service whose image is still in another repository than the settings say: where that is, and how it comes over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.stack import find_stack, nested_stack_ids
from stacks.errors import Code, UserError
from stacks.request.repository import has_image, repository_name
from templates.ecs.image import ecr_repository
from templates.root import SERVICE_STACK

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

CONTAINER_IMAGE = "ContainerImage"
"""The parameter of the service's stack with the image's address and tag."""


@dataclass(frozen=True, kw_only=True)
class Former:
    """The image that runs is not in the repository of the settings yet.

    `address` is its repository, without a tag, `tag` the one that is to run; `repository` is where it has to come.
    `source` is the name of the former repository where it is one of this account and region, from which it can be
    copied; "" where somebody has to push it.
    """

    address: str
    tag: str
    repository: str
    source: str

    @property
    def note(self) -> str:
        """What a reader of the plan is told."""
        then = (
            f"`deploy` copies it to {self.repository}" if self.source else f"it has to be pushed to {self.repository}"
        )
        return f"Image {self.tag} is in {self.address}: the service stays on that until {then}, and then moves."


def find_former_image(aws: Aws, settings: Settings, tag: str, existing: Stack | None) -> Former | None:
    """Return the former repository where there is one and the new one lacks the image; None where nothing moves.

    `tag` is the one that is to run. Raises UserError where it is in neither.
    """
    repository = repository_name(settings)
    if existing is None or existing.under_review or not tag or not repository:
        return None
    running = _running(aws, existing)
    address, _, running_tag = running.rpartition(":")
    known = ecr_repository(address)
    is_ours = known is not None and (known.account, known.region) == (aws.account_id, aws.region)
    source = known.name if known and is_ours else ""
    if not address or source == repository or has_image(aws, repository, tag):
        return None
    if has_image(aws, source, tag) if source else tag == running_tag:
        return Former(address=address, tag=tag, repository=repository, source=source)
    raise UserError(
        f"image {tag}",
        f"it is neither in {repository}, which is to have it, nor in {address}, where the image is that runs",
        f"Deploy {running_tag}, which runs, first, and then push {tag} to {repository}: "
        f"python build.py deploy {settings.environment} --image {running_tag}",
        code=Code.PREFLIGHT,
    )


def _running(aws: Aws, existing: Stack) -> str:
    """Return the image's address and tag with which the service is deployed; "" where there is none."""
    child_id = nested_stack_ids(aws, existing.stack_id).get(SERVICE_STACK)
    stack = find_stack(aws, child_id) if child_id else None
    return stack.parameters.get(CONTAINER_IMAGE, "") if stack else ""
