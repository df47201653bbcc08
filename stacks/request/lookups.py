"""What the account knows and an environment file need not say: values of the root's parameters without default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError, coded
from stacks.request import zones
from stacks.request.shared_listener import find_shared_listener
from stacks.request.zones import AVAILABILITY_ZONES
from templates import fargate
from templates.network.subnets import MIN_ZONES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_ec2.type_defs import SubnetTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings
    from templates.network.shared_listener import SharedListener

VPC_ID, PUBLIC_SUBNET_IDS = "VpcId", "PublicSubnetIds"
"""Parameters of the root."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Values by the parameters' names; `notes` tell a reader of the plan what was found."""

    values: Mapping[str, str]
    notes: tuple[str, ...]


@coded(Code.PREFLIGHT)
def look_up(aws: Aws, settings: Settings, existing: Stack | None) -> Found:
    """Look up what the settings leave to the account. Raises UserError where it is not there.

    `existing` is the stack that is there: the zones of its subnets stay.
    """
    looked = [_default_vpc(aws)] if settings.network.use_default_vpc else []
    if settings.network.makes_vpc:
        looked.append(_zones(aws, settings, existing))
    if listener := settings.network.listener:
        looked.append(_shared_listener(aws, settings, listener))
    values = {name: value for found in looked for name, value in found.values.items()}
    return Found(values=values, notes=tuple(note for found in looked for note in found.notes))


def _shared_listener(aws: Aws, settings: Settings, listener: SharedListener) -> Found:
    """Return the load balancer that is shared, by its listener."""
    values = find_shared_listener(aws, settings, listener)
    return Found(values=values, notes=(f"Shared load balancer: {values['SharedLoadBalancerDnsName']}.",))


def _zones(aws: Aws, settings: Settings, existing: Stack | None) -> Found:
    """Return the zones of the new VPC."""
    chosen, said = zones.choose_zones(aws, settings, existing)
    return Found(values={AVAILABILITY_ZONES: ",".join(chosen)}, notes=(said,) if said else ())


def _default_vpc(aws: Aws) -> Found:
    """Return the default VPC with its default subnets, one in each zone that has Fargate, in the zones' order."""
    vpcs = aws.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    vpc = next((it for it in vpcs if it["IsDefault"]), None)
    if vpc is None:
        then = f"Leave it out: a new VPC is made then. Or make one: aws ec2 create-default-vpc --region {aws.region}"
        why = f"account {aws.account_id} has no default VPC in {aws.region}"
        raise UserError("[network] use_default_vpc", why, then)
    filters = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": "default-for-az", "Values": ["true"]}]
    found = aws.ec2.describe_subnets(Filters=filters)["Subnets"]  # type: ignore[arg-type]  # a list of literals
    fitting = [it for it in found if fargate.has_fargate(it["AvailabilityZoneId"])]
    subnets = sorted(fitting, key=lambda it: (it["AvailabilityZone"], it["SubnetId"]))
    _refuse_few(aws, vpc["VpcId"], subnets)
    places = ", ".join(f"{it['SubnetId']} in {it['AvailabilityZone']}" for it in subnets)
    return Found(
        values={VPC_ID: vpc["VpcId"], PUBLIC_SUBNET_IDS: ",".join(it["SubnetId"] for it in subnets)},
        notes=(f"Default VPC: {vpc['VpcId']} ({vpc['CidrBlock']}), with {places}.",),
    )


def _refuse_few(aws: Aws, vpc_id: str, subnets: Sequence[SubnetTypeDef]) -> None:
    zones = sorted({it["AvailabilityZone"] for it in subnets})
    if len(zones) < MIN_ZONES:
        where = f"in {', '.join(zones)} only" if zones else "in no zone"
        make = f"aws ec2 create-default-subnet --region {aws.region} --availability-zone ZONE"
        why = f"the default VPC {vpc_id} has default subnets {where}"
        raise UserError("[network] use_default_vpc", why, f"A load balancer needs {MIN_ZONES} zones: {make}")
