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
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Subnets:
    """The places of the load balancer and of the tasks, as expressions or literal ids.

    `internet_route` is the logical id of what the load balancer must wait for, where this template makes the VPC.
    """

    vpc: Any
    public: list[Any]
    tasks: list[Any]
    tasks_are_public: bool
    internet_route: str | None = None


def new_vpc(stack: Builder[Any], identity: Identity, cidr: str) -> Subnets:
    """Add the VPC's resources to a stack.

    One NAT gateway serves both zones: half the cost of one per zone; without its zone the tasks in the other keep
    serving, but cannot call out.
    """
    network = IPv4Network(cidr)
    vpc = stack.add(
        VPC(
            "Vpc",
            CidrBlock=cidr,
            EnableDnsHostnames=True,
            EnableDnsSupport=True,
            Tags=stack.tags(Name=identity.name),
        )
    )
    gateway = stack.add(InternetGateway("InternetGateway", Tags=stack.tags(Name=identity.name)))
    attachment = stack.add(
        VPCGatewayAttachment("InternetGatewayAttachment", VpcId=Ref(vpc), InternetGatewayId=Ref(gateway))
    )
    blocks = list(network.subnets(prefixlen_diff=2))
    public_table = _route_table(stack, identity, vpc, "Public")
    internet = stack.add(
        Route(
            "PublicRoute",
            RouteTableId=Ref(public_table),
            DestinationCidrBlock=ANYWHERE,
            GatewayId=Ref(gateway),
            DependsOn=attachment.title,
        )
    )
    public = [_subnet(stack, identity, vpc, public_table, "Public", zone, blocks[zone]) for zone in range(ZONES)]
    address = stack.add(
        EIP(
            "NatAddress",
            Domain="vpc",
            DependsOn=attachment.title,
            Tags=stack.tags(Name=f"{identity.name}-nat"),
        )
    )
    nat = stack.add(
        NatGateway(
            "NatGateway",
            AllocationId=GetAtt(address, "AllocationId"),
            SubnetId=Ref(public[0]),
            DependsOn=internet.title,
            Tags=stack.tags(Name=identity.name),
        )
    )
    private_table = _route_table(stack, identity, vpc, "Private")
    stack.add(
        Route(
            "PrivateRoute",
            RouteTableId=Ref(private_table),
            DestinationCidrBlock=ANYWHERE,
            NatGatewayId=Ref(nat),
        )
    )
    private = [
        _subnet(stack, identity, vpc, private_table, "Private", zone, blocks[ZONES + zone]) for zone in range(ZONES)
    ]
    return Subnets(
        vpc=Ref(vpc),
        public=[Ref(subnet) for subnet in public],
        tasks=[Ref(subnet) for subnet in private],
        tasks_are_public=False,
        internet_route=internet.title,
    )


def _route_table(stack: Builder[Any], identity: Identity, vpc: VPC, kind: str) -> RouteTable:
    name = f"{identity.name}-{kind.lower()}"
    return stack.add(RouteTable(f"{kind}RouteTable", VpcId=Ref(vpc), Tags=stack.tags(Name=name)))


def _subnet(  # noqa: PLR0913, PLR0917 - one subnet is this many things
    stack: Builder[Any],
    identity: Identity,
    vpc: VPC,
    table: RouteTable,
    kind: str,
    zone: int,
    block: IPv4Network,
) -> Subnet:
    """One zone's subnet with its route table; the address range goes by the zone's number, so that it never moves."""
    letter = "AB"[zone]
    subnet = stack.add(
        Subnet(
            f"{kind}Subnet{letter}",
            VpcId=Ref(vpc),
            CidrBlock=str(block),
            AvailabilityZone=Select(zone, GetAZs("")),
            Tags=stack.tags(Name=f"{identity.name}-{kind.lower()}-{letter.lower()}"),
        )
    )
    stack.add(
        SubnetRouteTableAssociation(f"{kind}Subnet{letter}RouteTable", SubnetId=Ref(subnet), RouteTableId=Ref(table))
    )
    return subnet
