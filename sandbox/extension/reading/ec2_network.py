"""AWS::EC2: VPCs and subnets with their IPv6 ranges, gateways, addresses, endpoints and flow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import ec2

from sandbox.extension.reading.readable import Readable, every_key, joined
from sandbox.extension.reading.shapes import document, present, tags
from sandbox.extension.resources import ec2_ipv6_cidr_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties, Record

_AVAILABLE = "available"
_ENDPOINT = ("RouteTableIds", "SubnetIds", "SecurityGroupIds", "NetworkInterfaceIds", "DnsEntries")
_GONE = "deleted"
_IPV6 = "Ipv6CidrBlock"


def _tags(resource_id: str) -> list[Record]:
    return tags(ec2._tags.get(resource_id))


def _vpc(vpc_id: str) -> Properties | None:
    found = ec2._vpcs.get(vpc_id)
    if found is None:
        return None
    return {
        "VpcId": vpc_id,
        "CidrBlock": found["CidrBlock"],
        "CidrBlockAssociations": [],
        "DefaultNetworkAcl": found["DefaultNetworkAclId"],
        "DefaultSecurityGroup": found["DefaultSecurityGroupId"],
        "EnableDnsHostnames": bool(found.get("EnableDnsHostnames", False)),
        "EnableDnsSupport": bool(found.get("EnableDnsSupport", True)),
        "InstanceTenancy": found["InstanceTenancy"],
        "Ipv6CidrBlocks": ec2_ipv6_cidr_blocks.ranges(found),
        "Tags": _tags(vpc_id),
    }


def _subnet(subnet_id: str) -> Properties | None:
    found = ec2._subnets.get(subnet_id)
    if found is None:
        return None
    blocks = ec2_ipv6_cidr_blocks.ranges(found)
    return {
        "SubnetId": subnet_id,
        "VpcId": found["VpcId"],
        "CidrBlock": found["CidrBlock"],
        "AvailabilityZone": found["AvailabilityZone"],
        "AvailabilityZoneId": found["AvailabilityZoneId"],
        "MapPublicIpOnLaunch": bool(found["MapPublicIpOnLaunch"]),
        "AssignIpv6AddressOnCreation": bool(found.get("AssignIpv6AddressOnCreation", False)),
        "Ipv6CidrBlocks": blocks,
        **present(Ipv6CidrBlock=next(iter(blocks), None)),
        "Tags": _tags(subnet_id),
    }


def _vpc_range(association: str, vpc_id: str) -> Properties | None:
    blocks = ec2_ipv6_cidr_blocks.ranges(ec2._vpcs.get(vpc_id) or {})
    if not blocks or association != ec2_ipv6_cidr_blocks.association(vpc_id):
        return None
    return {"Id": association, "VpcId": vpc_id, "AmazonProvidedIpv6CidrBlock": True, _IPV6: blocks[0]}


def _vpc_ranges() -> Iterator[tuple[str, ...]]:
    for vpc_id, vpc in list(ec2._vpcs.items()):
        if ec2_ipv6_cidr_blocks.ranges(vpc):
            yield ec2_ipv6_cidr_blocks.association(vpc_id), vpc_id


def _subnet_range(association: str) -> Properties | None:
    for subnet_id, subnet in ec2._subnets.items():
        blocks = ec2_ipv6_cidr_blocks.ranges(subnet)
        if blocks and association == ec2_ipv6_cidr_blocks.association(subnet_id):
            return {"Id": association, "SubnetId": subnet_id, _IPV6: blocks[0]}
    return None


def _subnet_ranges() -> Iterator[tuple[str, ...]]:
    for subnet_id, subnet in list(ec2._subnets.items()):
        if ec2_ipv6_cidr_blocks.ranges(subnet):
            yield (ec2_ipv6_cidr_blocks.association(subnet_id),)


def _internet_gateway(gateway_id: str) -> Properties | None:
    if gateway_id not in ec2._internet_gateways:
        return None
    return {"InternetGatewayId": gateway_id, "Tags": _tags(gateway_id)}


def _attachment(kind: str, vpc_id: str) -> Properties | None:
    for gateway_id, gateway in ec2._internet_gateways.items():
        if kind == "IGW" and vpc_id in {it["VpcId"] for it in gateway["Attachments"]}:
            return {"AttachmentType": kind, "VpcId": vpc_id, "InternetGatewayId": gateway_id}
    return None


def _attachments() -> Iterator[tuple[str, ...]]:
    for gateway in list(ec2._internet_gateways.values()):
        for attachment in gateway["Attachments"]:
            yield "IGW", attachment["VpcId"]


def _nat_gateway(gateway_id: str) -> Properties | None:
    found = ec2._nat_gateways.get(gateway_id)
    if found is None or found["State"] == _GONE:
        return None
    return {
        "NatGatewayId": gateway_id,
        "SubnetId": found["SubnetId"],
        "VpcId": found["VpcId"],
        "ConnectivityType": found["ConnectivityType"],
        **present(AllocationId=found["AllocationId"]),
        "Tags": _tags(gateway_id),
    }


def _nat_gateways() -> Iterator[tuple[str, ...]]:
    for gateway_id, found in list(ec2._nat_gateways.items()):
        if found["State"] == _AVAILABLE:
            yield (gateway_id,)


def _address(public_ip: str, allocation_id: str) -> Properties | None:
    found = ec2._addresses.get(allocation_id)
    if found is None or found["PublicIp"] != public_ip:
        return None
    return {
        "PublicIp": public_ip,
        "AllocationId": allocation_id,
        "Domain": found["Domain"],
        "Tags": _tags(allocation_id),
    }


def _addresses() -> Iterator[tuple[str, ...]]:
    for allocation_id, found in list(ec2._addresses.items()):
        yield found["PublicIp"], allocation_id


def _allocation(public_ip: str) -> str:
    return next((key for key, found in ec2._addresses.items() if found["PublicIp"] == public_ip), "")


def _endpoint(endpoint_id: str) -> Properties | None:
    found = ec2._vpc_endpoints.get(endpoint_id)
    if found is None:
        return None
    return {
        "Id": endpoint_id,
        "VpcId": found["VpcId"],
        "ServiceName": found["ServiceName"],
        "VpcEndpointType": found["VpcEndpointType"],
        "PrivateDnsEnabled": bool(found.get("PrivateDnsEnabled", False)),
        **{name: list(found.get(name) or ()) for name in _ENDPOINT},
        **present(PolicyDocument=document(found.get("PolicyDocument"))),
        "Tags": _tags(endpoint_id),
    }


def _flow_log(flow_log_id: str) -> Properties | None:
    found = ec2._flow_logs.get(flow_log_id)
    if found is None:
        return None
    kept = ("ResourceId", "ResourceType", "TrafficType", "LogDestinationType", "LogDestination")
    return {"Id": flow_log_id, **present(**{name: found.get(name) for name in kept}), "Tags": _tags(flow_log_id)}


READERS = {
    "AWS::EC2::VPC": Readable(read=_vpc, every=every_key(ec2._vpcs)),
    "AWS::EC2::VPCCidrBlock": Readable(
        read=_vpc_range, every=_vpc_ranges, identify=lambda physical_id, props: (physical_id, props["VpcId"])
    ),
    "AWS::EC2::Subnet": Readable(read=_subnet, every=every_key(ec2._subnets)),
    "AWS::EC2::SubnetCidrBlock": Readable(read=_subnet_range, every=_subnet_ranges),
    "AWS::EC2::InternetGateway": Readable(read=_internet_gateway, every=every_key(ec2._internet_gateways)),
    "AWS::EC2::VPCGatewayAttachment": joined(read=_attachment, every=_attachments),
    "AWS::EC2::NatGateway": Readable(read=_nat_gateway, every=_nat_gateways),
    "AWS::EC2::EIP": Readable(
        read=_address, every=_addresses, identify=lambda physical_id, _: (physical_id, _allocation(physical_id))
    ),
    "AWS::EC2::VPCEndpoint": Readable(read=_endpoint, every=every_key(ec2._vpc_endpoints)),
    "AWS::EC2::FlowLog": Readable(
        read=_flow_log,
        every=every_key(ec2._flow_logs),
        unread=frozenset({"LogGroupName", "DeliverLogsPermissionArn", "MaxAggregationInterval"}),
    ),
}
