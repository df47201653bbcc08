"""AWS::EC2::VPC: no VPC in a reserved range, or in one that is too large or too small for EC2."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties

_RESERVED = tuple(
    IPv4Network(it) for it in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
)
_LENGTHS = range(16, 29)


def install() -> None:
    """Check each create."""
    extend("AWS::EC2::VPC", before_create=_check)


def _check(props: Properties) -> None:
    text = props.get("CidrBlock", "")
    if text and not _is_allowed(IPv4Network(text, strict=False)):
        raise handler_error(f"The CIDR '{text}' is invalid.", "InvalidRequest", service="Ec2")


def _is_allowed(network: IPv4Network) -> bool:
    return network.prefixlen in _LENGTHS and not any(network.overlaps(it) for it in _RESERVED)
