"""NAT gateways to which given subnets lead: they work, and have a way out of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.aws.session import Aws

NO_MORE = {"failed", "deleting", "deleted"}


def check_nat_gateways(
    aws: Aws, vpc_id: str, what: str, by_subnet: Mapping[str, str], closed: Callable[[str], str]
) -> str:
    """Raise UserError where one is no more, or cannot reach the internet; give what is not known, or "".

    `by_subnet` are the gateways by the subnets that lead to them; `closed` says why a subnet has no way out, or "".
    One that is not listed is another account's, of which the VPC is; a route to one that is gone is dead, and was
    refused before. A private gateway leads to other networks, which may lead on, and a regional one is in no subnet
    (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html).
    """
    if not by_subnet:
        return ""
    try:
        # Asked for by its id, one that is not the account's would be an error.
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
        if gateway["State"] in NO_MORE:
            reason = f": {gateway['FailureMessage']}" if "FailureMessage" in gateway else ""
            why = f"{subnet_id} has no way out: NAT gateway {gateway_id} is {gateway['State']}{reason}"
            raise UserError(what, why, "Make another one, and route to it.")
        place = gateway.get("SubnetId")
        if place and gateway.get("ConnectivityType") == "public" and (reason := closed(place)):
            why = f"{subnet_id} has no way out: NAT gateway {gateway_id} is in {place}, and {reason}"
            raise UserError(what, why, f"A public NAT gateway needs a route to an internet gateway in {place}.")
    return ""
