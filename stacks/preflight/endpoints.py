"""VPC endpoints, for tasks without a route to the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import UserError
from templates.network.endpoint_services import TASK_SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ec2.type_defs import VpcEndpointTypeDef

    from stacks.aws.session import Aws
    from stacks.settings import Settings


def missing_endpoints(aws: Aws, settings: Settings, vpc_id: str, tables: set[str]) -> list[str]:
    """Return the services that tasks need to start, and for which the VPC has no endpoint.

    `tables` are the route tables of the tasks' subnets without a route to the internet.
    """
    pages = aws.ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    found = [it for page in pages for it in page["VpcEndpoints"] if it["State"].lower() == "available"]
    needed = (*TASK_SERVICES, *settings.called_services)
    lacking = [service for service in needed if not any(_is_named(it, aws.region, service) for it in found)]
    return lacking if _reach_s3(found, aws.region, tables) else [*lacking, "s3"]


def endpoint_refusal(what: str, vpc_id: str, tables: Mapping[str, str], services: Sequence[str]) -> UserError:
    """Return the error that names the services; `tables` are the route tables by subnet."""
    why = (
        f"{', '.join(tables)} {'has' if len(tables) == 1 else 'have'} no route out, "
        f"and {vpc_id} has no endpoint for {', '.join(services)}"
    )
    then = "Route 0.0.0.0/0 to a NAT gateway, or add these endpoints: interface endpoints with private DNS"
    if "s3" in services:
        then += f", and for s3 a gateway endpoint in {', '.join(sorted(set(tables.values())))}"
    return UserError(what, why, f"{then}.")


def _is_named(endpoint: VpcEndpointTypeDef, region: str, service: str) -> bool:
    """Whether the service's DNS name resolves to the endpoint. The prefix of its name differs between partitions."""
    interface = endpoint["VpcEndpointType"] == "Interface" and endpoint.get("PrivateDnsEnabled", False)
    return interface and endpoint["ServiceName"].endswith(f".{region}.{service}")


def _reach_s3(found: list[VpcEndpointTypeDef], region: str, tables: set[str]) -> bool:
    gateways = [
        it for it in found if it["VpcEndpointType"] == "Gateway" and it["ServiceName"].endswith(f".{region}.s3")
    ]
    routed = {table for it in gateways for table in it.get("RouteTableIds", [])}
    return tables <= routed or any(_is_named(it, region, "s3") for it in found)
