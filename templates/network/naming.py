"""Names of the load balancer and its target groups, which change with what replaces them.

CloudFormation creates the replacement before it deletes the old one, and both cannot have the same name. A load
balancer cannot change its VPC, nor a target group its load balancer
(https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/424).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from templates.network.ranges import DEFAULT_CIDR

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.network.settings import Settings

MAX_NAME = 32
"""Characters of such a name, at most (ELBv2, CreateLoadBalancer, CreateTargetGroup)."""
HASH_DIGITS = 6
"""Hexadecimal digits of a hash in a name."""
DEFAULT_VPC = "default"
"""Instead of the id of the default VPC, which is looked up later."""


def load_balancer_name(identity: Identity, settings: Settings) -> str:
    """Return the name in the settings, or the stem with `int` if internal, and a hash for all but the default VPC."""
    return identity.names.load_balancer or _name(identity, _scheme(settings), _vpc(settings))


def target_group_name(identity: Identity, settings: Settings, *, alternate: bool = False) -> str:
    """Return such a name with its port; the hash also covers HTTPS to the tasks and the load balancer.

    Without a hash the name can be too long: project and environment are refused then.
    """
    if given := identity.names.alternate_target_group if alternate else identity.names.target_group:
        return given
    facts = _vpc(settings)
    if identity.names.load_balancer:
        facts = (*facts, identity.names.load_balancer)
    if settings.tls_port is not None:
        facts = (*facts, "HTTPS")
    if settings.listener is not None:
        facts = (*facts, settings.listener.load_balancer_full_name)
    return _name(
        identity,
        f"-{settings.target_group_port or settings.target_port}{_scheme(settings)}",
        facts,
        "b" if alternate else "",
    )


def _name(identity: Identity, middle: str, facts: tuple[str, ...], end: str = "") -> str:
    if not facts:
        return f"{identity.stem}{middle}{end}"
    mark = hashlib.sha256("\n".join([identity.stem, *facts]).encode()).hexdigest()[:HASH_DIGITS]
    tail = f"{middle}-{mark}{end}"
    return identity.stem[: MAX_NAME - len(tail)].rstrip("-") + tail


def _scheme(settings: Settings) -> str:
    return "-int" if settings.internal else ""


def _vpc(settings: Settings) -> tuple[str, ...]:
    """Return what identifies the VPC; nothing for a new one with the default range, whose names have no hash."""
    if not settings.makes_vpc:
        return (settings.vpc_id or DEFAULT_VPC,)
    return () if settings.vpc_cidr == DEFAULT_CIDR else (settings.vpc_cidr,)
