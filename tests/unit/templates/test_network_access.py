"""Who reaches the load balancer, by which protocol, and under which path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import GIVEN_NETWORK, of_type, properties, tree
from tests.unit.templates.test_network import attributes

ALONE = {**GIVEN_NETWORK, "private_subnet_ids": ()}


def sources(template: dict[str, Any]) -> set[str]:
    """The ranges from which the load balancer is reached."""
    rules = properties(template, "LoadBalancerSecurityGroup")["SecurityGroupIngress"]
    assert {(it["FromPort"], it["ToPort"]) for it in rules} == {(80, 80)}
    return {it.get("CidrIp") or it["CidrIpv6"] for it in rules}


def test_everyone_may_by_default() -> None:
    """By IPv4; by IPv6 as well where there is IPv6."""
    assert sources(tree()["Network"]) == {"0.0.0.0/0"}
    assert sources(tree(network={"ipv6": True})["Network"]) == {"0.0.0.0/0", "::/0"}


def test_only_the_allowed_ranges_may() -> None:
    """Nobody is added to those that are named."""
    allowed = ("203.0.113.0/24", "2001:db8::/32")
    template = tree(network={"ipv6": True, "allowed_ranges": allowed})["Network"]
    assert sources(template) == set(allowed)
    for rule in properties(template, "LoadBalancerSecurityGroup")["SecurityGroupIngress"]:
        assert ("CidrIpv6" in rule) == (":" in rule.get("CidrIpv6", ""))
        assert rule["Description"] == "HTTP from browsers"


def test_an_open_load_balancer_is_in_the_public_subnets() -> None:
    """And waits for their way to the internet."""
    balancer = tree()["Network"]["Resources"]["LoadBalancer"]
    assert balancer["Properties"]["Scheme"] == "internet-facing"
    assert balancer["Properties"]["Subnets"] == [{"Ref": "PublicSubnetA"}, {"Ref": "PublicSubnetB"}]
    assert balancer["DependsOn"] == ["PublicRoute"]


def test_an_internal_load_balancer_is_among_the_tasks() -> None:
    """It waits for no way to the internet."""
    balancer = tree(network={"internal": True})["Network"]["Resources"]["LoadBalancer"]
    assert balancer["Properties"]["Scheme"] == "internal"
    assert balancer["Properties"]["Subnets"] == [{"Ref": "PrivateSubnetA"}, {"Ref": "PrivateSubnetB"}]
    assert "DependsOn" not in balancer


def test_an_internal_load_balancer_takes_the_open_ones_place_under_another_name() -> None:
    """Old and new exist side by side for a while, and a target group belongs to one load balancer only."""
    before, after = tree()["Network"], tree(network={"internal": True})["Network"]
    for part in ("LoadBalancer", "TargetGroup"):
        assert properties(before, part)["Name"] != properties(after, part)["Name"]


@pytest.mark.parametrize(
    ("network", "address"),
    [
        (GIVEN_NETWORK, "DISABLED"),
        (ALONE, "ENABLED"),
        (ALONE | {"internal": True}, "DISABLED"),
        ({"use_default_vpc": True}, "ENABLED"),
        ({"use_default_vpc": True, "internal": True}, "ENABLED"),
    ],
)
def test_tasks_in_existing_subnets_have_a_public_address_where_there_is_no_other_way(
    network: dict[str, Any], address: str
) -> None:
    """Subnets of an internal load balancer have no internet gateway; a default VPC's have nothing else."""
    stack = tree(network=network)["Root"]["Resources"]["Ecs"]
    assert stack["Properties"]["Parameters"]["AssignPublicIp"] == address


@pytest.mark.parametrize(("internal", "kind", "number"), [(False, "Public", 0), (True, "Private", 4)])
def test_ipv6_reaches_the_load_balancer(number: int, kind: str, *, internal: bool) -> None:
    """Its subnets have a range each of the VPC's, none of them twice, and it waits for them."""
    template = tree(network={"ipv6": True, "internal": internal})["Network"]
    balancer = template["Resources"]["LoadBalancer"]
    assert balancer["Properties"]["IpAddressType"] == "dualstack"
    assert properties(template, "Ipv6Range")["AmazonProvidedIpv6CidrBlock"] is True
    blocks = of_type(template, "AWS::EC2::SubnetCidrBlock")
    assert [it["Properties"]["SubnetId"]["Ref"] for it in blocks.values()] == [f"{kind}SubnetA", f"{kind}SubnetB"]
    numbers = [it["Properties"]["Ipv6CidrBlock"]["Fn::Select"][0] for it in blocks.values()]
    assert numbers == [number, number + 1]
    for name, it in blocks.items():
        assert it["DependsOn"] == "Ipv6Range"
        assert name in balancer["DependsOn"]
    routes = [it["Properties"].get("DestinationIpv6CidrBlock") for it in of_type(template, "AWS::EC2::Route").values()]
    assert ("::/0" in routes) != internal


def test_without_ipv6_there_is_no_trace_of_it() -> None:
    """No range and no route."""
    template = tree()["Network"]
    assert "ipv6" not in str(template["Resources"]).lower()
    assert properties(template, "LoadBalancer")["IpAddressType"] == "ipv4"


@pytest.mark.parametrize(("on", "value"), [(True, "true"), (False, "false")])
def test_deletion_protection_is_said_either_way(value: str, *, on: bool) -> None:
    """So that turning it off turns it off."""
    balancer = properties(tree(network={"deletion_protection": on})["Network"], "LoadBalancer")
    assert attributes(balancer, "LoadBalancerAttributes")["deletion_protection.enabled"] == value


@pytest.mark.parametrize(
    ("network", "path"),
    [
        ({}, "/_stcore/health"),
        ({"base_url_path": "team/app"}, "/team/app/_stcore/health"),
        ({"base_url_path": "app", "health_check_path": "/ready"}, "/ready"),
        ({"base_url_path": "app", "health_check_path": "/_stcore/health"}, "/_stcore/health"),
    ],
)
def test_the_health_path_is_below_the_base_path(network: dict[str, Any], path: str) -> None:
    """Unless another one is set."""
    assert properties(tree(network=network)["Network"], "TargetGroup")["HealthCheckPath"] == path


def test_the_default_vpc_is_passed_from_the_root() -> None:
    """Two parameters without default, which nobody can forget to give."""
    templates = tree(network={"use_default_vpc": True})
    parameters = templates["Root"]["Parameters"]
    assert [name for name, it in parameters.items() if "Default" not in it] == ["PublicSubnetIds", "VpcId"]
    passed = templates["Root"]["Resources"]["Network"]["Properties"]["Parameters"]
    assert passed["VpcId"] == {"Ref": "VpcId"}
    assert passed["PublicSubnetIds"] == {"Fn::Join": [",", {"Ref": "PublicSubnetIds"}]}
    network = templates["Network"]
    assert properties(network, "LoadBalancer")["Subnets"] == {"Ref": "PublicSubnetIds"}
    assert properties(network, "TargetGroup")["VpcId"] == {"Ref": "VpcId"}
    assert network["Outputs"]["SubnetIds"]["Value"] == {"Fn::Join": [",", {"Ref": "PublicSubnetIds"}]}
    assert not of_type(network, "AWS::EC2::VPC")


def test_without_it_the_root_has_no_such_parameters() -> None:
    """What is off leaves no trace."""
    templates = tree()
    for name in ("Root", "Network"):
        assert not {"VpcId", "PublicSubnetIds", "KmsKeyArn"} & set(templates[name].get("Parameters", {}))
