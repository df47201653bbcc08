"""A new VPC over two zones: public subnets for the load balancer, private ones with a NAT gateway for the tasks."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, GetAZs, Ref, Select
from troposphere.ec2 import (
    EIP,
    VPC,
    InternetGateway,
    NatGateway,
    Route,
    RouteTable,
    Subnet,
    SubnetRouteTableAssociation,
    VPCGatewayAttachment,
)

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder

ZONES = 2
"""Zones that a load balancer needs at the least (Elastic Load Balancing, "Subnets for your load balancer")."""
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Subnets:
    """The places of the load balancer and of the tasks, as expressions or literal ids.

    `internet_route` is the logical id of what the load balancer must wait for, where this template makes the VPC.
    """

    vpc: Any
    public: list[Any]
    tasks: list[Any]
    internet_route: str | None = None


def new_vpc(stack: Builder[Any], identity: Identity, cidr: str) -> Subnets:
    """Add the VPC's resources to a stack: a quarter of `cidr` for each subnet."""
    vpc = stack.add(
        VPC(
            "Vpc",
            CidrBlock=cidr,
            EnableDnsHostnames=True,
            EnableDnsSupport=True,
            Tags=stack.tags(Name=identity.name),
        )
    )
    public_table = _route_table(stack, identity, vpc, "Public")
    private_table = _route_table(stack, identity, vpc, "Private")
    blocks = list(IPv4Network(cidr).subnets(prefixlen_diff=2))
    public = [_subnet(stack, identity, public_table, "Public", zone, blocks[zone]) for zone in range(ZONES)]
    private = [_subnet(stack, identity, private_table, "Private", zone, blocks[ZONES + zone]) for zone in range(ZONES)]
    attachment, internet = _internet(stack, identity, vpc, public_table)
    _nat(stack, identity, public[0], private_table, [attachment, internet])
    return Subnets(
        vpc=Ref(vpc),
        public=[Ref(subnet) for subnet in public],
        tasks=[Ref(subnet) for subnet in private],
        internet_route=internet,
    )


def _internet(stack: Builder[Any], identity: Identity, vpc: VPC, table: RouteTable) -> tuple[str, str]:
    """The public subnets' way in and out; the logical ids of the gateway's attachment and of the route through it."""
    gateway = stack.add(InternetGateway("InternetGateway", Tags=stack.tags(Name=identity.name)))
    attachment = stack.add(
        VPCGatewayAttachment("InternetGatewayAttachment", VpcId=Ref(vpc), InternetGatewayId=Ref(gateway))
    )
    route = stack.add(
        Route(
            "PublicRoute",
            RouteTableId=Ref(table),
            DestinationCidrBlock=ANYWHERE,
            GatewayId=Ref(gateway),
            DependsOn=attachment.title,
        )
    )
    return attachment.title, route.title


def _nat(stack: Builder[Any], identity: Identity, subnet: Subnet, table: RouteTable, internet: list[str]) -> None:
    """The private subnets' way out, which works once the internet gateway does.

    One NAT gateway serves both zones, at half the cost of one for each; without its zone the tasks in the other one
    keep serving, but cannot call out.
    """
    attachment, route = internet
    address = stack.add(
        EIP("NatAddress", Domain="vpc", DependsOn=attachment, Tags=stack.tags(Name=f"{identity.name}-nat"))
    )
    gateway = stack.add(
        NatGateway(
            "NatGateway",
            AllocationId=GetAtt(address, "AllocationId"),
            SubnetId=Ref(subnet),
            DependsOn=route,
            Tags=stack.tags(Name=identity.name),
        )
    )
    stack.add(Route("PrivateRoute", RouteTableId=Ref(table), DestinationCidrBlock=ANYWHERE, NatGatewayId=Ref(gateway)))


def _route_table(stack: Builder[Any], identity: Identity, vpc: VPC, kind: str) -> RouteTable:
    name = f"{identity.name}-{kind.lower()}"
    return stack.add(RouteTable(f"{kind}RouteTable", VpcId=Ref(vpc), Tags=stack.tags(Name=name)))


def _subnet(
    stack: Builder[Any], identity: Identity, table: RouteTable, kind: str, zone: int, block: IPv4Network
) -> Subnet:
    """One zone's subnet with its route table, in the table's VPC. Ranges go by the zone's number and never move."""
    letter = "AB"[zone]
    subnet = stack.add(
        Subnet(
            f"{kind}Subnet{letter}",
            VpcId=table.VpcId,
            CidrBlock=str(block),
            AvailabilityZone=Select(zone, GetAZs("")),
            Tags=stack.tags(Name=f"{identity.name}-{kind.lower()}-{letter.lower()}"),
        )
    )
    stack.add(
        SubnetRouteTableAssociation(f"{kind}Subnet{letter}RouteTable", SubnetId=Ref(subnet), RouteTableId=Ref(table))
    )
    return subnet
