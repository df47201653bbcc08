"""In which zones a new VPC has its subnets: chosen when it is made, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.rendered.rendered import ROOT
from tests.e2e.plan.test_network_modes import subnets
from tests.e2e.request import earlier_stacks
from tests.support.faults import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.e2e.request.earlier_stacks import Templates
    from tests.support.accounts import Account
    from tests.support.faults import Fault
    from tests.support.world import World

A, B, C = (f"ap-northeast-2{letter}" for letter in "abc")
NETWORK = "network.template.json"
DENIED: Fault = (403, refusal("UnauthorizedOperation", "not authorized"))


def no_default_subnets_but(account: Account, *zones: str) -> None:
    """Leave the account's default VPC with subnets in these zones only."""
    ec2 = account.client("ec2")
    for subnet in ec2.describe_subnets()["Subnets"]:
        if subnet["AvailabilityZone"] not in zones:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])


def zone(
    name: str, zone_id: str, *, state: str = "available", opted: str = "opt-in-not-required", kind: str = ""
) -> str:
    """One of the account's zones, as EC2 tells it."""
    return (
        f"<item><zoneName>{name}</zoneName><zoneId>{zone_id}</zoneId><zoneState>{state}</zoneState>"
        f"<optInStatus>{opted}</optInStatus><zoneType>{kind or 'availability-zone'}</zoneType></item>"
    )


def zones(*items: str) -> Fault:
    """The answer with these zones."""
    body = f"<availabilityZoneInfo>{''.join(items)}</availabilityZoneInfo>"
    return 200, f"<DescribeAvailabilityZonesResponse>{body}</DescribeAvailabilityZonesResponse>"


def chosen(world: World, answers: dict[str, Fault], **network: Any) -> str | None:
    """The zones of a plan, where EC2 answers so."""
    with world.behind(answers.get) as seen:
        return seen.plan(network=network).request.parameters["AvailabilityZones"]


def refused(world: World, answers: dict[str, Fault], **network: Any) -> str:
    """What is said instead of a plan."""
    with world.behind(answers.get) as seen, pytest.raises(UserError) as error:
        seen.plan(network=network)
    return str(error.value)


def with_get_azs(templates: Templates) -> None:
    """Let CloudFormation choose the zones, as it did."""
    root, network = templates[ROOT], templates[NETWORK]
    del root["Parameters"]["AvailabilityZones"], network["Parameters"]
    del root["Resources"]["Network"]["Properties"]["Parameters"]
    for it in network["Resources"].values():
        if it["Type"] == "AWS::EC2::Subnet":
            it["Properties"]["AvailabilityZone"]["Fn::Select"][1] = {"Fn::GetAZs": ""}


def places(world: World) -> list[str]:
    """The zones of the public subnets, in the subnets' order."""
    return [it["AvailabilityZone"] for name, it in sorted(subnets(world).items()) if name.startswith("public-")]


def test_subnets_that_cloudformation_has_placed_stay_where_they_are(world: World) -> None:
    """Their zones are read from them, though others would be chosen today, and are a parameter from then on."""
    no_default_subnets_but(world.account, B, C)
    assert earlier_stacks.deploy(world, with_get_azs, values={}) == "CREATE_COMPLETE"
    before = subnets(world)
    assert places(world) == [B, C]
    planned = world.plan()
    assert planned.request.parameters["AvailabilityZones"] == f"{B},{C}"
    assert f"Zones: {B}, {C}, where the subnets are." in planned.request.notes
    world.execute(planned)
    world.deploy(network={"zones": 3})
    assert places(world) == [B, C, A]
    world.deploy()
    assert {name: it["SubnetId"] for name, it in subnets(world).items()} == {
        name: it["SubnetId"] for name, it in before.items()
    }


