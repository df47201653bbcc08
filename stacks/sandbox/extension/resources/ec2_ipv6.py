"""AWS::EC2::VPCCidrBlock and AWS::EC2::SubnetCidrBlock for IPv6, of which ministack has none.

A VPC's range follows from its id, so that `Fn::GetAtt Vpc.Ipv6CidrBlocks` can be resolved before it has one.
"""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv6Network
from typing import TYPE_CHECKING

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from stacks.sandbox.extension.resources.registry import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.sandbox.extension.untyped import Made, Properties, Record
    from stacks.sandbox.server import Options

HOOKS = (
    "services.cloudformation.provisioners:_ec2_vpc_create",
    "services.cloudformation.provisioners:_ec2_vpc_update",
    "services.ec2:_subnet_fields_xml",
    "services.ec2:_subnets",
    "services.ec2:_vpc_fields_xml",
    "services.ec2:_vpcs",
)

_VPC = "AWS::EC2::VPC"
_RANGE = "_ipv6_range"
"""Key of a VPC's or subnet's record."""


def install(_: Options) -> None:
    """Register both types, let VPCs know their range, and let descriptions tell it."""
    handlers = provisioners._RESOURCE_HANDLERS[_VPC]
    handlers["create"] = _with_attribute(provisioners._ec2_vpc_create)
    handlers["update"] = _with_attribute(provisioners._ec2_vpc_update)
    register("AWS::EC2::VPCCidrBlock", create=_add_to_vpc, update=_keep, delete=_take_from_vpc)
    register("AWS::EC2::SubnetCidrBlock", create=_add_to_subnet, update=_keep, delete=_take_from_subnet)
    ec2._vpc_fields_xml = _telling(ec2._vpc_fields_xml, "VpcId")
    ec2._subnet_fields_xml = _telling(ec2._subnet_fields_xml, "SubnetId")


def _range_of(vpc_id: str) -> str:
    """A /56 of the prefix for documentation (RFC 3849)."""
    number = int.from_bytes(sha256(vpc_id.encode()).digest()[:3])
    return str(IPv6Network(((0x20010DB8 << 96) + (number << 72), 56)))


def _with_attribute(stock: Callable[..., Made]) -> Callable[..., Made]:
    def handle(*arguments: str | Properties, **more: str) -> Made:
        physical_id, attributes = stock(*arguments, **more)
        return physical_id, {**attributes, "Ipv6CidrBlocks": [_range_of(physical_id)]}

    return handle


def _add_to_vpc(_: str, props: Properties, __: str) -> Made:
    vpc = ec2._vpcs.get(props["VpcId"])
    if vpc is None:
        raise ValueError(f"The vpc ID '{props['VpcId']}' does not exist")
    if not props.get("AmazonProvidedIpv6CidrBlock"):
        raise ValueError("The sandbox gives VPCs only IPv6 ranges that Amazon provides")
    vpc[_RANGE] = _range_of(props["VpcId"])
    return _association(props["VpcId"]), {}


def _take_from_vpc(_: str, props: Properties) -> None:
    vpc = ec2._vpcs.get(props["VpcId"])
    if vpc is None:
        return
    if any(subnet["VpcId"] == props["VpcId"] and _RANGE in subnet for subnet in ec2._subnets.values()):
        raise ValueError(f"The vpc {props['VpcId']} currently has a subnet within CIDR block {vpc.get(_RANGE)}")
    vpc.pop(_RANGE, None)


def _add_to_subnet(_: str, props: Properties, __: str) -> Made:
    subnet = ec2._subnets.get(props["SubnetId"])
    if subnet is None:
        raise ValueError(f"The subnet ID '{props['SubnetId']}' does not exist")
    wanted, whole = IPv6Network(props["Ipv6CidrBlock"]), ec2._vpcs[subnet["VpcId"]].get(_RANGE)
    if whole is None or not wanted.subnet_of(IPv6Network(whole)):
        raise ValueError(f"The CIDR '{wanted}' is invalid.")
    others = [it for it in ec2._subnets.values() if it["VpcId"] == subnet["VpcId"]]
    if str(wanted) in {it.get(_RANGE) for it in others}:
        raise ValueError(f"The CIDR '{wanted}' conflicts with another subnet")
    subnet[_RANGE] = str(wanted)
    return _association(props["SubnetId"]), {}


def _take_from_subnet(_: str, props: Properties) -> None:
    if subnet := ec2._subnets.get(props["SubnetId"]):
        subnet.pop(_RANGE, None)


def _keep(physical_id: str, _: Properties, __: Properties, ___: str) -> Made:
    return physical_id, {}


def _association(owner: str) -> str:
    kind, _, number = owner.partition("-")
    return f"{kind}-cidr-assoc-{number}"


def _telling(stock: Callable[..., str], key: str) -> Callable[..., str]:
    """The description with the IPv6 range, where there is one."""

    def describe(record: Record, tag: str = "item") -> str:
        text = stock(record, tag)
        if _RANGE not in record:
            return text
        told = (
            f"<ipv6CidrBlockAssociationSet><item><associationId>{_association(record[key])}</associationId>"
            f"<ipv6CidrBlock>{record[_RANGE]}</ipv6CidrBlock>"
            "<ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>"
        )
        head, _, _ = text.rpartition(f"</{tag}>")
        return f"{head}{told}</{tag}>"

    return describe
