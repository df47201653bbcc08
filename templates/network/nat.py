"""NAT gateways of the private subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, Ref
from troposphere.ec2 import EIP, NatGateway, Route, RouteTable, Subnet

from templates.network.ranges import ANYWHERE
from templates.network.subnets import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.identity import Identity
    from templates.model import Builder


def add_nat(
    stack: Builder[Any],
    identity: Identity,
    public: Sequence[Subnet],
    private: Sequence[RouteTable],
    internet: tuple[str, str],
    mark: str,
) -> None:
    """Add a NAT gateway in each of these public subnets, and a route to one for each private route table.

    With one gateway for all zones, tasks in other zones keep serving when its zone fails, but cannot call out. A
    gateway needs the internet gateway, whose attachment and route `internet` names. `mark` distinguishes its address
    from that of the previous VPC.
    """
    gateways = [_gateway(stack, identity, subnet, LETTERS[zone], internet, mark) for zone, subnet in enumerate(public)]
    for zone, table in enumerate(private):
        gateway = gateways[zone if zone < len(gateways) else 0]
        stack.add(
            Route(
                f"PrivateRoute{LETTERS[zone]}",
                RouteTableId=Ref(table),
                DestinationCidrBlock=ANYWHERE,
                NatGatewayId=Ref(gateway),
            )
        )


def _gateway(
    stack: Builder[Any], identity: Identity, subnet: Subnet, letter: str, internet: tuple[str, str], mark: str
) -> NatGateway:
    attachment, route = internet
    name = f"{identity.stem}-nat-{letter.lower()}"
    address = stack.add(
        EIP(f"NatAddress{letter}{mark}", Domain="vpc", DependsOn=attachment, Tags=stack.tags(Name=name))
    )
    return stack.add(
        NatGateway(
            f"NatGateway{letter}",
            AllocationId=GetAtt(address, "AllocationId"),
            SubnetId=Ref(subnet),
            DependsOn=route,
            Tags=stack.tags(Name=name),
        )
    )