def test_only_zones_in_which_tasks_run_are_chosen(world: World) -> None:
    """Local and Wavelength Zones, those that are not opted in or not available, and those without Fargate are left."""
    answers = {
        "DescribeAvailabilityZones": zones(
            zone("ap-northeast-1-tpe-1a", "apne1-tpe1-az1", kind="local-zone", opted="opted-in"),
            zone("ap-northeast-1-wl1-kix-wlz-1", "apne1-wl1-kix-wlz1", kind="wavelength-zone", opted="opted-in"),
            zone("ap-northeast-1a", "apne1-az3"),
            zone("ap-northeast-1b", "apne1-az4", state="unavailable"),
            zone("ap-northeast-1e", "apne1-az2"),
            zone("ap-northeast-1c", "apne1-az1"),
            zone("ap-northeast-1d", "apne1-az5", opted="not-opted-in"),
        )
    }
    assert chosen(world, answers) == "ap-northeast-1c,ap-northeast-1e"
    said = refused(world, answers, zones=3)
    assert "3 are wanted, and account" in said
    assert "ap-northeast-1a (apne1-az3) has no Fargate; ap-northeast-1b is unavailable; ap-northeast-1d is not" in said
    assert said.endswith("Set zones = 2.")
    named = ("ap-northeast-1e", "ap-northeast-1a")
    assert "ap-northeast-1a (apne1-az3) has no Fargate" in refused(world, answers, availability_zones=named)


def test_zones_that_are_named(world: World) -> None:
    """They are taken in their order, where the account has them; a right to look is not needed."""
    assert chosen(world, {}, availability_zones=(C, A)) == f"{C},{A}"
    assert "ap-northeast-2d is no zone of account" in refused(world, {}, availability_zones=(A, "ap-northeast-2d"))
    blind = {"DescribeAvailabilityZones": DENIED}
    assert chosen(world, blind, availability_zones=(C, A)) == f"{C},{A}"
    assert "ec2:DescribeAvailabilityZones is not allowed\nName 2 zones of" in refused(world, blind)


def services(
    where: Iterable[str], *names: str, dns: str = "<privateDnsName>it.amazonaws.com</privateDnsName>"
) -> Fault:
    """The answer with these endpoint services in these zones."""
    there = "".join(f"<item>{it}</item>" for it in where)
    items = "".join(
        f"<item><serviceName>com.amazonaws.ap-northeast-2.{it}</serviceName>"
        f"<availabilityZoneSet>{there}</availabilityZoneSet>{dns}</item>"
        for it in names
    )
    body = f"<serviceDetailSet>{items}</serviceDetailSet>"
    return 200, f"<DescribeVpcEndpointServicesResponse>{body}</DescribeVpcEndpointServicesResponse>"


def test_endpoints_are_in_the_zones_that_are_chosen(world: World) -> None:
    """A service that is not in all zones decides which ones are chosen; where they are given, it is refused."""
    rare = {"DescribeVpcEndpointServices": services((B, C), "bedrock-runtime")}
    wanted = {"interface_endpoints": ("bedrock-runtime",)}
    assert chosen(world, rare, **wanted) == f"{B},{C}"
    assert f"{A} lack endpoints that are wanted" in refused(world, rare, zones=3, **wanted)
    said = refused(world, rare, availability_zones=(A, B), **wanted)
    assert f"bedrock-runtime has no endpoint in {A}, but in {B}, {C}" in said
    unknown = refused(world, {}, interface_endpoints=("bedrok-runtime", "sqs"))
    assert "[network] interface_endpoints: ap-northeast-2 has no interface endpoints for bedrok-runtime" in unknown
    nameless = {"DescribeVpcEndpointServices": services((A, B), "bedrock-runtime", dns="")}
    assert "bedrock-runtime cannot have the service's own name" in refused(world, nameless, **wanted)
    assert chosen(world, {"DescribeVpcEndpointServices": DENIED}, **wanted) == f"{A},{B}"


def test_default_subnets_without_fargate_are_left_out(world: World) -> None:
    """The default VPC may have subnets where no task starts."""
    subnet = "<item><subnetId>subnet-0000000{0}</subnetId><availabilityZone>ap-northeast-1{1}</availabilityZone>"
    zone_id = "<availabilityZoneId>apne1-az{2}</availabilityZoneId><vpcId>vpc-00000001</vpcId></item>"
    items = "".join((subnet + zone_id).format(*it) for it in ((1, "a", 3), (2, "c", 1)))
    answer = 200, f"<DescribeSubnetsResponse><subnetSet>{items}</subnetSet></DescribeSubnetsResponse>"
    assert "default subnets in ap-northeast-1c only" in refused(
        world, {"DescribeSubnets": answer}, use_default_vpc=True
    )
