"""The listener that is shared: what has to be known of its load balancer, and whether our rule has a place on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code
from stacks.cloudformation.stack import stack_resources, tree_stack_ids
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from types_boto3_elbv2.type_defs import ListenerTypeDef, LoadBalancerTypeDef, RuleTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings
    from templates.network.shared_listener import SharedListener

KEY = "[network.listener] arn"
USUAL_PORTS = {"HTTP": 80, "HTTPS": 443}


def find_shared_listener(aws: Aws, settings: Settings, listener: SharedListener) -> dict[str, str]:
    """Return the root's parameters about it. Raises UserError where it is not there, or not in our VPC."""
    found = _listener(aws, listener.arn)
    balancer = _balancer(aws, found)
    if balancer["VpcId"] != settings.network.vpc_id:
        why = f"its load balancer is in {balancer['VpcId']}, and vpc_id is {settings.network.vpc_id}"
        raise UserError(KEY, why, "A rule reaches tasks in the load balancer's own VPC only.")
    values = {
        "SharedLoadBalancerDnsName": balancer["DNSName"],
        "SharedListenerUrl": _url(found, listener.host or balancer["DNSName"]),
    }
    groups = balancer.get("SecurityGroups", [])
    if settings.network.task_security_group_ids:
        return values
    if listener.security_group_id is None:
        if not groups:
            raise UserError(
                KEY, "its load balancer has no security group", "Name one: [network.listener] security_group_id."
            )
        values["SharedLoadBalancerSecurityGroupId"] = min(groups)
    elif listener.security_group_id not in groups:
        why = f"its load balancer has {', '.join(groups) or 'none'}, not {listener.security_group_id}"
        raise UserError("[network.listener] security_group_id", why)
    return values


def security_groups(aws: Aws, listener: SharedListener) -> tuple[str, ...]:
    """Return the security groups of its load balancer."""
    return tuple(sorted(_balancer(aws, _listener(aws, listener.arn)).get("SecurityGroups", [])))


def check_priorities(aws: Aws, settings: Settings, listener: SharedListener, existing: Stack | None) -> None:
    """Raise UserError where another application's rule has our place on the listener.

    A rule is ours by its tags, or because it is in the `existing` stack: one that was taken over has other tags.
    """
    wanted = {str(listener.priority): "priority"}
    if listener.test_priority is not None:
        wanted[str(listener.test_priority)] = "test_priority"
    rules = list(_rules(aws, listener.arn))
    in_use = [rule for rule in rules if rule["Priority"] in wanted]
    ours = _ours(aws, settings, [rule["RuleArn"] for rule in in_use])
    if existing is not None and any(rule["RuleArn"] not in ours for rule in in_use):
        ours |= _owned(aws, existing)
    for rule in in_use:
        if rule["RuleArn"] not in ours:
            key, priority = wanted[rule["Priority"]], rule["Priority"]
            why = f"{priority} is taken by another rule of the listener, for {_asked(rule)}"
            raise UserError(f"[network.listener] {key}", why, f"Free is, for instance, {_free(rules, int(priority))}.")


def _listener(aws: Aws, arn: str) -> ListenerTypeDef:
    try:
        found = aws.elbv2.describe_listeners(ListenerArns=[arn])["Listeners"]
    except ClientError as error:
        if error_code(error) not in {"ListenerNotFound", "LoadBalancerNotFound", "ValidationError"}:
            raise
        found = []
    if not found:
        raise UserError(KEY, f"account {aws.account_id} has no such listener in {aws.region}: {arn}")
    return found[0]


def _balancer(aws: Aws, listener: ListenerTypeDef) -> LoadBalancerTypeDef:
    arn = listener["LoadBalancerArn"]
    return aws.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]


def _url(listener: ListenerTypeDef, host: str) -> str:
    protocol, port = listener["Protocol"], listener["Port"]
    usual = USUAL_PORTS.get(protocol) == port
    return f"{protocol.lower()}://{host}{'' if usual else f':{port}'}"


def _rules(aws: Aws, arn: str) -> Iterator[RuleTypeDef]:
    for page in aws.elbv2.get_paginator("describe_rules").paginate(ListenerArn=arn):
        yield from page["Rules"]


def _ours(aws: Aws, settings: Settings, arns: Sequence[str]) -> set[str]:
    """Return those of these rules that carry the tags that tell that they are this environment's."""
    if not arns:
        return set()
    described = aws.elbv2.describe_tags(ResourceArns=list(arns))["TagDescriptions"]
    wanted = settings.identity.ownership_tags.items()
    tagged: Mapping[str, Mapping[str, str]] = {
        it["ResourceArn"]: {tag["Key"]: tag.get("Value", "") for tag in it["Tags"]} for it in described
    }
    return {arn for arn, tags in tagged.items() if wanted <= tags.items()}


def _owned(aws: Aws, existing: Stack) -> set[str]:
    """Return the physical ids of all that is in a stack and in those in it."""
    return {it.physical_id for stack in tree_stack_ids(aws, existing.stack_id) for it in stack_resources(aws, stack)}


def _asked(rule: RuleTypeDef) -> str:
    values = [value for condition in rule["Conditions"] for value in condition.get("Values", [])]
    return ", ".join(values) or "other conditions"


def _free(rules: Sequence[RuleTypeDef], priority: int) -> int:
    """Return the next place after one that no rule has."""
    in_use = {rule["Priority"] for rule in rules}
    while str(priority) in in_use:
        priority += 1
    return priority
