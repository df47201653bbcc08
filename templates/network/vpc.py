"""A new VPC with subnets in two or three zones, and their routes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troposphere import Ref
from troposphere.ec2 import VPC, InternetGateway, Route, RouteTable, Subnet, VPCCidrBlock, VPCGatewayAttachment

from templates.network.endpoints import add_s3
from templates.network.nat import add_nat
from templates.network.ranges import ANYWHERE, ANYWHERE_IPV6, PRIVATE, PUBLIC, range_mark
from templates.network.subnets import LETTERS, Subnets, Tier, add_ipv6, add_route_table, add_subnets

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.inputs import Inputs
    from templates.network.settings import Settings

OF_PUBLIC, OF_PRIVATE = Tier(name="Public", first=PUBLIC), Tier(name="Private", first=PRIVATE)


def add_vpc(stack: Builder[Inputs], identity: Identity, settings: Settings) -> Subnets:
    """Add a VPC, and return the subnets of load balancer and tasks.

    There are no public subnets if nothing needs the internet, and no private ones if the tasks are in the public ones.
    Each private subnet has its own route table, because CloudFormation cannot move a subnet between route tables.
    """
    vpc = stack.add(
        VPC(
            "Vpc",
            CidrBlock=settings.vpc_cidr,
            EnableDnsHostnames=True,
            EnableDnsSupport=True,
            Tags=stack.tags(Name=identity.stem),
        )
    )
    tables = _private_tables(stack, identity, settings, vpc)
    own = range_mark(settings.vpc_cidr)
    private = add_subnets(stack, identity, replace(OF_PRIVATE, mark=own), vpc, tables)
    public: list[Subnet] = []
    awaited: list[str] = []
    task_tables = tables
    if not (settings.internal and settings.egress == "endpoints"):
        table = add_route_table(stack, identity, vpc, "PublicRouteTable", "public")
        public = add_subnets(stack, identity, replace(OF_PUBLIC, mark=own), vpc, [table] * settings.zones)
        internet = _internet(stack, identity, vpc, table, own)
        if settings.egress in {"nat", "nat_per_zone"}:
            add_nat(stack, identity, public if settings.egress == "nat_per_zone" else public[:1], tables, internet, own)
        awaited = [] if settings.internal else [internet[1]]
        task_tables = tables or [table]
    add_s3(stack, identity, vpc, task_tables)
    balancer = private if settings.internal and private else public
    if settings.ipv6:
        kind = OF_PUBLIC if balancer is public else OF_PRIVATE
        awaited += _ipv6(stack, kind, vpc, balancer, internet_facing=not settings.internal)
    return Subnets(
        vpc=Ref(vpc),
        balancer=[Ref(subnet) for subnet in balancer],
        tasks=[Ref(subnet) for subnet in private or public],
        awaited=tuple(awaited),
    )


def _private_tables(stack: Builder[Any], identity: Identity, settings: Settings, vpc: VPC) -> list[RouteTable]:
    if settings.egress == "public":
        return []
    return [
        add_route_table(stack, identity, vpc, f"PrivateRouteTable{letter}", f"private-{letter.lower()}")
        for letter in LETTERS[: settings.zones]
    ]


def _internet(stack: Builder[Any], identity: Identity, vpc: VPC, table: RouteTable, own: str) -> tuple[str, str]:
    """Add the internet gateway, and return the logical ids of its attachment and of the route through it."""
    gateway = stack.add(InternetGateway(f"InternetGateway{own}", Tags=stack.tags(Name=identity.stem)))
    attachment = stack.add(
        VPCGatewayAttachment(f"InternetGatewayAttachment{own}", VpcId=Ref(vpc), InternetGatewayId=Ref(gateway))
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


def _ipv6(stack: Builder[Any], kind: Tier, vpc: VPC, balancer: list[Subnet], *, internet_facing: bool) -> list[str]:
    """Add Amazon-provided IPv6 to the load balancer's subnets, and return the logical ids that it must wait for."""
    block = stack.add(VPCCidrBlock("Ipv6Range", VpcId=Ref(vpc), AmazonProvidedIpv6CidrBlock=True))
    awaited = add_ipv6(stack, kind, vpc, block, balancer)
    own = range_mark(vpc.CidrBlock)
    if internet_facing:
        route = Route(
            "PublicIpv6Route",
            RouteTableId=Ref("PublicRouteTable"),
            DestinationIpv6CidrBlock=ANYWHERE_IPV6,
            GatewayId=Ref(f"InternetGateway{own}"),
            DependsOn=[f"InternetGatewayAttachment{own}", block.title],
        )
        awaited.append(stack.add(route).title)
    return awaited
