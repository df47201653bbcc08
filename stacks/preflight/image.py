"""The image exists before a service waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.build.push import push_commands
from stacks.errors import UserError
from stacks.request.repository import has_image, repository_name
from templates.ecs.image import ecr_repository
from templates.partitions import partition_of

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings


def check_image(aws: Aws, settings: Settings, tag: str) -> str:
    """Raise UserError, with the commands to push it, if the repository or the tag does not exist.

    Returns what is not known, or when the image expires, or "". Other registries are not asked: only ECS has the
    password.
    """
    _refuse_foreign(settings, aws.region)
    name = repository_name(settings)
    if not name:
        return ""
    try:
        _check(aws, settings, name, tag)
        if settings.ecr.keep_images is not None:
            return _until_expiry(aws, name, tag, settings.ecr.keep_images)
    except ClientError as error:
        if not is_denied(error):
            raise
        return f"Image {tag}: whether it is there is not known, because ecr:{error.operation_name} is not allowed"
    return ""


def _refuse_foreign(settings: Settings, region: str) -> None:
    """Raise UserError for an image in ECR of another partition, where the task's roles are unknown."""
    ours = partition_of(region).name
    for key, name in settings.ecs.images.items():
        found = ecr_repository(name)
        if found and (theirs := partition_of(found.region).name) != ours:
            why = f"{name} is in the partition {theirs}, whose registries are not open to roles of {ours}"
            raise UserError(f"[ecs] {key}", why, f"Copy it into a repository that {region} reaches.")


def _check(aws: Aws, settings: Settings, name: str, tag: str) -> None:
    try:
        uri = aws.ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryUri"]
    except ClientError as error:
        if error_code(error) != "RepositoryNotFoundException":
            raise
        then = (
            f"Deploy without an image first: python build.py deploy {settings.environment} --image ''\n"
            "That creates the repository, and says how to push."
        )
        raise UserError(f"image {tag}", f"there is no repository {name} yet", then) from error
    if not has_image(aws, name, tag):
        commands = push_commands(
            uri,
            environment=settings.environment,
            tag=tag,
            architecture=settings.ecs.architecture,
            sandbox_state=settings.aws.embedded_state,
        )
        then = "\n".join(["Push it first:", *(f"  {line}" for line in commands)])
        raise UserError(f"image {tag}", f"repository {name} has no image with this tag", then)
    if settings.ecr.expiring_tags:
        _refuse_expiring(aws, settings, name, tag)


def _refuse_expiring(aws: Aws, settings: Settings, name: str, tag: str) -> None:
    """Raise UserError if one of the image's tags matches `expiring_tags`."""
    (image,) = aws.ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])["imageDetails"]
    if expiring := sorted(it for it in image.get("imageTags", []) if settings.ecr.expires(it)):
        why = f"it has the tag {', '.join(expiring)}, which [ecr] expiring_tags lets expire while it runs"
        then = "Push it under other tags only, or remove the pattern from expiring_tags."
        raise UserError(f"image {tag}", why, then)


def _until_expiry(aws: Aws, name: str, tag: str, kept: int) -> str:
    """Return after how many pushes `[ecr] keep_images` lets the image expire; each manifest of an index counts."""
    pages = aws.ecr.get_paginator("describe_images").paginate(repositoryName=name)
    images = sorted((it for page in pages for it in page["imageDetails"]), key=lambda it: it["imagePushedAt"])
    newer = next((count for count, it in enumerate(reversed(images)) if tag in it.get("imageTags", [])), len(images))
    left = kept - newer
    rule = f"[ecr] keep_images = {kept} counts all images, also the one that runs"
    if left <= 0:
        return f"{rule}: {newer} are newer than {tag}, which expires within a day. No task can be started with it then"
    pushes = "the next push" if left == 1 else f"{left} more pushes"
    return f"{rule}: {tag} expires after {pushes}. No task can be started with it then"
