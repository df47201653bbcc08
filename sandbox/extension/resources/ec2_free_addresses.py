"""How many addresses of a subnet are free, which is the same number for all of ministack's."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from ministack.services import ec2

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record

_RESERVED = 5
"""Addresses that AWS keeps in each subnet (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)."""


def install() -> None:
    """Count when a subnet is described: all of its range, without those that network interfaces have."""
    stock: Callable[[Record, str], str] = ec2._subnet_fields_xml

    def describe(subnet: Record, tag: str = "item") -> str:
        used = sum(it["SubnetId"] == subnet["SubnetId"] for it in ec2._network_interfaces.values())
        free = IPv4Network(subnet["CidrBlock"]).num_addresses - _RESERVED - used
        return stock({**subnet, "AvailableIpAddressCount": free}, tag)

    ec2._subnet_fields_xml = describe
