"""Which existing networks are refused before anything is uploaded, and with which words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.preflight.access_lists import check_traffic
from stacks.preflight.placement import Placement
from tests.e2e.preflight.test_preflight import uploads
from tests.support.faults import refusal
from tests.support.networks import Net
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

A, B, C = (f"ap-northeast-2{letter}" for letter in "abc")
Rule = tuple[bool, str, int, int]
"""Of an ACL: whether it is for what goes out, what it does, and from which to which port of TCP."""
EVERY_TASK = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")


def network(net: Net, public: tuple[str, ...], private: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """The settings that name these subnets."""
    return {"vpc_id": net.vpc_id, "public_subnet_ids": public, "private_subnet_ids": private, **more}


def refused(world: World, wanted: dict[str, Any], **more: Any) -> UserError:
    """What is said of these settings; nothing is uploaded."""
    with pytest.raises(UserError) as error:
        world.plan(network=wanted, **more)
    assert uploads(world) == 0
    return error.value


def test_public_subnets_are_enough(world: World, net: Net, public: tuple[str, str]) -> None:
    """A given network is deployed into."""
    assert world.deploy(network=network(net, public)).state == "CREATE_COMPLETE"


def test_subnets_in_one_zone(world: World, net: Net, public: tuple[str, str]) -> None:
    """The error names the list, the subnets and the zone; the tasks' subnets are in two zones as well."""
    same = (net.subnet(A), net.subnet(A))
    error = refused(world, network(net, same))
    assert error.what == "[network] public_subnet_ids"
    assert f"{same[0]}, {same[1]} are all in zone {A}" in error.why
    assert refused(world, network(net, public, same)).what == "[network] private_subnet_ids"


def test_two_subnets_of_a_zone(world: World, net: Net, public: tuple[str, str]) -> None:
    """A load balancer takes one of each."""
    twice = net.subnet(A)
    assert f"{public[0]} and {twice} are both in {A}" in refused(world, network(net, (*public, twice))).why


def test_subnets_that_do_not_exist(world: World, net: Net, public: tuple[str, str]) -> None:
    """They are named, and those that exist are not."""
    error = refused(world, network(net, (public[0], "subnet-0123456789abcdef0")))
    assert "has no subnet-0123456789abcdef0 in ap-northeast-2" in error.why
    assert public[0] not in error.why


def test_subnets_of_another_vpc(world: World, net: Net, public: tuple[str, str]) -> None:
    """The error says in which VPC they are."""
    wanted = network(net, public) | {"vpc_id": "vpc-0123456789abcdef0"}
    error = refused(world, wanted)
    assert f"{public[0]} is in {net.vpc_id}" in error.why
    assert "vpc_id is vpc-0123456789abcdef0" in error.why


def test_too_few_free_addresses(world: World, net: Net, public: tuple[str, str]) -> None:
    """Eight in each of the load balancer's subnets; one that is there already has its own."""
    small = net.subnet(B, size=28)
    for _ in range(3):
        assert world.plan(network=network(net, (public[0], small))).change_set
        net.ec2.create_network_interface(SubnetId=small)
    net.ec2.create_network_interface(SubnetId=small)
    with pytest.raises(UserError, match=f"{small} has 7 free addresses"):
        world.plan(network=network(net, (public[0], small)))
    world.deploy(network=network(net, public))
    assert world.plan(network=network(net, (public[0], small))).change_set


def test_a_load_balancer_that_no_browser_reaches(world: World, net: Net, public: tuple[str, str]) -> None:
    """Its subnets lead to the internet, or it is internal; the error names subnet, table and what the table says."""
    other = net.subnet(B)
    table = net.table(other)
    error = refused(world, network(net, (public[0], other)))
    assert f"{other} has no route to an internet gateway: route table {table} has no route for 0.0.0.0/0" in error.why
    assert public[0] not in error.why
    behind_nat = net.subnet(B)
    net.table(behind_nat, kind="nat", through=public[0])
    assert "0.0.0.0/0 goes to nat-" in refused(world, network(net, (public[0], behind_nat))).why


@pytest.mark.parametrize("kind", ["nat", "tgw"])
def test_private_subnets_with_a_way_out(world: World, net: Net, public: tuple[str, str], kind: str) -> None:
    """A NAT gateway or a transit gateway: both are taken to lead to what tasks need."""
    private = (net.subnet(A), net.subnet(C))
    net.table(*private, kind=kind, through=public[0])
    assert world.plan(network=network(net, public, private)).change_set


def test_private_subnets_that_are_public(world: World, net: Net, public: tuple[str, str]) -> None:
    """Tasks there have no public address, without which an internet gateway leads nowhere."""
    private = (net.subnet(A), net.subnet(C))
    error = refused(world, network(net, public, private))
    assert error.what == "[network] private_subnet_ids"
    assert f"{private[0]} is public (0.0.0.0/0 goes to igw-" in error.why
    assert "NAT gateway" in error.then


