"""Subnets of a VPC do not overlap: creating one in a range that another has fails, as on AWS."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Look before each create."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::EC2::Subnet"]
    stock: Callable[[str, Properties, str], Made] = handlers["create"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        vpc, text = props.get("VpcId", ""), props.get("CidrBlock", "")
        others = [it["CidrBlock"] for it in ec2._subnets.values() if it["VpcId"] == vpc]
        if text and any(ip_network(text).overlaps(ip_network(other)) for other in others):
            said = f"The CIDR '{text}' conflicts with another subnet (Service: Ec2, Status Code: 400)"
            raise ValueError(f'Resource handler returned message: "{said}" (HandlerErrorCode: AlreadyExists)')
        return stock(logical_id, props, stack_name)

    handlers["create"] = create
