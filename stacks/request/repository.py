"""The repository of the account in which the image has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code
from templates import ecr

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings


def repository_name(settings: Settings) -> str:
    """Return the name of the repository in which the image has to be; "" where it is another registry's."""
    return "" if settings.ecs.image else ecr.repository_name(settings.identity, settings.ecr)


def is_missing(aws: Aws, settings: Settings) -> bool:
    """Whether the repository of the environment is not there yet; one of `[ecs] image` is not the stack's to make."""
    name = repository_name(settings)
    if not name:
        return False
    try:
        aws.ecr.describe_repositories(repositoryNames=[name])
    except ClientError as error:
        if error_code(error) != "RepositoryNotFoundException":
            raise
        return True
    return False


def has_image(aws: Aws, repository: str, tag: str) -> bool:
    """Whether the repository is there and has an image with this tag."""
    try:
        found = aws.ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError as error:
        if error_code(error) in {"ImageNotFoundException", "RepositoryNotFoundException"}:
            return False
        raise
    return any(tag in image.get("imageTags", []) for image in found["imageDetails"])
