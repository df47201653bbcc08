"""Ranges of which EC2 makes no VPC: those that are reserved, and larger or smaller ones than it takes."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties

_RESERVED = tuple(
    IPv4Network(it) for it in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
)
_LENGTHS = range(16, 29)


def install() -> None:
    """Look before each create."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::EC2::VPC"]
    stock: Callable[[str, Properties, str], Made] = handlers["create"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        text = props.get("CidrBlock", "")
        if text and not _is_taken(IPv4Network(text, strict=False)):
            said = f"The CIDR '{text}' is invalid. (Service: Ec2, Status Code: 400)"
            raise ValueError(f'Resource handler returned message: "{said}" (HandlerErrorCode: InvalidRequest)')
        return stock(logical_id, props, stack_name)

    handlers["create"] = create


def _is_taken(network: IPv4Network) -> bool:
    return network.prefixlen in _LENGTHS and not any(network.overlaps(it) for it in _RESERVED)
