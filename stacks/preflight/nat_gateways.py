"""NAT gateways of existing subnets: they are available, and have a route to the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.aws.session import Aws

ENDED = {"failed", "deleting", "deleted"}


def check_nat_gateways(
    aws: Aws, vpc_id: str, what: str, by_subnet: Mapping[str, str], closed: Callable[[str], str]
) -> str:
    """Raise UserError if a gateway was deleted, or cannot reach the internet; return what is not known, or "".

    `by_subnet` are the gateways by the subnets that route to them; `closed` returns why a subnet has no route out, or
    "". A gateway that is not listed belongs to the account that shares the VPC; routes to deleted gateways were refused
    before. A private gateway routes to other networks, which may have a way out, and a regional one is in no subnet
    (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html).
    """
    if not by_subnet:
        return ""
    try:
        # By its id, a gateway of another account would be an error.
        pages = aws.ec2.get_paginator("describe_nat_gateways").paginate(
            Filters=[{"Name": "vpc-id", "Values": [vpc_id]}]
        )
        gateways = {it["NatGatewayId"]: it for page in pages for it in page["NatGateways"]}
    except ClientError as error:
        if not is_denied(error):
            raise
        return f"{what}: whether their NAT gateways work is not known, because ec2:DescribeNatGateways is not allowed"
    for subnet_id, gateway_id in by_subnet.items():
        gateway = gateways.get(gateway_id)
        if gateway is None:
            continue
        if gateway["State"] in ENDED:
            reason = f": {gateway['FailureMessage']}" if "FailureMessage" in gateway else ""
            why = f"{subnet_id} has no way out: NAT gateway {gateway_id} is {gateway['State']}{reason}"
            raise UserError(what, why, "Make another one, and route to it.")
        place = gateway.get("SubnetId")
        if place and gateway.get("ConnectivityType") == "public" and (reason := closed(place)):
            why = f"{subnet_id} has no way out: NAT gateway {gateway_id} is in {place}, and {reason}"
            raise UserError(what, why, f"A public NAT gateway needs a route to an internet gateway in {place}.")
    return ""
