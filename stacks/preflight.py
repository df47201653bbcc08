"""What is checked before anything is uploaded: the image, the given subnets, a place on a shared listener."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import aws as amazon
from stacks import push, shared_listener
from stacks.errors import UserError
from templates import ecr
from templates.network.vpc import ZONES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ec2.type_defs import SubnetTypeDef

    from stacks.aws import Aws
    from stacks.settings import Settings


def check(aws: Aws, settings: Settings, image_tag: str) -> None:
    """Raise UserError for what would make the deployment fail half way: no such image, unfit subnets, no free place.

    Whether an image is in another registry is not looked up: only ECS has the password.
    """
    if image_tag and not settings.ecs.image:
        _check_image(aws, settings, image_tag)
    if settings.network.vpc_id:
        _check_subnets(aws, settings, settings.network.vpc_id)
    if settings.network.listener:
        shared_listener.check_priorities(aws, settings, settings.network.listener)


def repository(settings: Settings) -> str:
    """The name of the repository in which the image has to be; "" where it is another registry's."""
    return "" if settings.ecs.image else ecr.repository_name(settings.identity, settings.ecr)


def _check_image(aws: Aws, settings: Settings, tag: str) -> None:
    name = repository(settings)
    try:
        uri = aws.ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryUri"]
    except amazon.ClientError as error:
        if amazon.code(error) != "RepositoryNotFoundException":
            raise
        then = (
            f"Deploy without an image first: python build.py deploy {settings.environment} --image ''\n"
            "That creates the repository, and says how to push."
        )
        raise UserError(f"image {tag}", f"there is no repository {name} yet", then) from error
    if not has_image(aws, name, tag):
        commands = push.lines(
            uri, region=aws.region, environment=settings.environment, tag=tag, architecture=settings.ecs.architecture
        )
        then = "\n".join(["Push it first:", *(f"  {line}" for line in commands)])
        raise UserError(f"image {tag}", f"repository {name} has no image with this tag", then)


def has_image(aws: Aws, repository: str, tag: str) -> bool:
    """Whether the repository is there and has an image with this tag."""
    try:
        found = aws.ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except amazon.ClientError as error:
        if amazon.code(error) in {"ImageNotFoundException", "RepositoryNotFoundException"}:
            return False
        raise
    return any(tag in image.get("imageTags", []) for image in found["imageDetails"])


def _check_subnets(aws: Aws, settings: Settings, vpc_id: str) -> None:
    public, private = settings.network.public_subnet_ids, settings.network.private_subnet_ids
    wanted = sorted({*public, *private})
    found = aws.ec2.describe_subnets(Filters=[{"Name": "subnet-id", "Values": wanted}])["Subnets"]
    subnets = {subnet["SubnetId"]: subnet for subnet in found}
    if missing := [subnet_id for subnet_id in wanted if subnet_id not in subnets]:
        why = f"account {aws.account_id} has no {', '.join(missing)} in {aws.region}"
        raise UserError("[network] subnets", why)
    if strange := [subnet_id for subnet_id in wanted if subnets[subnet_id]["VpcId"] != vpc_id]:
        why = ", ".join(f"{subnet_id} is in {subnets[subnet_id]['VpcId']}" for subnet_id in strange)
        raise UserError("[network] subnets", f"{why}, and vpc_id is {vpc_id}")
    for key, ids in (("public_subnet_ids", public), ("private_subnet_ids", private)):
        if ids:
            _check_zones(key, ids, subnets)


def _check_zones(key: str, ids: Sequence[str], subnets: Mapping[str, SubnetTypeDef]) -> None:
    zones = {subnets[subnet_id]["AvailabilityZone"] for subnet_id in ids}
    if len(zones) < ZONES:
        why = f"{', '.join(ids)} are all in zone {', '.join(zones)}"
        raise UserError(f"[network] {key}", why, f"Name subnets in at least {ZONES} zones.")
