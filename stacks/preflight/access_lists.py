"""Network ACLs of existing subnets: they allow the traffic that the load balancer and the tasks need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.errors import UserError
from templates.network import listeners
from templates.network.ranges import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_ec2.type_defs import NetworkAclEntryTypeDef, NetworkAclTypeDef

    from stacks.aws.session import Aws
    from stacks.preflight.placement import Placement
    from stacks.settings import Settings

PROTOCOLS = {"-1", "6"}
"""All of them, and TCP."""


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """TCP traffic over one of these ports, out of a subnet or into it; `description` is for messages."""

    egress: bool
    ports: range
    description: str


ANSWERS = range(1024, 65536)
"""Ephemeral ports of clients
(https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports)."""
TASKS: tuple[Traffic, ...] = (
    Traffic(egress=True, ports=range(443, 444), description="HTTPS out, by which tasks pull their image"),
    Traffic(egress=False, ports=ANSWERS, description="answers in, to what tasks ask"),
)


def check_traffic(aws: Aws, settings: Settings, placement: Placement) -> str:
    """Raise UserError if an ACL denies needed traffic from every address; return what is not known, or "".

    An ACL that allows some addresses passes: they may be the needed ones.
    """
    tasks_key = "private_subnet_ids" if placement.private else placement.balancer_key
    checks = [(tasks_key, placement.private or placement.balancer, TASKS)]
    if settings.network.listener is None:
        checks.append((placement.balancer_key, placement.balancer, _balancer_traffic(settings)))
    filters = [{"Name": "vpc-id", "Values": [placement.vpc_id]}]
    try:
        pages = aws.ec2.get_paginator("describe_network_acls").paginate(Filters=filters)  # type: ignore[arg-type]  # a list of literals
        lists = [it for page in pages for it in page["NetworkAcls"]]
    except ClientError as error:
        if not is_denied(error):
            raise
        return "[network] subnets: what their ACLs allow is not known, because ec2:DescribeNetworkAcls is not allowed"
    for key, ids, needed in checks:
        for subnet_id in ids:
            _check_subnet(f"[network] {key}", subnet_id, _acl_of(lists, subnet_id), needed)
    return ""


def _balancer_traffic(settings: Settings) -> tuple[Traffic, ...]:
    port = max(listeners.listener_ports(settings.network))
    return (
        Traffic(
            egress=False, ports=range(port, port + 1), description=f"port {port} in, on which the load balancer listens"
        ),
        Traffic(egress=True, ports=ANSWERS, description="answers out, to browsers"),
    )


def _acl_of(lists: Sequence[NetworkAclTypeDef], subnet_id: str) -> NetworkAclTypeDef | None:
    """Return the ACL of the subnet, or the default ACL of the VPC."""
    own = (acl for acl in lists if any(it.get("SubnetId") == subnet_id for it in acl["Associations"]))
    return next(own, None) or next((acl for acl in lists if acl["IsDefault"]), None)


def _check_subnet(what: str, subnet_id: str, acl: NetworkAclTypeDef | None, needed: Sequence[Traffic]) -> None:
    if acl is None:
        return
    if missing := [it.description for it in needed if not _allows(acl["Entries"], it)]:
        why = f"network ACL {acl['NetworkAclId']} of {subnet_id} does not allow {' nor '.join(missing)}"
        raise UserError(what, why, "Add rules that do; a security group's rules do not count here.")


def _allows(entries: Sequence[NetworkAclEntryTypeDef], traffic: Traffic) -> bool:
    """Whether some of the traffic is allowed: the rule with the lowest number decides for each packet."""
    matching = (it for it in entries if it["Egress"] == traffic.egress and it["Protocol"] in PROTOCOLS)
    for entry in sorted(matching, key=lambda it: it["RuleNumber"]):
        ports = entry.get("PortRange")
        first, last = (ports["From"], ports["To"]) if ports else (0, 65535)
        if entry["RuleAction"] == "allow" and first <= traffic.ports[-1] and last >= traffic.ports[0]:
            return True
        if entry.get("CidrBlock") == ANYWHERE and first <= traffic.ports[0] and last >= traffic.ports[-1]:
            return False
    return False
