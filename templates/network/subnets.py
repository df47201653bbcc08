"""Subnets: existing ones, and those of a new VPC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import Cidr, GetAtt, Ref, Select
from troposphere.ec2 import VPC, RouteTable, Subnet, SubnetCidrBlock, SubnetRouteTableAssociation, VPCCidrBlock

from templates.network.ranges import PARTS, subnet_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.inputs import Inputs

MIN_ZONES = 2
"""Zones that a load balancer needs, at least (Elastic Load Balancing, "Subnets for your load balancer")."""
LETTERS = "ABC"
ZONE_NAME = r"^[a-z]{2,4}(?:-[a-z]+)+-[0-9]+[a-z]$"
"""The name of an Availability Zone; Local Zones and Wavelength Zones have no Fargate
(https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html)."""
IPV6_SUBNET_BITS = 64
"""Bits for hosts in an IPv6 subnet: AWS gives a VPC a /56, and a subnet has a /64 of it."""


@dataclass(frozen=True, kw_only=True)
class Subnets:
    """The VPC, and the subnets of load balancer and tasks: lists of ids, or references to lists.

    `awaited` are the logical ids of resources of a new VPC for which the load balancer must wait.
    """

    vpc: Any
    balancer: Any
    tasks: Any
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tier:
    """The public or the private subnets of a new VPC; `first` is the part of the VPC's range of the first zone's.

    `mark` is part of the logical ids of their route table associations.
    """

    name: str
    first: int
    mark: str = ""


def add_route_table(stack: Builder[Any], identity: Identity, vpc: VPC, name: str, suffix: str) -> RouteTable:
    """Add and return a route table of a new VPC, without routes."""
    return stack.add(RouteTable(name, VpcId=Ref(vpc), Tags=stack.tags(Name=f"{identity.stem}-{suffix}")))


def add_subnets(
    stack: Builder[Inputs], identity: Identity, kind: Tier, vpc: VPC, tables: Sequence[RouteTable]
) -> list[Subnet]:
    """Add a subnet for each zone, each with its route table. Instances get no public addresses by default.

    Raises ValueError if the inputs have no zones.
    """
    return [_subnet(stack, identity, kind, vpc, zone, table) for zone, table in enumerate(tables)]


def _subnet(stack: Builder[Inputs], identity: Identity, kind: Tier, vpc: VPC, zone: int, table: RouteTable) -> Subnet:
    """Add the subnet in the zone of this number. Its zone cannot change: the replacement would have the same range."""
    if (zones := stack.parameters.availability_zones) is None:
        raise ValueError("a new VPC needs the zones of its subnets")
    letter = LETTERS[zone]
    subnet = stack.add(
        Subnet(
            f"{kind.name}Subnet{letter}",
            VpcId=Ref(vpc),
            CidrBlock=subnet_range(vpc.CidrBlock, kind.first + zone),
            AvailabilityZone=Select(zone, zones.expression),
            Tags=stack.tags(Name=f"{identity.stem}-{kind.name.lower()}-{letter.lower()}"),
        )
    )
    stack.add(
        SubnetRouteTableAssociation(
            f"{kind.name}Subnet{letter}RouteTable{kind.mark}", SubnetId=Ref(subnet), RouteTableId=Ref(table)
        )
    )
    return subnet


def add_ipv6(stack: Builder[Any], kind: Tier, vpc: VPC, block: VPCCidrBlock, subnets: Sequence[Subnet]) -> list[str]:
    """Add IPv6 ranges to the subnets of a tier, and return their logical ids.

    The ranges are resources of their own: a change of a subnet's own property sometimes replaces it.
    """
    ranges = Cidr(Select(0, GetAtt(vpc, "Ipv6CidrBlocks")), PARTS, IPV6_SUBNET_BITS)
    return [
        stack.add(
            SubnetCidrBlock(
                f"{subnet.title}Ipv6",
                SubnetId=Ref(subnet),
                Ipv6CidrBlock=Select(kind.first + zone, ranges),
                DependsOn=block.title,
            )
        ).title
        for zone, subnet in enumerate(subnets)
    ]
