"""The region has the zones that a new VPC wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import UserError
from templates.network.subnets import ZONES

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.settings import Settings


def check(aws: Aws, settings: Settings) -> None:
    """Raise UserError where there are fewer; every region has as many as a load balancer needs."""
    wanted = settings.network.zones
    if wanted <= ZONES:
        return
    found = aws.ec2.describe_availability_zones()["AvailabilityZones"]
    usable = sorted(it["ZoneName"] for it in found if it.get("ZoneType", "availability-zone") == "availability-zone")
    if len(usable) < wanted:
        why = f"{wanted} are wanted, and account {aws.account_id} has {', '.join(usable)} in {aws.region}"
        raise UserError("[network] zones", why, f"Set zones = {ZONES}.")
