"""Ways in and out of an existing VPC's subnets: browsers in, tasks out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import UserError
from stacks.preflight import endpoints, nat_gateways
from templates import network
from templates.network.ranges import ANYWHERE, ANYWHERE_IPV6

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ec2.type_defs import RouteTableTypeDef, RouteTypeDef

    from stacks.aws import Aws
    from stacks.preflight.places import Places
    from stacks.preflight.subnets import ById
    from stacks.settings import Settings

TO_INTERNET = ("igw-", "vpce-")
"""Gateways that lead to the internet both ways: an internet gateway, or a firewall's endpoint in front of one
(https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html)."""
TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "VpcPeeringConnectionId",
    "CoreNetworkArn",
    "LocalGatewayId",
    "CarrierGatewayId",
    "EgressOnlyInternetGatewayId",
)
"""Where a route may lead."""


def check(aws: Aws, settings: Settings, places: Places, subnets: ById) -> str:
    """Raise UserError where browsers would not reach the load balancer, or tasks not what they need to start.

    Gives what is not known, or "".
    """
    tables = _tables(aws, places.vpc_id)
    by_subnet = {subnet_id: _table_of(tables, subnet_id) for subnet_id in subnets}
    balancer = f"[network] {places.balancer_key}"
    public_tasks = network.tasks_are_public(settings.network)
    has_front = settings.network.listener is None and not settings.network.internal
    if public_tasks or has_front:
        _check_internet(balancer, places.balancer, by_subnet, ANYWHERE)
    if settings.network.ipv6 and has_front:
        _check_internet(balancer, places.balancer, by_subnet, ANYWHERE_IPV6)
    if public_tasks:
        return ""
    key = "[network] private_subnet_ids" if places.private else balancer
    closed = _check_no_internet(key, places.private or places.balancer, by_subnet)
    if closed:
        tables_of_closed = [by_subnet[subnet_id]["RouteTableId"] for subnet_id in closed]
        endpoints.check(aws, settings, places.vpc_id, dict(zip(closed, tables_of_closed, strict=True)), key)
    routes = {subnet_id: _default(by_subnet[subnet_id], ANYWHERE) for subnet_id in places.private or places.balancer}
    through = {subnet_id: _target(route) for subnet_id, route in routes.items() if route and "NatGatewayId" in route}
    return nat_gateways.check(aws, places.vpc_id, key, through, lambda subnet_id: _closed(_table_of(tables, subnet_id)))


def _tables(aws: Aws, vpc_id: str) -> list[RouteTableTypeDef]:
    pages = aws.ec2.get_paginator("describe_route_tables").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return [table for page in pages for table in page["RouteTables"]]


def _table_of(tables: Sequence[RouteTableTypeDef], subnet_id: str) -> RouteTableTypeDef:
    """The subnet's own table, or the VPC's main one, of which each VPC has one."""
    associations = [(table, it) for table in tables for it in table.get("Associations", [])]
    own = [table for table, it in associations if it.get("SubnetId") == subnet_id]
    return next(iter(own)) if own else next(table for table, it in associations if it.get("Main"))


def _default(table: RouteTableTypeDef, destination: str) -> RouteTypeDef | None:
    key = "DestinationCidrBlock" if destination == ANYWHERE else "DestinationIpv6CidrBlock"
    return next((route for route in table.get("Routes", []) if route.get(key) == destination), None)


def _target(route: RouteTypeDef) -> str:
    return next((str(route[key]) for key in TARGETS if route.get(key)), "nowhere")  # type: ignore[literal-required]  # of the same file


def _told(table: RouteTableTypeDef, destination: str) -> str:
    """Why a default route leads nowhere that is wanted."""
    route = _default(table, destination)
    if route is None:
        return f"route table {table['RouteTableId']} has no route for {destination}"
    dead = ", which is gone" if route.get("State") == "blackhole" else ""
    return f"{destination} goes to {_target(route)}{dead} in route table {table['RouteTableId']}"


def _closed(table: RouteTableTypeDef) -> str:
    """Why a public NAT gateway with this table has no way out, or "": another one is none, something else may be."""
    route = _default(table, ANYWHERE)
    dead = route is None or route.get("State") == "blackhole" or _target(route).startswith("nat-")
    return _told(table, ANYWHERE) if dead else ""


def _leads_to_internet(route: RouteTypeDef | None) -> bool:
    return route is not None and route.get("State") != "blackhole" and _target(route).startswith(TO_INTERNET)


def _check_internet(what: str, ids: Sequence[str], tables: Mapping[str, RouteTableTypeDef], destination: str) -> None:
    """Each of these subnets has a route to an internet gateway."""
    closed = [subnet_id for subnet_id in ids if not _leads_to_internet(_default(tables[subnet_id], destination))]
    if closed:
        why = "; ".join(f"{subnet_id} has no route to an internet gateway: {_told(tables[subnet_id], destination)}"
                        for subnet_id in closed)  # fmt: skip
        then = f"Route {destination} to an internet gateway, name other subnets, or set internal = true."
        raise UserError(what, why, then)


def _check_no_internet(what: str, ids: Sequence[str], tables: Mapping[str, RouteTableTypeDef]) -> list[str]:
    """Those of the subnets that have no way out. Raises UserError where it is dead, or wants a public address."""
    closed = []
    for subnet_id in ids:
        route = _default(tables[subnet_id], ANYWHERE)
        if route is None:
            closed.append(subnet_id)
        elif route.get("State") == "blackhole":
            raise UserError(
                what, f"{subnet_id} has no way out: {_told(tables[subnet_id], ANYWHERE)}", "Mend the route."
            )
        elif _target(route).startswith("igw-"):
            why = (
                f"{subnet_id} is public ({_told(tables[subnet_id], ANYWHERE)}), and tasks there have no public address"
            )
            then = f"Route {ANYWHERE} to a NAT gateway, or name private_subnet_ids that have such a route."
            raise UserError(what, why, then)
    return closed
