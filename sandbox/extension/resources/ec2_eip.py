"""AWS::EC2::EIP, on ministack's own store of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record


def install() -> None:
    """Register the type."""
    register("AWS::EC2::EIP", create=_create, update=_update, delete=_delete, tagged=True)


def _create(_: str, props: Properties, __: str) -> Made:
    allocation_id = f"eipalloc-{uuid4().hex[:17]}"
    ec2._addresses[allocation_id] = {
        "AllocationId": allocation_id,
        "PublicIp": ec2._random_ip("52."),
        "Domain": props.get("Domain", "vpc"),
        "AssociationId": None,
        "InstanceId": None,
        "NetworkInterfaceId": None,
        "PrivateIpAddress": None,
    }
    provisioners._ec2_apply_tags(allocation_id, props)
    return _made(ec2._addresses[allocation_id])


def _update(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    record = _find(physical_id)
    if record is None:
        raise ValueError(f"Address '{physical_id}' not found.")
    provisioners._ec2_apply_tags(record["AllocationId"], new, old)
    return _made(record)


def _delete(physical_id: str, _: Properties) -> None:
    if record := _find(physical_id):
        ec2._addresses.pop(record["AllocationId"], None)
        ec2._tags.pop(record["AllocationId"], None)


def _made(record: Record) -> Made:
    return record["PublicIp"], {"AllocationId": record["AllocationId"], "PublicIp": record["PublicIp"]}


def _find(public_ip: str) -> Record | None:
    return next((record for record in ec2._addresses.values() if record["PublicIp"] == public_ip), None)
