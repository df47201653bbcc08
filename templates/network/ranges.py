"""CIDR ranges: those that settings may have, and those of subnets."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.section import Allowed

ANYWHERE, ANYWHERE_IPV6 = "0.0.0.0/0", "::/0"
DEFAULT_CIDR = "10.0.0.0/16"
"""Default range of a new VPC."""
WIDEST, NARROWEST = 16, 24
"""Prefix lengths of the new VPC: /16 is the widest that VPC allows, and an eighth of a /24 still feeds a load balancer,
which wants a /27 per subnet (Elastic Load Balancing, "Subnets for your load balancer")."""
RESERVED = {
    "0.0.0.0/8": "this network",
    "127.0.0.0/8": "a machine itself",
    "169.254.0.0/16": "addresses of one link alone",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "later use",
}
"""Ranges that EC2 rejects for a VPC, with their use (RFC 6890; VPC, "IPv4 CIDR block association restrictions").
All others are accepted, also public ones."""
PARTS = 8
"""Equal parts of the new VPC's range: the first four for public subnets, the others for private ones, by the zone's
number. So no subnet changes its range, and is replaced, when the number of zones or the egress changes."""
PUBLIC, PRIVATE = 0, 4
"""Number of the first part of public and of private subnets."""
MAX_RANGES = 30
"""Allowed ranges, at most: a security group has 60 rules for each of IPv4 and IPv6, and each of two ports takes one
for each range (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html)."""


def _vpc_cidr(text: str) -> str:
    try:
        network = IPv4Network(text)
    except ValueError as error:
        raise PydanticCustomError("cidr", "not an IPv4 range: {error}", {"error": str(error)}) from error
    if not WIDEST <= network.prefixlen <= NARROWEST:
        raise PydanticCustomError(
            "cidr",
            "/{length} is not between /{widest} and /{narrowest}",
            {"length": network.prefixlen, "widest": WIDEST, "narrowest": NARROWEST},
        )
    if reserved := next((it for it in RESERVED if network.overlaps(IPv4Network(it))), None):
        raise PydanticCustomError(
            "cidr",
            "{reserved} is reserved for {purpose}, and EC2 rejects it for a VPC; private ones are in 10.0.0.0/8, "
            "172.16.0.0/12 and 192.168.0.0/16",
            {"reserved": reserved, "purpose": RESERVED[reserved]},
        )
    return str(network)


def _range(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise PydanticCustomError("cidr", "not an IPv4 or IPv6 range: {error}", {"error": str(error)}) from error
    if "%" in text:
        raise PydanticCustomError("cidr", "not an IPv6 range: a zone, after %, is valid on one machine only")
    return str(network)


VpcCidr = Annotated[
    str, AfterValidator(_vpc_cidr), Allowed('an IPv4 range in quotes, from /16 to /24, like "10.0.0.0/16"')
]
Range = Annotated[
    str, AfterValidator(_range), Allowed('an IPv4 or IPv6 range in quotes, like "203.0.113.0/24" or "2001:db8::/32"')
]
Ranges = Annotated[tuple[Range, ...], Field(strict=False, min_length=1, max_length=MAX_RANGES)]
"""Ranges of addresses; an array in TOML."""


def _ipv4(text: str) -> str:
    found = _range(text)
    if ":" in found:
        raise PydanticCustomError("cidr", "not an IPv4 range: load balancers speak IPv4 to tasks")
    return found


SharedRanges = Annotated[
    tuple[Annotated[str, AfterValidator(_ipv4), Allowed('an IPv4 range in quotes, like "10.0.128.0/17"')], ...],
    Field(strict=False, max_length=MAX_RANGES),
]
"""Ranges of tasks; an array in TOML."""


def is_ipv6(text: str) -> bool:
    """Whether this is an IPv6 range."""
    return ":" in text


def range_mark(vpc_cidr: str) -> str:
    """Return the part of logical ids of resources that two VPCs cannot share: `10x20x0x0n16`, "" by default.

    Another range replaces the VPC, and both exist until the update is over. An Elastic IP address and an internet
    gateway can be in one of them only, and a subnet loses its routes if its association is deleted first.
    """
    return "" if vpc_cidr == DEFAULT_CIDR else vpc_cidr.replace(".", "x").replace("/", "n")


def subnet_range(vpc_cidr: str, number: int) -> str:
    """Return one of the equal parts of a VPC's range."""
    return str(list(IPv4Network(vpc_cidr).subnets(new_prefix=IPv4Network(vpc_cidr).prefixlen + 3))[number])
