"""What is looked up in the account when planning: the default VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.views.plan import comment, documents, screen

if TYPE_CHECKING:
    from tests.support.world import World

DEFAULT = {"use_default_vpc": True}


def test_the_default_vpc_is_deployed_into(world: World) -> None:
    """Load balancer and tasks are in its subnets, the tasks with public addresses, and nothing of a VPC is made."""
    world.deploy(network=DEFAULT)
    world.push("v1")
    world.deploy(network=DEFAULT, image_tag="v1")
    ec2 = world.account.client("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    subnets = sorted(it["SubnetId"] for it in ec2.describe_subnets()["Subnets"])
    (balancer,) = world.account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert sorted(zone["SubnetId"] for zone in balancer["AvailabilityZones"]) == subnets
    found = world.account.client("ecs").describe_services(cluster="preto-2-prod", services=["preto-2-prod"])
    placed = found["services"][0]["networkConfiguration"]["awsvpcConfiguration"]
    assert (sorted(placed["subnets"]), placed["assignPublicIp"]) == (subnets, "ENABLED")
    (targets,) = world.account.client("elbv2").describe_target_groups()["TargetGroups"]
    assert targets["VpcId"] == vpc["VpcId"]


def test_a_reviewer_sees_which_vpc_it_is(world: World) -> None:
    """On the screen, in the JSON document and in the comment."""
    planned = world.plan(network=DEFAULT)
    (note,) = planned.request.notes
    assert note.startswith("Default VPC: vpc-00000001 (172.31.0.0/16), with subnet-00000001 in ap-northeast-2a, ")
    assert note in documents.document(planned)["notes"]
    assert note in comment.markdown(planned)
    assert note in screen.text(planned)


def test_the_same_vpc_is_no_change(world: World) -> None:
    """A plan right after a deployment has none."""
    world.deploy(network=DEFAULT)
    assert world.plan(network=DEFAULT).change_set is None


def test_an_account_without_default_vpc(world: World) -> None:
    """The error says what can be done instead."""
    ec2 = world.account.client("ec2")
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    with pytest.raises(UserError, match="the default VPC vpc-00000001 has default subnets in no zone"):
        world.plan(network=DEFAULT)
    (gateway,) = ec2.describe_internet_gateways()["InternetGateways"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId="vpc-00000001")
    ec2.delete_vpc(VpcId="vpc-00000001")
    with pytest.raises(UserError, match="has no default VPC in ap-northeast-2") as error:
        world.plan(network=DEFAULT)
    assert "a new VPC is made then" in error.value.then
