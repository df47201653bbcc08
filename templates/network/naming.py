"""Names of the load balancer and of its target groups, with what has them replaced in them.

CloudFormation makes the new one before it deletes the old one, and two that have the same name cannot be; a load
balancer cannot leave its VPC, nor a target group its load balancer
(https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/424).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from templates.network.ranges import USUAL

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.network.settings import Settings

LONGEST = 32
"""Characters of both kinds of names (ELBv2, CreateLoadBalancer, CreateTargetGroup)."""
MARK = 6
"""Characters of a mark, hexadecimal."""
DEFAULT_VPC = "default"
"""Stands for the account's default VPC, whose id is looked up later."""


def load_balancer_name(identity: Identity, settings: Settings) -> str:
    """`PROJECT-ENVIRONMENT`, with the scheme where it is internal, and a mark for any VPC but the usual new one."""
    return _name(identity, _scheme(settings), _vpc(settings))


def target_group_name(identity: Identity, settings: Settings, *, alternate: bool = False) -> str:
    """The same with the tasks' port; marked for HTTPS to the tasks and for another's load balancer, too.

    One without a mark can be longer than is allowed: project and environment are then refused.
    """
    facts = _vpc(settings)
    if settings.tls_port is not None:
        facts = (*facts, "HTTPS")
    if settings.listener is not None:
        facts = (*facts, settings.listener.load_balancer_full_name)
    return _name(identity, f"-{settings.target_port}{_scheme(settings)}", facts, "b" if alternate else "")


def _name(identity: Identity, middle: str, facts: tuple[str, ...], end: str = "") -> str:
    if not facts:
        return f"{identity.name}{middle}{end}"
    mark = hashlib.sha256("\n".join([identity.name, *facts]).encode()).hexdigest()[:MARK]
    tail = f"{middle}-{mark}{end}"
    return identity.name[: LONGEST - len(tail)].rstrip("-") + tail


def _scheme(settings: Settings) -> str:
    return "-int" if settings.internal else ""


def _vpc(settings: Settings) -> tuple[str, ...]:
    """Which VPC it is; nothing for a new one with the usual range, so that the names of most are plain."""
    if not settings.makes_vpc:
        return (settings.vpc_id or DEFAULT_VPC,)
    return () if settings.vpc_cidr == USUAL else (settings.vpc_cidr,)
