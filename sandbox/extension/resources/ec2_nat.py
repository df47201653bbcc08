"""AWS::EC2::EIP and AWS::EC2::NatGateway, on ministack's own stores of addresses and gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.registry import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record


def install() -> None:
    """Register both types."""
    register("AWS::EC2::EIP", create=_create_address, update=_update_address, delete=_delete_address, tags="Tags")
    register("AWS::EC2::NatGateway", create=_create_nat, update=_update_nat, delete=_delete_nat, tags="Tags")


def _create_address(_: str, props: Properties, __: str) -> Made:
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
    return _address(ec2._addresses[allocation_id])


def _update_address(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    record = _find_address(physical_id)
    if record is None:
        raise ValueError(f"Address '{physical_id}' not found.")
    provisioners._ec2_apply_tags(record["AllocationId"], new, old)
    return _address(record)


def _delete_address(physical_id: str, _: Properties) -> None:
    if record := _find_address(physical_id):
        ec2._addresses.pop(record["AllocationId"], None)
        ec2._tags.pop(record["AllocationId"], None)


def _address(record: Record) -> Made:
    return record["PublicIp"], {"AllocationId": record["AllocationId"], "PublicIp": record["PublicIp"]}


def _find_address(public_ip: str) -> Record | None:
    return next((record for record in ec2._addresses.values() if record["PublicIp"] == public_ip), None)


def _create_nat(_: str, props: Properties, __: str) -> Made:
    subnet = ec2._subnets.get(props["SubnetId"])
    if subnet is None:
        raise ValueError(f"The subnet ID '{props['SubnetId']}' does not exist")
    allocation_id = props.get("AllocationId", "")
    if allocation_id and allocation_id not in ec2._addresses:
        raise ValueError(f"The allocation ID '{allocation_id}' does not exist")
    if allocation_id and ec2._addresses[allocation_id]["AssociationId"]:
        text = f"Elastic IP address [{allocation_id}] is already associated (Service: Ec2, Status Code: 400)"
        raise ValueError(f'Resource handler returned message: "{text}" (HandlerErrorCode: InvalidRequest)')
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


def _update_nat(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    provisioners._ec2_apply_tags(physical_id, new, old)
    return physical_id, {"NatGatewayId": physical_id}


def _delete_nat(physical_id: str, _: Properties) -> None:
    gateway = ec2._nat_gateways.get(physical_id)
    if gateway is None:
        return
    gateway["State"] = "deleted"
    if address := ec2._addresses.get(gateway["AllocationId"]):
        address["AssociationId"] = None
