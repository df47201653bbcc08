"""The new VPC: its ranges, and how tasks reach out in each way that can be chosen."""

from __future__ import annotations

import itertools
from ipaddress import IPv4Network
from typing import Any

import pytest

from tests.support.templates import of_type, properties, tree

WAYS = ("nat", "nat_per_zone", "endpoints", "public")
EVERY_TASK = {"ecr.api", "ecr.dkr", "logs", "secretsmanager"}


def network(**settings: Any) -> dict[str, Any]:
    """The Network template of Preto-2 with these settings of the network."""
    template: dict[str, Any] = tree(network=settings)["Network"]
    return template


def ranges(template: dict[str, Any]) -> dict[str, IPv4Network]:
    """The ranges of the subnets, by logical id."""
    found = of_type(template, "AWS::EC2::Subnet")
    return {name: IPv4Network(it["Properties"]["CidrBlock"]) for name, it in found.items()}


def task_subnets(template: dict[str, Any]) -> list[str]:
    """The logical ids of the tasks' subnets."""
    return [it["Ref"] for it in template["Outputs"]["SubnetIds"]["Value"]["Fn::Join"][1]]


def table_of(template: dict[str, Any], subnet: str) -> str:
    """The route table of a subnet: exactly one."""
    found = [it["Properties"] for it in of_type(template, "AWS::EC2::SubnetRouteTableAssociation").values()]
    (table,) = [it["RouteTableId"]["Ref"] for it in found if it["SubnetId"] == {"Ref": subnet}]
    return str(table)


def default_route(template: dict[str, Any], subnet: str) -> dict[str, Any] | None:
    """Where a subnet's traffic to the internet goes, or None."""
    table = {"Ref": table_of(template, subnet)}
    found = [it["Properties"] for it in of_type(template, "AWS::EC2::Route").values()]
    routes = [it for it in found if it["RouteTableId"] == table and it.get("DestinationCidrBlock") == "0.0.0.0/0"]
    assert len(routes) <= 1
    return routes[0] if routes else None


def services(template: dict[str, Any], subnet: str) -> set[str]:
    """The services that have an endpoint for a subnet."""
    found = set()
    for it in of_type(template, "AWS::EC2::VPCEndpoint").values():
        endpoint = it["Properties"]
        name = endpoint["ServiceName"]
        name = name["Fn::If"][2] if "Fn::If" in name else name
        interface = endpoint["VpcEndpointType"] == "Interface"
        there = endpoint["SubnetIds"] if interface else endpoint["RouteTableIds"]
        if {"Ref": subnet if interface else table_of(template, subnet)} in there:
            assert not interface or endpoint["PrivateDnsEnabled"]
            found.add(name["Fn::Sub"].removeprefix("com.amazonaws.${AWS::Region}."))
    return found


@pytest.mark.parametrize("zones", [2, 3])
def test_subnets_lie_in_the_vpc_without_overlap(zones: int) -> None:
    """One of each kind in each zone, and each is large enough for a load balancer even in the smallest VPC."""
    for block in ("10.20.0.0/16", "10.20.4.0/24"):
        template = network(vpc_cidr=block, zones=zones)
        found = ranges(template)
        assert sorted(found) == [
            f"{kind}Subnet{'ABC'[zone]}" for kind in ("Private", "Public") for zone in range(zones)
        ]
        assert all(it.subnet_of(IPv4Network(block)) and it.prefixlen <= 27 for it in found.values())
        assert not any(a.overlaps(b) for a, b in itertools.combinations(found.values(), 2))
        for name, it in of_type(template, "AWS::EC2::Subnet").items():
            assert it["Properties"]["AvailabilityZone"]["Fn::Select"][0] == "ABC".index(name[-1])
            assert "MapPublicIpOnLaunch" not in it["Properties"]


def test_no_subnet_moves_whatever_else_changes() -> None:
    """Zones, the way out, IPv6 and an internal load balancer: none of them replaces a subnet or a NAT address."""
    kept: dict[tuple[str, str], Any] = {}
    for egress, zones, ipv6, internal in itertools.product(WAYS, (2, 3), (False, True), (False, True)):
        template = network(egress=egress, zones=zones, ipv6=ipv6, internal=internal)
        for kind in ("Subnet", "SubnetRouteTableAssociation", "NatGateway", "EIP"):
            for name, it in of_type(template, f"AWS::EC2::{kind}").items():
                assert kept.setdefault((kind, name), it["Properties"]) == it["Properties"]


@pytest.mark.parametrize("zones", [2, 3])
@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.parametrize("egress", WAYS)
def test_every_task_reaches_what_it_needs_to_start(egress: str, zones: int, *, internal: bool) -> None:
    """By a NAT gateway, by its own address, or by an endpoint for each service; S3 never costs NAT traffic."""
    template = network(egress=egress, zones=zones, internal=internal)
    subnets = task_subnets(template)
    assert len(subnets) == zones
    for subnet in subnets:
        route = default_route(template, subnet)
        assert "s3" in services(template, subnet)
        if egress == "endpoints":
            assert route is None
            assert services(template, subnet) == {*EVERY_TASK, "s3"}
        elif egress == "public":
            assert route is not None
            assert route["GatewayId"] == {"Ref": "InternetGateway"}
        else:
            assert route is not None
            zone = subnet[-1] if egress == "nat_per_zone" else "A"
            assert route["NatGatewayId"] == {"Ref": f"NatGateway{zone}"}


