"""AWS::EC2: route tables, their routes and associations, security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id
from ministack.services import ec2

from sandbox.extension.reading.readable import Readable, every_key, joined
from sandbox.extension.reading.shapes import present, tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.extension.untyped import Properties, Record

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "InstanceId",
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "EgressOnlyInternetGatewayId",
    "NetworkInterfaceId",
)
_SOURCE, _DESTINATION = "Source", "Destination"


def _route_table(table_id: str) -> Properties | None:
    found = ec2._route_tables.get(table_id)
    if found is None:
        return None
    return {"RouteTableId": table_id, "VpcId": found["VpcId"], "Tags": tags(ec2._tags.get(table_id))}


def _route(table_id: str, destination: str) -> Properties | None:
    for route in (ec2._route_tables.get(table_id) or {"Routes": []})["Routes"]:
        where = {name: route.get(name) for name in _DESTINATIONS}
        if destination in where.values():
            to = {name: route.get(name) for name in _TARGETS}
            return {"RouteTableId": table_id, "CidrBlock": destination, **present(**where, **to)}
    return None


def _routes() -> Iterator[tuple[str, ...]]:
    for table_id, table in list(ec2._route_tables.items()):
        for route in table["Routes"]:
            yield table_id, next(str(route[name]) for name in _DESTINATIONS if route.get(name))


def _association(association_id: str) -> Properties | None:
    for table_id, table in ec2._route_tables.items():
        for found in table["Associations"]:
            if found["RouteTableAssociationId"] == association_id and found.get("SubnetId"):
                return {"Id": association_id, "RouteTableId": table_id, "SubnetId": found["SubnetId"]}
    return None


def _associations() -> Iterator[tuple[str, ...]]:
    for table in list(ec2._route_tables.values()):
        for found in table["Associations"]:
            if found.get("SubnetId"):
                yield (found["RouteTableAssociationId"],)


def _group(group_id: str) -> Properties | None:
    found = ec2._security_groups.get(group_id)
    if found is None:
        return None
    ingress = [it for permission in found["IpPermissions"] for it in _rules(permission, _SOURCE)]
    egress = [it for permission in found["IpPermissionsEgress"] for it in _rules(permission, _DESTINATION)]
    return {
        "Id": group_id,
        "GroupId": group_id,
        "GroupName": found["GroupName"],
        "GroupDescription": found["Description"],
        "VpcId": found["VpcId"],
        "SecurityGroupIngress": ingress,
        "SecurityGroupEgress": egress,
        "Tags": tags(ec2._tags.get(group_id)),
    }


def _rules(permission: Record, side: str) -> Iterator[Properties]:
    """Yield one rule for each range, prefix list and group of a permission."""
    ports = present(**{name: permission.get(name) for name in ("FromPort", "ToPort")})
    common = {"IpProtocol": permission["IpProtocol"], **ports}
    for name, key in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
        for entry in permission.get(name) or ():
            yield common | {key: entry[key]} | present(Description=entry.get("Description"))
    for entry in permission.get("PrefixListIds") or ():
        yield common | {f"{side}PrefixListId": entry["PrefixListId"]} | present(Description=entry.get("Description"))
    for entry in permission.get("UserIdGroupPairs") or ():
        owner = {f"{side}SecurityGroupOwnerId": entry.get("UserId") or get_account_id()} if side == _SOURCE else {}
        source = {f"{side}SecurityGroupId": entry.get("GroupId"), "Description": entry.get("Description"), **owner}
        yield common | present(**source)


def _single(side: str) -> Callable[[str], Properties | None]:
    def read(rule_id: str) -> Properties | None:
        for group_id, found, permission in _permissions(side):
            if found == rule_id:
                return {"Id": rule_id, "GroupId": group_id, **next(_rules(permission, side), {})}
        return None

    return read


def _all_single(side: str) -> Callable[[], Iterator[tuple[str, ...]]]:
    def every() -> Iterator[tuple[str, ...]]:
        for _, rule_id, _ in _permissions(side):
            yield (rule_id,)

    return every


def _permissions(side: str) -> Iterator[tuple[str, str, Record]]:
    """Yield group, rule id and permission of each rule on this side."""
    egress = side == _DESTINATION
    for group_id, group in list(ec2._security_groups.items()):
        for permission in group["IpPermissionsEgress" if egress else "IpPermissions"]:
            yield group_id, ec2._sg_rule_id(group_id, egress, permission), permission


READERS = {
    "AWS::EC2::RouteTable": Readable(read=_route_table, every=every_key(ec2._route_tables)),
    "AWS::EC2::Route": joined(read=_route, every=_routes),
    "AWS::EC2::SubnetRouteTableAssociation": Readable(read=_association, every=_associations),
    "AWS::EC2::SecurityGroup": Readable(read=_group, every=every_key(ec2._security_groups)),
    "AWS::EC2::SecurityGroupIngress": Readable(read=_single(_SOURCE), every=_all_single(_SOURCE)),
    "AWS::EC2::SecurityGroupEgress": Readable(read=_single(_DESTINATION), every=_all_single(_DESTINATION)),
}
