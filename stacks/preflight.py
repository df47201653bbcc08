"""What is checked before anything is uploaded: the image is there, and so are the given subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import aws as amazon
from stacks import push
from stacks.errors import UserError
from templates import ecr
from templates.network.subnets import ZONES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ec2.type_defs import SubnetTypeDef

    from stacks.aws import Aws
    from stacks.settings import Settings


def check(aws: Aws, settings: Settings, image_tag: str) -> None:
    """Raise UserError for what would make the deployment fail half way: no such image, unfit subnets."""
    if image_tag:
        _check_image(aws, settings, image_tag)
    if settings.network.vpc_id:
        _check_subnets(aws, settings, settings.network.vpc_id)


def _check_image(aws: Aws, settings: Settings, tag: str) -> None:
    name = ecr.repository_name(settings.identity, settings.ecr)
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
    if not _has_image(aws, name, tag):
        commands = push.lines(uri, region=aws.region, environment=settings.environment, tag=tag)
        then = "\n".join(["Push it first:", *(f"  {line}" for line in commands)])
        raise UserError(f"image {tag}", f"repository {name} has no image with this tag", then)


def _has_image(aws: Aws, repository: str, tag: str) -> bool:
    try:
        found = aws.ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except amazon.ClientError as error:
        if amazon.code(error) == "ImageNotFoundException":
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
