"""AWS::EC2::SecurityGroupIngress and AWS::EC2::SecurityGroupEgress: single rules of a security group."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Record

_STORES = {"AWS::EC2::SecurityGroupIngress": "IpPermissions", "AWS::EC2::SecurityGroupEgress": "IpPermissionsEgress"}
_ID = "SecurityGroupRuleId"


_ALL = "-1"
"""The protocol that stands for all, on all ports, whatever ports are given with it:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html"""


def install() -> None:
    """Register both types, and let a call's rule for all protocols have no ports."""
    stock: Callable[[Record, str], list[Record]] = ec2._parse_ip_permissions

    def parse(params: Record, prefix: str) -> list[Record]:
        """Return the rules of a call. Terraform writes ports 0 to 0 for all protocols."""
        return [_without_ports(rule) if rule["IpProtocol"] == _ALL else rule for rule in stock(params, prefix)]

    ec2._parse_ip_permissions = parse
    for resource_type, store in _STORES.items():
        register(
            resource_type,
            create=partial(_create, store),
            update=partial(_update, store),
            delete=partial(_delete, store),
        )


def _create(store: str, _: str, props: Properties, __: str) -> Made:
    rule = _rule(props)
    rules = _group(props["GroupId"]).setdefault(store, [])
    if any(_same(rule, other) for other in rules):
        raise ValueError("the specified rule already exists")
    rule_id = f"sgr-{uuid4().hex[:17]}"
    rules.append({**rule, _ID: rule_id})
    return rule_id, {"Id": rule_id}


def _update(store: str, physical_id: str, old: Properties, new: Properties, stack_name: str) -> Made:
    if old["GroupId"] != new["GroupId"] or not _same(_rule(old), _rule(new)):
        return _create(store, "", new, stack_name)
    _delete(store, physical_id, old)
    _group(new["GroupId"]).setdefault(store, []).append({**_rule(new), _ID: physical_id})
    return physical_id, {"Id": physical_id}


def _delete(store: str, _: str, props: Properties) -> None:
    group = ec2._security_groups.get(props["GroupId"])
    if group is not None:
        rule = _rule(props)
        group[store] = [other for other in group.get(store, []) if not _same(rule, other)]


def _without_ports(rule: Record) -> Record:
    return {key: value for key, value in rule.items() if key not in ("FromPort", "ToPort")}


def _group(group_id: str) -> Record:
    group: Record | None = ec2._security_groups.get(group_id)
    if group is None:
        raise ValueError(f"The security group '{group_id}' does not exist")
    return group


def _rule(props: Properties) -> Record:
    rule: Record = provisioners._ec2_sg_permissions([props])[0]
    return rule


def _same(left: Record, right: Record) -> bool:
    return _undescribed(left) == _undescribed(right)


def _undescribed(rule: Record) -> Record:
    """Return the rule without its id and its descriptions, by which EC2 does not compare rules."""
    return {
        key: [{name: item for name, item in entry.items() if name != "Description"} for entry in value]
        if isinstance(value, list)
        else value
        for key, value in rule.items()
        if key != _ID
    }