def test_private_subnets_without_a_way_out(world: World, net: Net, public: tuple[str, str]) -> None:
    """Exactly what is missing is named, until nothing is."""
    private = (net.subnet(A), net.subnet(C))
    table = net.table(*private)
    wanted = network(net, public, private)
    everything = f"has no endpoint for {', '.join(EVERY_TASK)}, s3"
    assert refused(world, wanted).why == f"{private[0]}, {private[1]} have no route out, and {net.vpc_id} {everything}"
    other = Net(net.ec2)
    other.endpoints(*EVERY_TASK)
    assert refused(world, wanted).why.endswith(everything)
    net.endpoints("ecr.api", "ecr.dkr", "logs")
    error = refused(world, wanted)
    assert error.why.endswith("has no endpoint for secretsmanager, s3")
    assert f"a gateway endpoint in {table}" in error.then
    net.endpoints("secretsmanager")
    net.endpoints("s3", tables=("rtb-0123456789abcdef0",))
    assert refused(world, wanted).why.endswith("has no endpoint for s3")
    net.endpoints("s3", tables=(table,))
    assert refused(world, wanted, security={"kms_key": "own"}).why.endswith("has no endpoint for kms")
    assert world.plan(network=wanted).change_set


def test_an_internal_load_balancer_needs_no_internet(world: World, net: Net, public: tuple[str, str]) -> None:
    """Its subnets may be the tasks' too, and then need a way out and no public address."""
    both = (net.subnet(A), net.subnet(C))
    assert "is public" in refused(world, network(net, public, internal=True)).why
    net.table(*both, kind="nat", through=public[0])
    assert world.plan(network=network(net, both, internal=True)).change_set


def test_ipv6_where_there_is_none(world: World, net: Net, public: tuple[str, str]) -> None:
    """The subnets without a range are named."""
    error = refused(world, network(net, public, ipv6=True))
    assert f"ipv6 is on, and {public[0]}, {public[1]} have no IPv6 range" in error.why


@pytest.mark.parametrize("routed", [True, False])
def test_ipv6_needs_a_route_as_well(world: World, *, routed: bool) -> None:
    """A subnet with a range, but without a route for it, is reached by nobody."""
    wanted = _with_ipv6(world, routed=routed)
    if routed:
        assert world.deploy(network=wanted).state == "CREATE_COMPLETE"
    else:
        assert "has no route for ::/0" in refused(world, wanted).why


def _with_ipv6(world: World, *, routed: bool) -> dict[str, Any]:
    """A network with IPv6, which only CloudFormation can make here."""
    vpc, table = {"Ref": "Vpc"}, {"Ref": "Table"}
    parts = {"Fn::Cidr": [{"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, 8, 64]}
    resources: dict[str, Any] = {
        "Vpc": ("VPC", {"CidrBlock": "10.0.0.0/16"}),
        "Range": ("VPCCidrBlock", {"VpcId": vpc, "AmazonProvidedIpv6CidrBlock": True}),
        "Gateway": ("InternetGateway", {}),
        "Table": ("RouteTable", {"VpcId": vpc}),
        "Route": (
            "Route",
            {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"Ref": "Gateway"}},
        ),
    }
    if routed:
        route = {"RouteTableId": table, "DestinationIpv6CidrBlock": "::/0", "GatewayId": {"Ref": "Gateway"}}
        resources["Ipv6Route"] = ("Route", route)
    for number, zone in enumerate((A, B)):
        subnet = {"Ref": f"Subnet{number}"}
        block = {"VpcId": vpc, "CidrBlock": f"10.0.{number}.0/24", "AvailabilityZone": zone}
        resources[f"Subnet{number}"] = ("Subnet", block)
        part = {"SubnetId": subnet, "Ipv6CidrBlock": {"Fn::Select": [number, parts]}}
        resources[f"Part{number}"] = ("SubnetCidrBlock", part)
        resources[f"Table{number}"] = ("SubnetRouteTableAssociation", {"SubnetId": subnet, "RouteTableId": table})
    body: dict[str, Any] = {
        name: {"Type": f"AWS::EC2::{kind}", "Properties": it} for name, (kind, it) in resources.items()
    }
    for number in range(2):
        body[f"Part{number}"]["DependsOn"] = "Range"
    cloudformation = world.account.client("cloudformation")
    outputs = {name: {"Value": {"Ref": name}} for name in ("Vpc", "Subnet0", "Subnet1")}
    cloudformation.create_stack(StackName="theirs", TemplateBody=json.dumps({"Resources": body, "Outputs": outputs}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="theirs", WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName="theirs")["Stacks"]
    made = {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}
    return {"vpc_id": made["Vpc"], "public_subnet_ids": (made["Subnet0"], made["Subnet1"]), "ipv6": True}


def test_a_nat_gateway_that_is_no_more(world: World, net: Net, public: tuple[str, str]) -> None:
    """Tasks behind it reach nothing; the error names the gateway and its state."""
    private = (net.subnet(A), net.subnet(C))
    net.table(*private, kind="nat", through=public[0])
    (gateway,) = net.ec2.describe_nat_gateways(Filters=[{"Name": "vpc-id", "Values": [net.vpc_id]}])["NatGateways"]
    net.ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    error = refused(world, network(net, public, private))
    assert error.why == f"{private[0]} has no way out: NAT gateway {gateway['NatGatewayId']} is deleted"


def test_a_nat_gateway_without_a_way_out(world: World, net: Net, public: tuple[str, str]) -> None:
    """It is in a private subnet, or in one that leads to itself, and so leads nowhere."""
    private, cellar = (net.subnet(A), net.subnet(C)), net.subnet(B)
    table = net.table(cellar)
    net.table(*private, kind="nat", through=cellar)
    error = refused(world, network(net, public, private))
    assert error.why.endswith(f"is in {cellar}, and route table {table} has no route for 0.0.0.0/0")
    inside = (net.subnet(A), net.subnet(C))
    net.table(*inside, kind="nat", through=inside[0])
    assert f"is in {inside[0]}, and 0.0.0.0/0 goes to nat-" in refused(world, network(net, public, inside)).why


def test_an_acl_that_lets_nothing_through(world: World, net: Net, public: tuple[str, str]) -> None:
    """Neither the tasks nor the load balancer would do; the error names the ACL and what it does not allow."""
    filters = [{"Name": "vpc-id", "Values": [net.vpc_id]}]
    acl = net.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]
    net.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False)
    why = refused(world, network(net, public)).why
    assert why == f"network ACL {acl} of {public[0]} does not allow answers in, to what tasks ask"
    net.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=True)
    why = refused(world, network(net, public)).why
    assert why.endswith("HTTPS out, by which tasks pull their image nor answers in, to what tasks ask")
    for egress in (True, False):
        net.ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=200, Protocol="6", RuleAction="allow", Egress=egress, CidrBlock="10.0.0.0/8"
        )
    assert world.plan(network=network(net, public)).change_set


