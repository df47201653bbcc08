"""What is refused before anything is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError

if TYPE_CHECKING:
    from tests.stacks.conftest import World


def uploads(world: World) -> int:
    """How many objects are in the artifact bucket."""
    (bucket,) = world.aws.s3.list_buckets()["Buckets"]
    return world.aws.s3.list_objects_v2(Bucket=bucket["Name"])["KeyCount"]


def test_an_image_before_the_repository(world: World) -> None:
    """The first deployment is without an image, and the error says so."""
    with pytest.raises(UserError, match="image v1: there is no repository preto-2-prod yet") as error:
        world.plan(image_tag="v1")
    assert "Deploy without an image first" in error.value.then
    assert uploads(world) == 0


def test_a_tag_that_nobody_has_pushed(world: World) -> None:
    """The error says how to push it, with the repository's address and the tag."""
    world.deploy()
    before = uploads(world)
    world.push("v1")
    with pytest.raises(UserError, match="repository preto-2-prod has no image with this tag") as error:
        world.plan(image_tag="v2")
    assert (
        f"docker push {world.account.account_id}.dkr.ecr.ap-northeast-2.amazonaws.com/preto-2-prod:v2"
        in error.value.then
    )
    assert uploads(world) == before


@pytest.fixture
def vpc(world: World) -> dict[str, Any]:
    """Give a VPC with two subnets in zone a and one in zone c, and the settings that name two zones of it."""
    ec2 = world.aws.ec2
    vpc_id = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ids = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.1.{index}.0/24", AvailabilityZone=f"ap-northeast-2{zone}")[
            "Subnet"
        ]["SubnetId"]
        for index, zone in enumerate("aac")
    ]
    return {"vpc_id": vpc_id, "public_subnet_ids": (ids[0], ids[2]), "same_zone": (ids[0], ids[1])}


def test_subnets_in_two_zones_pass(world: World, vpc: dict[str, Any]) -> None:
    """A given network is deployed into."""
    del vpc["same_zone"]
    assert world.deploy(network=vpc).state == "CREATE_COMPLETE"


def test_subnets_in_one_zone(world: World, vpc: dict[str, Any]) -> None:
    """The error names the list, the subnets and the zone."""
    network = {"vpc_id": vpc["vpc_id"], "public_subnet_ids": vpc["same_zone"]}
    with pytest.raises(UserError, match=r"\[network\] public_subnet_ids: .* are all in zone ap-northeast-2a"):
        world.plan(network=network)
    assert uploads(world) == 0


def test_private_subnets_are_checked_too(world: World, vpc: dict[str, Any]) -> None:
    """The tasks' subnets are in two zones as well."""
    network = {key: vpc[key] for key in ("vpc_id", "public_subnet_ids")} | {"private_subnet_ids": vpc["same_zone"]}
    with pytest.raises(UserError, match=r"\[network\] private_subnet_ids: "):
        world.plan(network=network)


def test_subnets_that_do_not_exist(world: World, vpc: dict[str, Any]) -> None:
    """They are named, and those that exist are not."""
    there = vpc["public_subnet_ids"][0]
    network = {"vpc_id": vpc["vpc_id"], "public_subnet_ids": (there, "subnet-0123456789abcdef0")}
    with pytest.raises(UserError, match="has no subnet-0123456789abcdef0 in ap-northeast-2") as error:
        world.plan(network=network)
    assert there not in error.value.why


def test_subnets_of_another_vpc(world: World, vpc: dict[str, Any]) -> None:
    """The error says in which VPC they are."""
    network = {"vpc_id": "vpc-0123456789abcdef0", "public_subnet_ids": vpc["public_subnet_ids"]}
    with pytest.raises(UserError, match=f"is in {vpc['vpc_id']}.*and vpc_id is vpc-0123456789abcdef0"):
        world.plan(network=network)