@pytest.mark.parametrize(("egress", "gateways"), [("nat", 1), ("nat_per_zone", 3), ("endpoints", 0), ("public", 0)])
def test_nat_gateways_are_as_many_as_are_paid_for(egress: str, gateways: int) -> None:
    """Each stands in the public subnet of its zone, behind the internet gateway's route."""
    template = network(egress=egress, zones=3)
    found = of_type(template, "AWS::EC2::NatGateway")
    assert len(found) == len(of_type(template, "AWS::EC2::EIP")) == gateways
    for name, it in found.items():
        assert it["Properties"]["SubnetId"] == {"Ref": f"PublicSubnet{name[-1]}"}
        assert it["DependsOn"] == "PublicRoute"


@pytest.mark.parametrize(("egress", "address"), [(it, "ENABLED" if it == "public" else "DISABLED") for it in WAYS])
def test_tasks_have_public_addresses_only_where_nothing_else_leads_out(egress: str, address: str) -> None:
    """Private subnets need none."""
    stack = tree(network={"egress": egress})["Root"]["Resources"]["Ecs"]
    assert stack["Properties"]["Parameters"]["AssignPublicIp"] == address


def test_only_tasks_reach_the_endpoints() -> None:
    """And only by HTTPS."""
    template = network(egress="endpoints")
    (rule,) = properties(template, "EndpointSecurityGroup")["SecurityGroupIngress"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": ["TaskSecurityGroup", "GroupId"]}
    for it in of_type(template, "AWS::EC2::VPCEndpoint").values():
        if it["Properties"]["VpcEndpointType"] == "Interface":
            assert it["Properties"]["SecurityGroupIds"] == [{"Fn::GetAtt": ["EndpointSecurityGroup", "GroupId"]}]


def test_a_key_of_ones_own_is_reached_too() -> None:
    """Where data is encrypted with it."""
    template = tree(network={"egress": "endpoints"}, security={"kms_key": "own"})["Network"]
    assert all("kms" in services(template, subnet) for subnet in task_subnets(template))


@pytest.mark.parametrize("egress", ["nat", "endpoints"])
def test_further_services_stay_in_the_network(egress: str) -> None:
    """Those that are named get an endpoint each, one that the tasks need anyway not a second one."""
    named = ("ec2", "bedrock-runtime", "ecr.api")
    template = network(egress=egress, interface_endpoints=named)
    for subnet in task_subnets(template):
        assert set(named) <= services(template, subnet)
        assert ("logs" in services(template, subnet)) == (egress == "endpoints")
    assert "IsChina" in template["Conditions"]
    assert "Conditions" not in network(interface_endpoints=("bedrock-runtime",))


def test_the_registrys_endpoints_have_another_name_in_china() -> None:
    """The same template deploys there."""
    template = network(egress="endpoints")
    name = properties(template, "EcrApiEndpoint")["ServiceName"]["Fn::If"]
    assert name[1] == {"Fn::Sub": "cn.com.amazonaws.${AWS::Region}.ecr.api"}
    assert template["Conditions"][name[0]] == {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}
    assert properties(template, "LogsEndpoint")["ServiceName"] == {"Fn::Sub": "com.amazonaws.${AWS::Region}.logs"}


def test_without_a_need_for_the_internet_nothing_leads_there() -> None:
    """An internal load balancer with endpoints: no internet gateway, no public subnet."""
    template = network(egress="endpoints", internal=True)
    kinds = {it["Type"] for it in template["Resources"].values()}
    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route"}
    assert {name[:-1] for name in ranges(template)} == {"PrivateSubnet"}


@pytest.mark.parametrize(
    ("changed", "ranges"),
    [
        ({}, [("CidrIp", "0.0.0.0/0")]),
        ({"ipv6": True}, [("CidrIp", "0.0.0.0/0")]),
        ({"ipv6": True, "egress": "public"}, [("CidrIp", "0.0.0.0/0"), ("CidrIpv6", "::/0")]),
        ({"use_default_vpc": True}, [("CidrIp", "0.0.0.0/0"), ("CidrIpv6", "::/0")]),
    ],
)
def test_tasks_reach_out_by_each_address_that_they_can_have(
    changed: dict[str, Any], ranges: list[tuple[str, str]]
) -> None:
    """On Fargate a task in a subnet with an IPv6 range has such an address: what it sends by it would never arrive."""
    rules = properties(network(**changed), "TaskSecurityGroup")["SecurityGroupEgress"]
    assert [(kind, rule[kind]) for rule in rules for kind in ("CidrIp", "CidrIpv6") if kind in rule] == ranges
