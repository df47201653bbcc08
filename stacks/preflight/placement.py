"""Where the service is placed in an existing VPC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.request.lookups import PUBLIC_SUBNET_IDS, VPC_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Subnets of the load balancer, and `private` ones of the tasks; `balancer_key` is the setting of the former.

    A shared load balancer has its own subnets; `balancer` are then the tasks', and may be empty.
    """

    vpc_id: str
    balancer: tuple[str, ...]
    balancer_key: str
    private: tuple[str, ...] = ()


def find_placement(settings: Settings, values: Mapping[str, str | None]) -> Placement | None:
    """Return the subnets from the settings or of the default VPC; None if the deployment creates a VPC."""
    network = settings.network
    if network.makes_vpc:
        return None
    if network.vpc_id:
        return Placement(
            vpc_id=network.vpc_id,
            balancer=network.public_subnet_ids,
            balancer_key="public_subnet_ids",
            private=network.private_subnet_ids,
        )
    vpc_id, ids = values[VPC_ID] or "", values[PUBLIC_SUBNET_IDS] or ""
    return Placement(vpc_id=vpc_id, balancer=tuple(ids.split(",")), balancer_key="use_default_vpc")
