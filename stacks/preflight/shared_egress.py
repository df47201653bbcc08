"""A shared load balancer reaches the tasks: its security groups allow egress to their port."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.cloudformation.stack import nested_stack_resources
from stacks.errors import UserError
from stacks.preflight.rules import is_for
from stacks.request.shared_listener import KEY, security_groups
from templates.root import NETWORK_STACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.preflight.placement import Placement
    from stacks.preflight.subnets import ById
    from stacks.settings import Settings
    from templates.network.shared_listener import SharedListener

TASKS = "TaskSecurityGroup"
"""The logical id of the tasks' security group."""
UNKNOWN = "[network.listener]: whether requests get out to the tasks is not known"


def check_shared_egress(
    aws: Aws,
    settings: Settings,
    listener: SharedListener,
    placement: Placement,
    subnets: ById,
    existing: Stack | None,
) -> str:
    """Raise UserError if no security group allows egress to the tasks' port in their subnets or group.

    A load balancer of this tool allows egress only to its own tasks, and to `network.shared_ranges`. Returns what
    is not known, or "".
    """
    groups = security_groups(aws, listener)
    try:
        found = aws.ec2.describe_security_groups(GroupIds=list(groups))["SecurityGroups"]
    except ClientError as error:
        if not is_denied(error):
            raise
        return f"{UNKNOWN}, because ec2:DescribeSecurityGroups is not allowed"
    port = settings.network.target_port
    out = [rule for group in found for rule in group.get("IpPermissionsEgress", []) if is_for(rule, port)]
    if any(rule.get("PrefixListIds") for rule in out):
        return f"{UNKNOWN}: a prefix list says where they may go"
    task_groups = settings.network.task_security_group_ids or (_task_group(aws, existing),)
    if any(pair.get("GroupId") in task_groups for rule in out for pair in rule.get("UserIdGroupPairs", [])):
        return ""
    ranges = [ip_network(it["CidrIp"]) for rule in out for it in rule.get("IpRanges", [])]
    blocks = {it: ip_network(subnets[it]["CidrBlock"]) for it in placement.private or placement.balancer}
    closed = {it: str(block) for it, block in blocks.items() if not any(block.subnet_of(one) for one in ranges)}  # type: ignore[arg-type]  # of IPv4 both
    if closed:
        raise _refusal(groups, port, closed)
    return ""


def _task_group(aws: Aws, existing: Stack | None) -> str:
    """Return the id of the tasks' security group; "" if it does not exist."""
    if existing is None or existing.under_review:
        return ""
    there = nested_stack_resources(aws, existing.stack_id, NETWORK_STACK)
    return next((it.physical_id for it in there if it.logical_id == TASKS), "")


def _refusal(groups: tuple[str, ...], port: int, closed: Mapping[str, str]) -> UserError:
    blocks = sorted(set(closed.values()))
    where = " and ".join(f"{block} ({name})" for name, block in closed.items())
    why = f"its load balancer's {', '.join(groups)} lets nothing out to port {port} in {where}, where the tasks are"
    listed = ", ".join(f'"{it}"' for it in blocks)
    commands = [
        f"  aws ec2 authorize-security-group-egress --group-id {min(groups)} "
        f"--protocol tcp --port {port} --cidr {block}"
        for block in blocks
    ]
    then = [f"Its owner lets it out: with this tool by [network] shared_ranges = [{listed}], or by", *commands]
    return UserError(KEY, why, "\n".join(then))
