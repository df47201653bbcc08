"""Existing subnets: they are in the VPC, in enough zones, with enough free addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from stacks.errors import UserError
from templates import fargate
from templates.network.subnets import MIN_ZONES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_ec2.type_defs import SubnetTypeDef

    from stacks.aws.session import Aws
    from stacks.preflight.placement import Placement
    from stacks.settings import Settings

ById: TypeAlias = Mapping[str, "SubnetTypeDef"]
PRIVATE = "[network] private_subnet_ids"
BALANCER_ADDRESSES = 8
"""Free addresses that a load balancer needs in each (Elastic Load Balancing, "Subnets for your load balancer")."""


def check_subnets(aws: Aws, settings: Settings, placement: Placement, *, creates: bool) -> ById:
    """Return the subnets by id. Raises UserError if the load balancer or the tasks cannot use them."""
    found = _described(aws, placement)
    balancer = f"[network] {placement.balancer_key}"
    for what, ids in ((balancer, placement.balancer), (PRIVATE, placement.private)):
        if ids:
            _check_zones(what, ids, found)
    if creates:
        _check_fargate(PRIVATE if placement.private else balancer, placement.private or placement.balancer, found)
    if settings.network.listener is not None:
        return found
    _check_one_in_each(balancer, placement.balancer, found)
    if creates:
        _check_free(balancer, placement.balancer, found)
    if settings.network.ipv6:
        _check_ipv6(balancer, placement.balancer, found)
    return found


def _described(aws: Aws, placement: Placement) -> ById:
    ids = sorted({*placement.balancer, *placement.private})
    found = aws.ec2.describe_subnets(Filters=[{"Name": "subnet-id", "Values": ids}])["Subnets"]
    subnets = {subnet["SubnetId"]: subnet for subnet in found}
    if missing := [subnet_id for subnet_id in ids if subnet_id not in subnets]:
        why = f"account {aws.account_id} has no {', '.join(missing)} in {aws.region}"
        raise UserError("[network] subnets", why)
    if outside := [subnet_id for subnet_id in ids if subnets[subnet_id]["VpcId"] != placement.vpc_id]:
        why = ", ".join(f"{subnet_id} is in {subnets[subnet_id]['VpcId']}" for subnet_id in outside)
        raise UserError("[network] subnets", f"{why}, and vpc_id is {placement.vpc_id}")
    return subnets


def _check_zones(what: str, ids: Sequence[str], subnets: ById) -> None:
    zones = {subnets[subnet_id]["AvailabilityZone"] for subnet_id in ids}
    if len(zones) < MIN_ZONES:
        why = f"{', '.join(ids)} are all in zone {', '.join(zones)}"
        raise UserError(what, why, f"Name subnets in at least {MIN_ZONES} zones.")


def _check_fargate(what: str, ids: Sequence[str], subnets: ById) -> None:
    zones = {it: (subnets[it]["AvailabilityZone"], subnets[it]["AvailabilityZoneId"]) for it in ids}
    if without := {it: names for it, names in zones.items() if not fargate.has_fargate(names[1])}:
        why = ", ".join(f"{it} is in {name} ({zone_id})" for it, (name, zone_id) in without.items())
        raise UserError(what, f"{why}, where there is no Fargate", "Name subnets in other zones for the tasks.")


def _check_one_in_each(what: str, ids: Sequence[str], subnets: ById) -> None:
    zones: dict[str, list[str]] = {}
    for subnet_id in ids:
        zones.setdefault(subnets[subnet_id]["AvailabilityZone"], []).append(subnet_id)
    if twice := {zone: same for zone, same in zones.items() if len(same) > 1}:
        why = ", ".join(f"{' and '.join(same)} are both in {zone}" for zone, same in twice.items())
        raise UserError(what, why, "A load balancer takes one subnet of each zone: name one of them.")


def _check_free(what: str, ids: Sequence[str], subnets: ById) -> None:
    free = {subnet_id: subnets[subnet_id]["AvailableIpAddressCount"] for subnet_id in ids}
    if few := {subnet_id: count for subnet_id, count in free.items() if count < BALANCER_ADDRESSES}:
        why = ", ".join(f"{subnet_id} has {count} free addresses" for subnet_id, count in few.items())
        raise UserError(what, why, f"A load balancer needs {BALANCER_ADDRESSES} in each of its subnets.")


def _check_ipv6(what: str, ids: Sequence[str], subnets: ById) -> None:
    if without := [subnet_id for subnet_id in ids if not _has_ipv6(subnets[subnet_id])]:
        why = f"ipv6 is on, and {', '.join(without)} {'has' if len(without) == 1 else 'have'} no IPv6 range"
        then = "Add one: aws ec2 associate-subnet-cidr-block --subnet-id SUBNET --ipv6-cidr-block RANGE"
        raise UserError(what, why, then)


def _has_ipv6(subnet: SubnetTypeDef) -> bool:
    blocks = subnet.get("Ipv6CidrBlockAssociationSet", [])
    return any(block["Ipv6CidrBlockState"]["State"] == "associated" for block in blocks)
