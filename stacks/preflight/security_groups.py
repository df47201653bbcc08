"""Given security groups: they are in the VPC, browsers reach the load balancer, it the tasks, and they their image.

Only rules of security groups are looked at, and addresses in prefix lists are not: where there is one, nothing is
refused. Network ACLs are looked at in `access_lists.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, TypeAlias

from stacks.cloudformation.stack import nested_stack_resources
from stacks.errors import UserError
from stacks.preflight.rules import is_for
from stacks.preflight.shared_egress import TASKS
from stacks.request.shared_listener import security_groups
from templates.network import listeners
from templates.network.given_groups import KEYS
from templates.root import NETWORK_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from types_boto3_ec2.type_defs import IpPermissionOutputTypeDef, SecurityGroupTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.preflight.placement import Placement
    from stacks.preflight.subnets import ById
    from stacks.settings import Settings

Groups: TypeAlias = "Mapping[str, SecurityGroupTypeDef]"
BALANCER = "LoadBalancerSecurityGroup"
"""The logical id of the load balancer's own security group."""
HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The other end of a connection: its security groups, as far as they exist, and the ranges of its subnets."""

    noun: str
    groups: frozenset[str]
    ranges: tuple[str, ...]


def check_security_groups(
    aws: Aws, settings: Settings, placement: Placement, subnets: ById, existing: Stack | None
) -> None:
    """Raise UserError if a given group is not in the VPC, or its rules let nothing through that has to pass."""
    network = settings.network
    given = {key: getattr(network, key) for key in KEYS}
    if not any(given.values()):
        return
    found = _described(aws, placement.vpc_id, given)
    own = _own(aws, existing)
    balancer_groups = (
        security_groups(aws, network.listener)
        if network.listener
        else network.load_balancer_security_group_ids or own.get(BALANCER, ())
    )
    task_groups = network.task_security_group_ids or own.get(TASKS, ())
    tasks, port = placement.private or placement.balancer, network.target_port
    if ids := network.load_balancer_security_group_ids:
        groups = [found[it] for it in ids]
        for listening in listeners.listener_ports(network):
            _check(KEYS[0], groups, _ingress(groups), "in", listening, None)
        _check(KEYS[0], groups, _egress(groups), "out", port, _peer("the tasks", task_groups, tasks, subnets))
    if ids := network.task_security_group_ids:
        groups = [found[it] for it in ids]
        # The subnets of a shared load balancer are not known: any range may be theirs.
        there = () if network.listener else placement.balancer
        _check(
            KEYS[1], groups, _ingress(groups), "in", port, _peer("the load balancer", balancer_groups, there, subnets)
        )
        _check(KEYS[1], groups, _egress(groups), "out", HTTPS, None)


def _described(aws: Aws, vpc_id: str, given: Mapping[str, Sequence[str]]) -> Groups:
    wanted = sorted({it for ids in given.values() for it in ids})
    listed = aws.ec2.describe_security_groups(Filters=[{"Name": "group-id", "Values": wanted}])["SecurityGroups"]
    found = {it["GroupId"]: it for it in listed}
    for key, ids in given.items():
        if missing := [it for it in ids if it not in found]:
            raise UserError(f"[network] {key}", f"account {aws.account_id} has no {', '.join(missing)} in {aws.region}")
        if outside := [it for it in ids if found[it].get("VpcId") != vpc_id]:
            why = ", ".join(f"{it} is in {found[it].get('VpcId')}" for it in outside)
            raise UserError(f"[network] {key}", f"{why}, and the load balancer and the tasks are in {vpc_id}")
    return found


def _own(aws: Aws, existing: Stack | None) -> dict[str, tuple[str, ...]]:
    """Return the security groups that the deployed stack has made, by logical id."""
    if existing is None or existing.under_review:
        return {}
    there = nested_stack_resources(aws, existing.stack_id, NETWORK_STACK)
    return {it.logical_id: (it.physical_id,) for it in there if it.logical_id in {BALANCER, TASKS}}


def _peer(noun: str, groups: Iterable[str], ids: Sequence[str], subnets: ById) -> Peer:
    return Peer(noun=noun, groups=frozenset(groups), ranges=tuple(subnets[it]["CidrBlock"] for it in ids))


def _ingress(groups: Iterable[SecurityGroupTypeDef]) -> list[IpPermissionOutputTypeDef]:
    return [rule for group in groups for rule in group.get("IpPermissions", [])]


def _egress(groups: Iterable[SecurityGroupTypeDef]) -> list[IpPermissionOutputTypeDef]:
    return [rule for group in groups for rule in group.get("IpPermissionsEgress", [])]


def _check(
    key: str,
    groups: Sequence[SecurityGroupTypeDef],
    rules: Iterable[IpPermissionOutputTypeDef],
    way: str,
    port: int,
    peer: Peer | None,
) -> None:
    """Raise UserError if no rule lets a connection to this port pass; without a peer any address will do."""
    fitting = [rule for rule in rules if is_for(rule, port)]
    if any(_lets_pass(rule, peer) for rule in fitting) or (peer and _cover(fitting, peer)):
        return
    names = ", ".join(it["GroupId"] for it in groups)
    direction = "from" if way == "in" else "to"
    where = f" {direction} {peer.noun}" if peer else ""
    then = f"Add a rule for TCP port {port} that does, or leave {key} out: a group is made then."
    raise UserError(f"[network] {key}", f"no rule of {names} lets anything {way} on port {port}{where}", then)


def _lets_pass(rule: IpPermissionOutputTypeDef, peer: Peer | None) -> bool:
    if rule.get("PrefixListIds"):
        return True
    pairs = {it.get("GroupId", "") for it in rule.get("UserIdGroupPairs", [])}
    if peer is None:
        return bool(pairs or rule.get("IpRanges") or rule.get("Ipv6Ranges"))
    return bool(pairs & peer.groups) or (not peer.ranges and bool(rule.get("IpRanges")))


def _cover(rules: Iterable[IpPermissionOutputTypeDef], peer: Peer) -> bool:
    """Whether the ranges of the rules cover all subnets of the peer."""
    ranges = [ip_network(it["CidrIp"]) for rule in rules for it in rule.get("IpRanges", [])]
    blocks = [ip_network(it) for it in peer.ranges]
    return bool(blocks) and all(any(block.subnet_of(one) for one in ranges) for block in blocks)  # type: ignore[arg-type]  # of IPv4 both
