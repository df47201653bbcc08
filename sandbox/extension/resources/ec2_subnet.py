"""AWS::EC2::Subnet: made only where EC2 would make it, and with the number of its free addresses.

For ministack all zones and ranges are good, and all subnets have the same number of free addresses.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from ministack.services import ec2
from ministack.services.cloudformation import engine, provisioners

from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties, Record

_TYPE = "AWS::EC2::Subnet"
_LETTERS = "abc"
_RESERVED = 5
"""Addresses that AWS keeps in each subnet (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)."""


def install() -> None:
    """Check each create, also when ministack's update makes another subnet, and count when one is described."""
    extend(_TYPE, before_create=_check)
    provisioners._ec2_subnet_create = provisioners._RESOURCE_HANDLERS[_TYPE]["create"]
    stock: Callable[[Record, str], str] = ec2._subnet_fields_xml

    def describe(subnet: Record, tag: str = "item") -> str:
        used = sum(it["SubnetId"] == subnet["SubnetId"] for it in ec2._network_interfaces.values())
        free = IPv4Network(subnet["CidrBlock"]).num_addresses - _RESERVED - used
        return stock({**subnet, "AvailableIpAddressCount": free}, tag)

    ec2._subnet_fields_xml = describe


def _check(props: Properties) -> None:
    """Refuse a zone of another region, and a range that another subnet of the VPC has."""
    zone, region = provisioners._ec2_subnet_zone(props), engine.get_region()
    if zone not in (zones := [f"{region}{letter}" for letter in _LETTERS]):
        raise ValueError(
            f"Value ({zone}) for parameter availabilityZone is invalid. "
            f"Subnets can currently only be created in the following availability zones: {', '.join(zones)}."
        )
    if "CidrBlock" in props:
        wanted = IPv4Network(props["CidrBlock"])
        others = [it["CidrBlock"] for it in ec2._subnets.values() if it["VpcId"] == props.get("VpcId")]
        if any(wanted.overlaps(IPv4Network(it)) for it in others):
            raise ValueError(f"The CIDR '{wanted}' conflicts with another subnet")
