"""Zones as EC2 and CloudFormation know them: those of `Fn::GetAZs`, those of a subnet, those of an endpoint service."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

import botocore
from ministack.services import ec2
from ministack.services.cloudformation import engine, provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Record, Untyped

_LETTERS = "abc"
_SEVERAL = (
    "codedeploy-commands-secure",
    "execute-api",
    "iot.data",
    "s3-outposts",
    "sagemaker.api",
    "sagemaker.runtime",
)
"""Endpoint services that have another name than the API."""


def install() -> None:
    """Mend the function, what subnets refuse, and the list of endpoint services."""
    stock: Callable[..., Untyped] = engine._resolve_refs

    def resolve(value: Untyped, *references: Untyped) -> Untyped:
        found = stock(value, *references)
        if isinstance(value, dict) and "Fn::GetAZs" in value and isinstance(found, list):
            return _with_default_subnets(found)
        return found

    engine._resolve_refs = resolve
    provisioners._ec2_subnet_create = _refusing(provisioners._ec2_subnet_create)
    provisioners._RESOURCE_HANDLERS["AWS::EC2::Subnet"]["create"] = provisioners._ec2_subnet_create
    ec2._VPCE_INTERFACE_SERVICES = (*ec2._VPCE_INTERFACE_SERVICES, *_apis(), *_SEVERAL)


def _with_default_subnets(zones: list[str]) -> list[str]:
    """Those with a default subnet, where the account has any.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
    """
    ec2._ensure_defaults_initialized()
    default = {it["AvailabilityZone"] for it in ec2._subnets.values() if it.get("DefaultForAz")}
    return [zone for zone in zones if zone in default] if default else zones


def _refusing(stock: Callable[..., Made]) -> Callable[..., Made]:
    """Make it where EC2 would: in a zone of the region, and in a range that no other subnet of the VPC has."""

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        zone, region = provisioners._ec2_subnet_zone(props), engine.get_region()
        if zone not in (zones := [f"{region}{letter}" for letter in _LETTERS]):
            raise ValueError(
                f"Value ({zone}) for parameter availabilityZone is invalid. "
                f"Subnets can currently only be created in the following availability zones: {', '.join(zones)}."
            )
        if _overlaps(props):
            raise ValueError(f"The CIDR '{props['CidrBlock']}' conflicts with another subnet")
        return stock(logical_id, props, stack_name)

    return create


def _overlaps(props: Properties) -> bool:
    if "CidrBlock" not in props:
        return False
    wanted = IPv4Network(props["CidrBlock"])
    others: list[Record] = [it for it in ec2._subnets.values() if it["VpcId"] == props.get("VpcId")]
    return any(wanted.overlaps(IPv4Network(it["CidrBlock"])) for it in others)


@cache
def _apis() -> tuple[str, ...]:
    """What APIs are called, which is what most endpoint services are called."""
    known = set(ec2._VPCE_INTERFACE_SERVICES)
    folder = Path(botocore.__file__).parent / "data"
    return tuple(sorted(it.name for it in folder.iterdir() if it.is_dir() and it.name not in known))
