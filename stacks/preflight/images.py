"""Other images that the settings name: those of sidecars, and one in a given ECR repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.errors import UserError
from templates.ecs.image import EcrRepository, ecr_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_ecr.type_defs import ImageIdentifierTypeDef

    from stacks.aws.session import Aws
    from stacks.settings import Settings

ABSENT = {"ImageNotFoundException", "RepositoryNotFoundException"}


def check_images(aws: Aws, settings: Settings, tag: str) -> tuple[str, ...]:
    """Raise UserError if an image is not in its ECR repository; return what could not be found out.

    Other registries are not asked: only ECS has the password, and an image may be private.
    """
    return tuple(it for key, image in _named(settings, tag) if (it := _check_image(aws, settings, key, image)))


def _named(settings: Settings, tag: str) -> Iterator[tuple[str, str]]:
    ecs = settings.ecs
    if ecs.image:
        yield "[ecs] image", f"{ecs.image}:{tag}"
    for sidecar in ecs.sidecars:
        yield f"[[ecs.sidecars]] image of {sidecar.name}", sidecar.image


def _check_image(aws: Aws, settings: Settings, key: str, image: str) -> str:
    repository = ecr_repository(image)
    if repository is None:
        return ""
    if repository.region != aws.region:
        return f"{key}: whether it is there is not known, because it is in {repository.region}"
    try:
        aws.ecr.describe_images(
            registryId=repository.account, repositoryName=repository.name, imageIds=[_identifier(image)]
        )
    except ClientError as error:
        if error_code(error) in ABSENT:
            return _check_pull_through(aws, settings, key, image, repository)
        why = "is not allowed" if is_denied(error) else f"says {error_code(error)}"
        return f"{key}: whether it is there is not known, because ecr:DescribeImages {why}"
    return ""


def _identifier(image: str) -> ImageIdentifierTypeDef:
    """Return the digest, or else the tag, which is `latest` by default."""
    name, _, digest = image.partition("@")
    tag = re.search(r":([^:/]+)$", name)
    return {"imageDigest": digest} if digest else {"imageTag": tag[1] if tag else "latest"}


def _check_pull_through(aws: Aws, settings: Settings, key: str, image: str, repository: EcrRepository) -> str:
    """Raise UserError, unless a pull-through cache fetches the image; return what is not known of that, or ""."""
    cache = settings.ecr.pull_through_cache
    if cache and repository.account == aws.account_id and repository.name.startswith(f"{cache.prefix}/"):
        return ""
    try:
        pages = aws.ecr.get_paginator("describe_pull_through_cache_rules").paginate(registryId=repository.account)
        prefixes = [it["ecrRepositoryPrefix"] for page in pages for it in page["pullThroughCacheRules"]]
    except ClientError as error:
        if not is_denied(error):
            raise
        lacking = "ecr:DescribePullThroughCacheRules is not allowed"
        return f"{key}: {image} is not there, and whether a cache brings it is not known, because {lacking}"
    if any(prefix == "ROOT" or repository.name.startswith(f"{prefix}/") for prefix in prefixes):
        return ""
    where = f"{repository.name} in account {repository.account}, {repository.region}"
    tag = _identifier(image)
    raise UserError(
        key, f"there is no image {next(iter(tag.values()))} in repository {where}", "Push it, or name another."
    )
