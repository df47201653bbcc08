"""Networks of which a part is not seen, or does what no default route says: a line at most, and no failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.preflight.placement import Placement
from stacks.preflight.routes import check_routes
from stacks.preflight.subnets import check_subnets
from tests.e2e.preflight.test_preflight_network import EVERY_TASK, A, B, C, network, refused
from tests.support.faults import refusal
from tests.support.world import settings

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import SubnetTypeDef

    from tests.support.faults import Fault
    from tests.support.networks import Net
    from tests.support.world import World


def test_a_network_that_may_not_be_looked_at_at_all(world: World, net: Net, public: tuple[str, str]) -> None:
    """Who may read neither subnets nor routes nor endpoints is told which right is missing, and goes on."""
    private = (net.subnet(A), net.subnet(C))
    net.table(*private)
    denied = (403, refusal("UnauthorizedOperation", "not authorized"))
    given = network(net, public, private)
    for lacking in ("DescribeSubnets", "DescribeRouteTables", "DescribeVpcEndpoints"):

        def answer(action: str, lacking: str = lacking) -> Fault | None:
            return denied if action == lacking else None

        with world.behind(answer) as seen:
            assert seen.plan(network=given).change_set
        assert f"[network]: whether it fits is not known, because ec2:{lacking} is not allowed" in world.said


def test_subnets_whose_route_table_is_not_listed(world: World, net: Net, public: tuple[str, str]) -> None:
    """An account that shares its subnets need not show its main route table: that is a line, and no failure."""
    nothing = "<DescribeRouteTablesResponse><routeTableSet/></DescribeRouteTablesResponse>"
    with world.behind(lambda action: (200, nothing) if action == "DescribeRouteTables" else None) as seen:
        assert seen.plan(network=network(net, public)).change_set
    assert [it for it in world.said if f"no route table of {public[0]}, {public[1]} is listed" in it]


def test_endpoints_of_another_account(world: World, net: Net, public: tuple[str, str]) -> None:
    """Whose VPC is shared sees no endpoints, though tasks reach them: that is a line, and no failure."""
    private = (net.subnet(A), net.subnet(C))
    net.table(*private)
    wanted = settings(network=network(net, public, private))
    places = Placement(vpc_id=net.vpc_id, balancer=public, balancer_key="public_subnet_ids", private=private)
    found = check_subnets(world.aws, wanted, places, creates=False)
    theirs: dict[str, SubnetTypeDef] = {subnet_id: {**it, "OwnerId": "210987654321"} for subnet_id, it in found.items()}
    said = check_routes(world.aws, wanted, places, theirs)
    assert "is not known, because the VPC is account 210987654321's" in said


def test_endpoints_in_another_vpc(world: World, net: Net, public: tuple[str, str]) -> None:
    """A transit gateway without a default route may lead to a network that has the endpoints for several."""
    private = (net.subnet(A), net.subnet(C))
    table = net.table(*private)
    net.ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.64.0.0/10", **net.gateway("tgw"))
    assert world.plan(network=network(net, public, private)).change_set
    (said,) = [it for it in world.said if "is not known" in it]
    assert said.endswith(f"because route table {table} also leads to tgw-0123456789abcdef0")


def test_endpoints_where_the_default_route_is_of_no_use(world: World, net: Net, public: tuple[str, str]) -> None:
    """Tasks without a public address in a public subnet start if everything that they need has an endpoint."""
    private = (net.subnet(A), net.subnet(C))
    table = net.table(*private, kind="igw")
    net.endpoints(*EVERY_TASK)
    assert f"{private[0]} is public" in refused(world, network(net, public, private)).why
    net.endpoints("s3", tables=(table,))
    assert world.plan(network=network(net, public, private)).change_set


def test_an_appliance_before_the_internet_gateway(world: World, net: Net) -> None:
    """Default routes to a network interface are a way in where the internet gateway leads to it, too."""
    inside = (net.subnet(A), net.subnet(C))
    table = net.table(*inside)
    appliance = net.ec2.create_network_interface(SubnetId=net.subnet(B))["NetworkInterface"]["NetworkInterfaceId"]
    answer = "DescribeRouteTablesResponse"

    def tables(*edges: str) -> str:
        associations = "".join(f"<item><subnetId>{it}</subnetId></item>" for it in inside)
        associations += "".join(f"<item><gatewayId>{it}</gatewayId></item>" for it in edges)
        route = (
            f"<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>"
            f"<networkInterfaceId>{appliance}</networkInterfaceId><state>active</state></item>"
        )
        inner = f"<routeTableId>{table}</routeTableId><routeSet>{route}</routeSet>"
        inner += f"<associationSet>{associations}</associationSet>"
        return f"<{answer}><routeTableSet><item>{inner}</item></routeTableSet></{answer}>"

    def plan(*edges: str) -> bool:
        given = (200, tables(*edges))
        with world.behind(lambda action: given if action == "DescribeRouteTables" else None) as seen:
            return seen.plan(network=network(net, inside)).change_set is not None

    assert plan("igw-0123456789abcdef0")
    with pytest.raises(UserError, match=f"0.0.0.0/0 goes to {appliance}"):
        plan()
