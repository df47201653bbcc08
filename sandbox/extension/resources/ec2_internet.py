"""A VPC's way to the internet: its gateway stays while there are public addresses in the VPC.

A gateway is in one VPC at a time. `AWS::EC2::VPCGatewayAttachment` deletes before it creates (`replacementStrategy` of
its schema), so that a gateway cannot move from a VPC in which NAT gateways or load balancers are
(https://github.com/aws/aws-cdk/issues/16869, https://github.com/go-to-k/cdkd/issues/817).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ec2
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Untyped


def install() -> None:
    """Look before attachments move."""
    attachment = provisioners._RESOURCE_HANDLERS["AWS::EC2::VPCGatewayAttachment"]
    stock_update: Callable[..., Made] = attachment["update"]
    stock_create: Callable[[str, Properties, str], Made] = attachment["create"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        # A replacement comes this way, too, while the gateway is still where it was.
        for before in _attached(props.get("InternetGatewayId", "")) - {props.get("VpcId", "")}:
            _refuse_mapped(before)
        return stock_create(logical_id, props, stack_name)

    def update(physical_id: str, old: Properties, new: Properties, *args: Untyped, **more: Untyped) -> Made:
        if old.get("InternetGatewayId") != new.get("InternetGatewayId"):
            _refuse_mapped(old.get("VpcId", ""))
        return stock_update(physical_id, old, new, *args, **more)

    attachment |= {"create": create, "update": update}


def _attached(gateway: str) -> set[str]:
    """The VPCs to which an internet gateway is attached."""
    return {it["VpcId"] for it in ec2._internet_gateways.get(gateway, {}).get("Attachments", [])}


def _refuse_mapped(vpc: str) -> None:
    nats = [it for it in ec2._nat_gateways.values() if it["VpcId"] == vpc and it["State"] == "available"]
    balancers = [it for it in alb._lbs.values() if it["VpcId"] == vpc and it.get("Scheme") == "internet-facing"]
    if nats or balancers:
        raise ValueError(
            f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway. (Service: Ec2, Status Code: 400)"
        )
