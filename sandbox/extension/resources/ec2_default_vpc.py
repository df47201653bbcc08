"""The default VPC: the route to its internet gateway, which ministack's does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import ec2

if TYPE_CHECKING:
    from collections.abc import Callable


_ANYWHERE = "0.0.0.0/0"


def install() -> None:
    """Add the route in each account."""
    stock: Callable[[], None] = ec2._init_defaults

    def initialise() -> None:
        stock()
        _route()

    ec2._init_defaults = initialise
    _route()


def _route() -> None:
    routes = ec2._route_tables[ec2._DEFAULT_RTB_ID]["Routes"]
    if not any(route.get("DestinationCidrBlock") == _ANYWHERE for route in routes):
        routes.append({
            "DestinationCidrBlock": _ANYWHERE,
            "GatewayId": ec2._DEFAULT_IGW_ID,
            "State": "active",
            "Origin": "CreateRoute",
        })  # fmt: skip
