"""AWS::EC2::VPCCidrBlock and AWS::EC2::SubnetCidrBlock for IPv6, which ministack lacks.

`Fn::GetAtt Vpc.Ipv6CidrBlocks` is what EC2 lists when it is resolved: nothing before a range is associated, and for
half an hour first the ranges that have been disassociated (https://github.com/aws/aws-cdk/issues/894,
https://github.com/hashicorp/terraform-provider-aws/issues/32967).
"""

from __future__ import annotations

import time
from hashlib import sha256
from ipaddress import IPv6Network
from typing import TYPE_CHECKING

from ministack.services import ec2
from ministack.services.cloudformation import engine

from sandbox.extension.operations import OPERATIONS
from sandbox.extension.resources.provisioners import extend, register

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Record, Untyped

_VPC = "AWS::EC2::VPC"
_RANGE = "_ipv6_range"
"""Key of a VPC's or subnet's record: its range."""
_DISASSOCIATED = "_ipv6_given_back"
"""Key of a VPC's record: its disassociated ranges, each with the time until which EC2 lists it."""
_NUMBER = "_ipv6_number"
"""Key of a VPC's record: the number of ranges that it has had."""
_LISTED_SECONDS = 1800.0
"""How long EC2 lists a disassociated range, scaled."""
_ATTRIBUTE = "Ipv6CidrBlocks"


def install() -> None:
    """Register both types, resolve the attribute of VPCs, and add the ranges to descriptions."""
    extend(_VPC, after_change=lambda made, _: made[1].update({_ATTRIBUTE: []}))
    register("AWS::EC2::VPCCidrBlock", create=_add_to_vpc, update=_keep, delete=_remove_from_vpc)
    register("AWS::EC2::SubnetCidrBlock", create=_add_to_subnet, update=_keep, delete=_remove_from_subnet)
    stock: Callable[..., Untyped] = engine._resolve_refs

    def resolve(value: Untyped, resources: Untyped, *references: Untyped) -> Untyped:
        match value:
            case {"Fn::GetAtt": [str(name), str(attribute)]} if attribute == _ATTRIBUTE:
                if vpc := _vpc_of(resources.get(name)):
                    return [block for block, _ in _listed(vpc)]
        return stock(value, resources, *references)

    engine._resolve_refs = resolve
    ec2._vpc_fields_xml = _with_ranges(ec2._vpc_fields_xml, "VpcId")
    ec2._subnet_fields_xml = _with_ranges(ec2._subnet_fields_xml, "SubnetId")


def _vpc_of(resource: Record | None) -> Record | None:
    """Return the VPC of a resource, if it is an existing VPC."""
    if not resource or resource.get("ResourceType") != _VPC:
        return None
    found: Record | None = ec2._vpcs.get(resource.get("PhysicalResourceId"))
    return found


def _listed(record: Record) -> list[tuple[str, str]]:
    """Return the ranges with their states, as EC2 lists them, disassociated ones first."""
    remembered = [it for it in record.get(_DISASSOCIATED, []) if it[1] > time.time()]
    disassociated = [(block, "disassociated") for block, _ in remembered]
    return [*disassociated, *([(record[_RANGE], "associated")] if _RANGE in record else [])]


def _range_of(vpc: Record) -> str:
    """Return another /56 of the prefix for documentation (RFC 3849) each time."""
    vpc[_NUMBER] = vpc.get(_NUMBER, 0) + 1
    number = int.from_bytes(sha256(f"{vpc['VpcId']}-{vpc[_NUMBER]}".encode()).digest()[:3])
    return str(IPv6Network(((0x20010DB8 << 96) + (number << 72), 56)))


def _add_to_vpc(_: str, props: Properties, __: str) -> Made:
    vpc = ec2._vpcs.get(props["VpcId"])
    if vpc is None:
        raise ValueError(f"The vpc ID '{props['VpcId']}' does not exist")
    if not props.get("AmazonProvidedIpv6CidrBlock"):
        raise ValueError("The sandbox gives VPCs only IPv6 ranges that Amazon provides")
    vpc[_RANGE] = _range_of(vpc)
    return association(props["VpcId"]), {}


def _remove_from_vpc(_: str, props: Properties) -> None:
    vpc = ec2._vpcs.get(props["VpcId"])
    if vpc is None:
        return
    if any(subnet["VpcId"] == props["VpcId"] and _RANGE in subnet for subnet in ec2._subnets.values()):
        raise ValueError(f"The vpc {props['VpcId']} currently has a subnet within CIDR block {vpc.get(_RANGE)}")
    if _RANGE in vpc:
        until = time.time() + _LISTED_SECONDS * OPERATIONS.time_scale
        vpc[_DISASSOCIATED] = [*vpc.get(_DISASSOCIATED, []), (vpc.pop(_RANGE), until)]


def _add_to_subnet(_: str, props: Properties, __: str) -> Made:
    subnet = ec2._subnets.get(props["SubnetId"])
    if subnet is None:
        raise ValueError(f"The subnet ID '{props['SubnetId']}' does not exist")
    wanted, whole = IPv6Network(props["Ipv6CidrBlock"]), ec2._vpcs[subnet["VpcId"]].get(_RANGE)
    if whole is None or not wanted.subnet_of(IPv6Network(whole)):
        raise ValueError(f"The CIDR '{wanted}' is not contained within any of the VPC's eligible ranges")
    others = [it for it in ec2._subnets.values() if it["VpcId"] == subnet["VpcId"]]
    if str(wanted) in {it.get(_RANGE) for it in others}:
        raise ValueError(f"The CIDR '{wanted}' conflicts with another subnet")
    subnet[_RANGE] = str(wanted)
    return association(props["SubnetId"]), {}


def _remove_from_subnet(_: str, props: Properties) -> None:
    if subnet := ec2._subnets.get(props["SubnetId"]):
        subnet.pop(_RANGE, None)


def _keep(physical_id: str, _: Properties, __: Properties, ___: str) -> Made:
    return physical_id, {}


def ranges(record: Record) -> list[str]:
    """Return the associated ranges of a VPC or a subnet."""
    return [record[_RANGE]] if _RANGE in record else []


def association(owner: str) -> str:
    """Return the id of the association of a VPC or a subnet with its range."""
    kind, _, number = owner.partition("-")
    return f"{kind}-cidr-assoc-{number}"


def _with_ranges(stock: Callable[..., str], key: str) -> Callable[..., str]:
    """Return the same description with the IPv6 ranges, if there are any."""

    def describe(record: Record, tag: str = "item") -> str:
        text = stock(record, tag)
        listed = _listed(record)
        if not listed:
            return text
        items = "".join(
            f"<item><associationId>{association(record[key])}</associationId><ipv6CidrBlock>{block}</ipv6CidrBlock>"
            f"<ipv6CidrBlockState><state>{state}</state></ipv6CidrBlockState></item>"
            for block, state in listed
        )
        added = f"<ipv6CidrBlockAssociationSet>{items}</ipv6CidrBlockAssociationSet>"
        head, _, _ = text.rpartition(f"</{tag}>")
        return f"{head}{added}</{tag}>"

    return describe
