"""AWS::EC2::NatGateway, on ministack's own store of gateways; an address has one gateway at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Register the type."""
    register("AWS::EC2::NatGateway", create=_create, update=_update, delete=_delete, tagged=True)


def _create(_: str, props: Properties, __: str) -> Made:
    subnet = ec2._subnets.get(props["SubnetId"])
    if subnet is None:
        raise ValueError(f"The subnet ID '{props['SubnetId']}' does not exist")
    allocation_id = props.get("AllocationId", "")
    if allocation_id and allocation_id not in ec2._addresses:
        raise ValueError(f"The allocation ID '{allocation_id}' does not exist")
    if allocation_id and ec2._addresses[allocation_id]["AssociationId"]:
        text = f"Elastic IP address [{allocation_id}] is already associated"
        raise handler_error(text, "InvalidRequest", service="Ec2")
    gateway_id = f"nat-{uuid4().hex[:17]}"
    ec2._nat_gateways[gateway_id] = {
        "NatGatewayId": gateway_id,
        "SubnetId": props["SubnetId"],
        "VpcId": subnet["VpcId"],
        "AllocationId": allocation_id,
        "ConnectivityType": props.get("ConnectivityType", "public"),
        "State": "available",
        "CreateTime": ec2._now_ts(),
        "Tags": [],
    }
    if allocation_id:
        ec2._addresses[allocation_id]["AssociationId"] = f"eipassoc-{uuid4().hex[:17]}"
    provisioners._ec2_apply_tags(gateway_id, props)
    return gateway_id, {"NatGatewayId": gateway_id}


def _update(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    provisioners._ec2_apply_tags(physical_id, new, old)
    return physical_id, {"NatGatewayId": physical_id}


def _delete(physical_id: str, _: Properties) -> None:
    gateway = ec2._nat_gateways.get(physical_id)
    if gateway is None:
        return
    gateway["State"] = "deleted"
    if address := ec2._addresses.get(gateway["AllocationId"]):
        address["AssociationId"] = None