def acl(subnet_id: str, *entries: Rule) -> str:
    """What EC2 answers for one ACL of a subnet."""
    rules = "".join(
        f"<item><ruleNumber>{number}</ruleNumber><protocol>6</protocol><ruleAction>{action}</ruleAction>"
        f"<egress>{str(egress).lower()}</egress><cidrBlock>0.0.0.0/0</cidrBlock>"
        f"<portRange><from>{first}</from><to>{last}</to></portRange></item>"
        for number, (egress, action, first, last) in enumerate(entries, 1)
    )
    place = f"<associationSet><item><subnetId>{subnet_id}</subnetId></item></associationSet>"
    inner = f"<networkAclId>acl-1</networkAclId><default>false</default><entrySet>{rules}</entrySet>{place}"
    answer = "DescribeNetworkAclsResponse"
    return f"<{answer}><networkAclSet><item>{inner}</item></networkAclSet></{answer}>"


PORTS: list[tuple[str, list[Rule]]] = [
    ("", [(True, "allow", 443, 443), (True, "allow", 1024, 65535), (False, "allow", 80, 65535)]),
    ("", [(True, "deny", 25, 25), (True, "allow", 0, 65535), (False, "allow", 0, 65535)]),
    ("HTTPS out", [(True, "allow", 80, 80), (False, "allow", 0, 65535)]),
    ("HTTPS out", [(True, "deny", 0, 65535), (True, "allow", 443, 443), (False, "allow", 0, 65535)]),
    ("answers out, to browsers", [(True, "allow", 443, 443), (False, "allow", 0, 65535)]),
    ("port 80 in, on which the load balancer listens", [(True, "allow", 0, 65535), (False, "allow", 1024, 65535)]),
]
"""What an ACL does not allow, and its rules."""


def test_what_an_acl_lets_through(world: World, net: Net, public: tuple[str, str]) -> None:
    """The rule with the lowest number decides, port by port."""
    places = Placement(vpc_id=net.vpc_id, balancer=public, balancer_key="public_subnet_ids")
    wanted = settings(network=network(net, public))
    bodies = iter([acl(public[0], *rules) for _, rules in PORTS])
    with world.behind(lambda _: (200, next(bodies))) as seen:
        for missing, _ in PORTS:
            if missing:
                with pytest.raises(UserError, match=f"network ACL acl-1 of {public[0]} does not allow {missing}"):
                    check_traffic(seen.aws, wanted, places)
            else:
                assert not check_traffic(seen.aws, wanted, places)


def test_networks_that_may_not_be_looked_at(world: World, net: Net, public: tuple[str, str]) -> None:
    """ACLs and NAT gateways that nobody may read are said, and the deployment goes on."""
    private = (net.subnet(A), net.subnet(C))
    net.table(*private, kind="nat", through=public[0])
    denied = (403, refusal("UnauthorizedOperation", "not authorized"))
    actions = {"DescribeNetworkAcls", "DescribeNatGateways"}
    with world.behind(lambda action: denied if action in actions else None) as seen:
        assert seen.plan(network=network(net, public, private)).change_set
    assert sum(f"because ec2:{action} is not allowed" in said for said in world.said for action in actions) == len(
        actions
    )
