"""AWS::EC2::VPCGatewayAttachment: an internet gateway stays while there are public addresses in its VPC.

A gateway is in one VPC at a time. The type deletes before it creates (`replacementStrategy` of its schema), so that a
gateway cannot move from a VPC in which NAT gateways or load balancers are
(https://github.com/aws/aws-cdk/issues/16869, https://github.com/go-to-k/cdkd/issues/817).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ec2

from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties


def install() -> None:
    """Check before attachments move."""
    extend("AWS::EC2::VPCGatewayAttachment", before_create=_check_create, before_update=_check_update)


def _check_create(props: Properties) -> None:
    """Check a create as well: a replacement is created while the gateway is still attached."""
    gateway = ec2._internet_gateways.get(props.get("InternetGatewayId", ""), {})
    for vpc in {it["VpcId"] for it in gateway.get("Attachments", [])} - {props.get("VpcId", "")}:
        _refuse_mapped(vpc)


def _check_update(_: str, old: Properties, new: Properties) -> None:
    if old.get("InternetGatewayId") != new.get("InternetGatewayId"):
        _refuse_mapped(old.get("VpcId", ""))


def _refuse_mapped(vpc: str) -> None:
    nats = [it for it in ec2._nat_gateways.values() if it["VpcId"] == vpc and it["State"] == "available"]
    balancers = [it for it in alb._lbs.values() if it["VpcId"] == vpc and it.get("Scheme") == "internet-facing"]
    if nats or balancers:
        raise ValueError(
            f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway. (Service: Ec2, Status Code: 400)"
        )
