"""The image that the service runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code
from templates.ecs import image

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.status.running import Running

GONE = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image with its tag; `pushed_at` is None if the registry does not know it."""

    uri: str
    tag: str
    deployed_at: dt.datetime
    pushed_at: dt.datetime | None


def read_image(aws: Aws, service: Running, tag: str) -> Image | None:
    """Return the image of the service's primary deployment; None if it has none.

    `tag` is that of the stack. The image's own tag takes precedence; it differs after ECS has rolled back.
    """
    primary = service.primary
    if primary is None:
        return None
    described = aws.ecs.describe_task_definition(taskDefinition=primary.task_definition)["taskDefinition"]
    uri = described["containerDefinitions"][0]["image"]
    if "@" not in uri and ":" in uri.rpartition("/")[2]:
        tag = uri.rpartition(":")[2]
    return Image(uri=uri, tag=tag, deployed_at=primary.begun_at, pushed_at=_pushed_at(aws, uri, tag))


def _pushed_at(aws: Aws, uri: str, tag: str) -> dt.datetime | None:
    found = image.ecr_repository(uri)
    if found is None or found.region != aws.region or not tag:
        return None
    try:
        images = aws.ecr.describe_images(
            registryId=found.account, repositoryName=found.name, imageIds=[{"imageTag": tag}]
        )
    except ClientError as error:
        if error_code(error) in GONE:
            return None
        raise
    return images["imageDetails"][0].get("imagePushedAt") if images["imageDetails"] else None
