"""The Availability Zones of a new VPC's subnets: chosen when the VPC is created, and kept as long as it exists.

A subnet cannot move to another zone: its replacement would be created first, while its range is still in use.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.cloudformation.stack import nested_stack_resources
from stacks.errors import UserError
from stacks.request.endpoint_services import find_offers, refuse_elsewhere
from templates import fargate
from templates.network.subnets import MIN_ZONES
from templates.root import NETWORK_STACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.request.endpoint_services import Offers
    from stacks.settings import Settings

AVAILABILITY_ZONES = "AvailabilityZones"
"""The root's parameter."""
KEY = "[network] availability_zones"
_SUBNET = re.compile(r"^(?:Public|Private)Subnet([A-Z])$")


def choose_zones(aws: Aws, settings: Settings, existing: Stack | None) -> tuple[tuple[str, ...], str]:
    """Return the zones, in the subnets' order, and a note about them for the plan, or "".

    Existing subnets keep their zones. Raises UserError where the settings name others, or where too few zones have
    Fargate and the endpoints that are wanted.
    """
    network = settings.network
    kept, note = _deployed(aws, existing)
    before = kept[: network.zones]
    offers, unknown = find_offers(aws, settings)
    if network.availability_zones:
        chosen = _named(aws, settings, before)
    elif len(before) == network.zones:
        chosen = before
    else:
        chosen = _with_others(aws, settings, before, offers)
        note = f"Zones: {', '.join(chosen)}."
    refuse_elsewhere(chosen, offers, deployed=bool(before))
    return chosen, " ".join(it for it in (note, unknown) if it)


def _deployed(aws: Aws, existing: Stack | None) -> tuple[tuple[str, ...], str]:
    """Return the zones of the existing VPC, and a note where only its subnets show them."""
    if existing is None or existing.under_review:
        return (), ""
    if named := existing.parameters.get(AVAILABILITY_ZONES):
        return tuple(named.split(",")), ""
    found = _of_subnets(aws, existing.stack_id)
    return found, f"Zones: {', '.join(found)}, where the subnets are." if found else ""


def _of_subnets(aws: Aws, stack_id: str) -> tuple[str, ...]:
    """Return the zones of the subnets, where the template left the choice to CloudFormation (`Fn::GetAZs`)."""
    resources = nested_stack_resources(aws, stack_id, NETWORK_STACK)
    letters = {it.physical_id: found[1] for it in resources if (found := _SUBNET.match(it.logical_id))}
    if not letters:
        return ()
    filters = [{"Name": "subnet-id", "Values": sorted(letters)}]
    subnets = aws.ec2.describe_subnets(Filters=filters)["Subnets"]  # type: ignore[arg-type]  # a list of literals
    zones = {letters[it["SubnetId"]]: it["AvailabilityZone"] for it in subnets}
    if gone := sorted(it for it, letter in letters.items() if letter not in zones):
        raise UserError("[network]", f"{', '.join(gone)} belongs to the stack, and was deleted by hand")
    return tuple(zones[letter] for letter in sorted(zones))


def _named(aws: Aws, settings: Settings, before: Sequence[str]) -> tuple[str, ...]:
    """Return the zones of the settings, those that are deployed first."""
    named = settings.network.availability_zones
    if moved := [zone for zone in before if zone not in named]:
        why = f"there are subnets in {', '.join(moved)}, and a subnet does not move to another zone"
        raise UserError(KEY, why, f"Name {', '.join(before)} first, or deploy another environment beside this one.")
    others = tuple(zone for zone in named if zone not in before)
    if others:
        _check(aws, others)
    return (*before, *others)


def _check(aws: Aws, named: Sequence[str]) -> None:
    """Raise UserError where the account has no such zones, or they have no Fargate."""
    try:
        usable, others = _zones(aws)
    except ClientError as error:
        if not is_denied(error):
            raise
        return
    for zone in named:
        if zone not in usable:
            why = f"{zone} {others.get(zone, f'is no zone of account {aws.account_id} in {aws.region}')}"
            raise UserError(KEY, why, f"There are {', '.join(usable)}.")


def _with_others(aws: Aws, settings: Settings, before: Sequence[str], offers: Offers) -> tuple[str, ...]:
    """Return the existing zones, and the first others that have all endpoints that are wanted."""
    wanted = settings.network.zones
    try:
        usable, others = _zones(aws)
    except ClientError as error:
        if not is_denied(error):
            raise
        why = "which zones there are is not known, because ec2:DescribeAvailabilityZones is not allowed"
        raise UserError(KEY, why, f"Name {wanted} zones of {aws.region}, or have it allowed.") from error
    fitting = [zone for zone in usable if zone not in before and all(zone in it for it in offers.values())]
    chosen = (*before, *fitting)[:wanted]
    if len(chosen) == wanted:
        return chosen
    without = "".join(f"; {zone} {why}" for zone, why in sorted(others.items()))
    lacking = [zone for zone in usable if zone not in before and zone not in fitting]
    services = f"; {', '.join(lacking)} lack endpoints that are wanted" if lacking else ""
    why = f"{wanted} are wanted, and account {aws.account_id} has {', '.join(usable) or 'none'} in {aws.region}"
    then = f"Set zones = {MIN_ZONES}." if len(chosen) >= MIN_ZONES else "Deploy to another region."
    raise UserError("[network] zones", f"{why}{without}{services}", then)


def _zones(aws: Aws) -> tuple[list[str], dict[str, str]]:
    """Return the sorted names of the zones in which Fargate runs tasks; for the others, the reason."""
    usable, others = [], {}
    for zone in sorted(aws.ec2.describe_availability_zones()["AvailabilityZones"], key=lambda it: it["ZoneName"]):
        name = zone["ZoneName"]
        if zone.get("ZoneType", "availability-zone") != "availability-zone":
            continue
        if zone.get("State", "available") != "available":
            others[name] = f"is {zone['State']}"
        elif zone.get("OptInStatus") == "not-opted-in":
            others[name] = "is not opted in"
        elif not fargate.has_fargate(zone["ZoneId"]):
            others[name] = f"({zone['ZoneId']}) has no Fargate"
        else:
            usable.append(name)
    return usable, others
