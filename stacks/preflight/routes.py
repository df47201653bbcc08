"""Routes of existing subnets: browsers reach the load balancer, and tasks reach what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import UserError
from stacks.preflight import endpoints
from stacks.preflight.nat_gateways import check_nat_gateways
from templates import network
from templates.network.ranges import ANYWHERE, ANYWHERE_IPV6

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ec2.type_defs import RouteTableTypeDef, RouteTypeDef

    from stacks.aws.session import Aws
    from stacks.preflight.placement import Placement
    from stacks.preflight.subnets import ById
    from stacks.settings import Settings

TO_INTERNET = ("igw-", "vpce-")
"""Gateways to and from the internet: an internet gateway, or a firewall endpoint in front of one
(https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html)."""
APPLIANCE = ("eni-",)
"""A filtering appliance, by its network interface, if the internet gateway routes to it; otherwise a NAT instance
(https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html#route-tables-appliance-routing)."""
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
"""Keys of a route's target."""


def check_routes(aws: Aws, settings: Settings, placement: Placement, subnets: ById) -> str:
    """Raise UserError if browsers cannot reach the load balancer, or tasks what they need to start.

    Returns what is not known, or "".
    """
    tables = _tables(aws, placement.vpc_id)
    by_subnet = {subnet_id: table for subnet_id in subnets if (table := _table_of(tables, subnet_id)) is not None}
    if unseen := [subnet_id for subnet_id in subnets if subnet_id not in by_subnet]:
        return (
            f"[network] subnets: where they lead is not known, because no route table of {', '.join(unseen)} is listed"
        )
    balancer = f"[network] {placement.balancer_key}"
    public_tasks = network.tasks_are_public(settings.network)
    has_front = settings.network.listener is None and not settings.network.internal
    gateways = (*TO_INTERNET, *APPLIANCE) if _has_edge_routes(tables) else TO_INTERNET
    if has_front or (public_tasks and settings.network.assign_public_ip is None):
        _check_internet(balancer, placement.balancer, by_subnet, ANYWHERE, gateways)
    if settings.network.ipv6 and has_front:
        _check_internet(balancer, placement.balancer, by_subnet, ANYWHERE_IPV6, gateways)
    key = "[network] private_subnet_ids" if placement.private else balancer
    task_tables = {subnet_id: by_subnet[subnet_id] for subnet_id in placement.private or placement.balancer}
    if public_tasks:  # With a public address, a route to the internet is a way out.
        task_tables = {
            subnet_id: table
            for subnet_id, table in task_tables.items()
            if not _leads_to_internet(_default(table, ANYWHERE), gateways)
        }
        if not task_tables:
            return ""
    unknown = _check_way_out(aws, settings, placement.vpc_id, key, task_tables, subnets)
    routes = {subnet_id: _default(table, ANYWHERE) for subnet_id, table in task_tables.items()}
    through = {
        subnet_id: _target(route)
        for subnet_id, route in routes.items()
        if route and "NatGatewayId" in route and not _leads_nowhere(route)
    }
    unknown_gateways = check_nat_gateways(
        aws, placement.vpc_id, key, through, lambda subnet_id: _closed(_table_of(tables, subnet_id))
    )
    return "; ".join(it for it in (unknown, unknown_gateways) if it)


def _tables(aws: Aws, vpc_id: str) -> list[RouteTableTypeDef]:
    pages = aws.ec2.get_paginator("describe_route_tables").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return [table for page in pages for table in page["RouteTables"]]


def _table_of(tables: Sequence[RouteTableTypeDef], subnet_id: str) -> RouteTableTypeDef | None:
    """Return the subnet's route table or the VPC's main one; None if only the subnet is shared with the account."""
    associations = [(table, it) for table in tables for it in table.get("Associations", [])]
    own = (table for table, it in associations if it.get("SubnetId") == subnet_id)
    return next(own, None) or next((table for table, it in associations if it.get("Main")), None)


def _has_edge_routes(tables: Sequence[RouteTableTypeDef]) -> bool:
    """Whether an internet gateway has a route table, which routes incoming traffic through an appliance."""
    associations = (it for table in tables for it in table.get("Associations", []))
    return any(it.get("GatewayId", "").startswith("igw-") for it in associations)


def _default(table: RouteTableTypeDef, destination: str) -> RouteTypeDef | None:
    key = "DestinationCidrBlock" if destination == ANYWHERE else "DestinationIpv6CidrBlock"
    return next((route for route in table.get("Routes", []) if route.get(key) == destination), None)


def _target(route: RouteTypeDef) -> str:
    return next((str(route[key]) for key in TARGETS if route.get(key)), "nowhere")  # type: ignore[literal-required]  # of the same file


def _shown(table: RouteTableTypeDef, destination: str) -> str:
    """Return the default route as a message shows it."""
    route = _default(table, destination)
    if route is None:
        return f"route table {table['RouteTableId']} has no route for {destination}"
    dead = ", which is gone" if route.get("State") == "blackhole" else ""
    return f"{destination} goes to {_target(route)}{dead} in route table {table['RouteTableId']}"


def _closed(table: RouteTableTypeDef | None) -> str:
    """Return why a public NAT gateway with this route table has no route out; "" if it has or may have one."""
    if table is None:
        return ""
    route = _default(table, ANYWHERE)
    dead = route is None or route.get("State") == "blackhole" or _target(route).startswith("nat-")
    return _shown(table, ANYWHERE) if dead else ""


def _leads_to_internet(route: RouteTypeDef | None, gateways: tuple[str, ...]) -> bool:
    return route is not None and route.get("State") != "blackhole" and _target(route).startswith(gateways)


def _check_internet(
    what: str,
    ids: Sequence[str],
    tables: Mapping[str, RouteTableTypeDef],
    destination: str,
    gateways: tuple[str, ...],
) -> None:
    """Raise UserError for subnets without a route to an internet gateway."""
    closed = [
        subnet_id for subnet_id in ids if not _leads_to_internet(_default(tables[subnet_id], destination), gateways)
    ]
    if closed:
        why = "; ".join(f"{subnet_id} has no route to an internet gateway: {_shown(tables[subnet_id], destination)}"
                        for subnet_id in closed)  # fmt: skip
        then = f"Route {destination} to an internet gateway, name other subnets, or set internal = true."
        raise UserError(what, why, then)


def _check_way_out(
    aws: Aws,
    settings: Settings,
    vpc_id: str,
    what: str,
    tables: Mapping[str, RouteTableTypeDef],
    subnets: ById,
) -> str:
    """Raise UserError if tasks in one of these subnets reach neither the internet nor all endpoints they need.

    Returns what is not known, or "".
    """
    closed = {it: table for it, table in tables.items() if _leads_nowhere(_default(table, ANYWHERE))}
    ids = {it: table["RouteTableId"] for it, table in closed.items()}
    missing = endpoints.missing_endpoints(aws, settings, vpc_id, set(ids.values())) if closed else []
    if not missing:
        return ""
    if doubt := _doubt(aws, closed, subnets):
        return f"{what}: whether tasks in {', '.join(closed)} reach {', '.join(missing)} is not known, because {doubt}"
    for subnet_id, table in closed.items():
        _refuse_default(what, subnet_id, table)
    raise endpoints.endpoint_refusal(what, vpc_id, ids, missing)


def _leads_nowhere(route: RouteTypeDef | None) -> bool:
    """Whether tasks without a public address cannot reach the internet by this route."""
    return route is None or route.get("State") == "blackhole" or _target(route).startswith("igw-")


def _doubt(aws: Aws, tables: Mapping[str, RouteTableTypeDef], subnets: ById) -> str:
    """Return why there may be endpoints that are not listed: those of another account, here or behind a route.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
    https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html
    """
    if owner := next((it for id_ in tables if (it := subnets[id_].get("OwnerId", "")) not in {"", aws.account_id}), ""):
        return f"the VPC is account {owner}'s, which does not show its endpoints"
    others = ((table, _other(table)) for table in tables.values() if _default(table, ANYWHERE) is None)
    return next((f"route table {table['RouteTableId']} also leads to {it}" for table, it in others if it), "")


def _other(table: RouteTableTypeDef) -> str:
    """Return a target outside the VPC other than gateway endpoints, or ""."""
    targets = (_target(route) for route in table.get("Routes", []) if route.get("State") != "blackhole")
    return next((it for it in targets if it not in {"local", "nowhere"} and not it.startswith("vpce-")), "")


def _refuse_default(what: str, subnet_id: str, table: RouteTableTypeDef) -> None:
    """Raise UserError if the default route is dead, or needs a public address."""
    route = _default(table, ANYWHERE)
    if route is None:
        return
    if route.get("State") == "blackhole":
        raise UserError(what, f"{subnet_id} has no way out: {_shown(table, ANYWHERE)}", "Correct the route.")
    why = f"{subnet_id} is public ({_shown(table, ANYWHERE)}), and tasks there have no public address"
    then = f"Route {ANYWHERE} to a NAT gateway, or name private_subnet_ids that have such a route."
    raise UserError(what, why, then)
