"""The network: VPC, load balancer, listeners and target groups (Terraform: module `network`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from troposphere import GetAtt, Join, Ref
from troposphere.ec2 import SecurityGroup

from templates.model import Builder, Stack
from templates.network import endpoints, https, paths
from templates.network.access_logs import add_access_logs
from templates.network.flow_logs import add_flow_logs
from templates.network.listeners import Rules, add_listeners, add_shared_rules, listener_ports
from templates.network.load_balancer import load_balancer
from templates.network.security_groups import add_security_groups, add_task_group
from templates.network.subnets import Subnets
from templates.network.target_groups import TargetGroups, add_target_groups
from templates.network.vpc import add_vpc
from templates.network.waf import add_web_acl
from templates.values import (
    DnsName,
    ListenerRuleArn,
    LoadBalancerArn,
    LoadBalancerName,
    SecurityGroupId,
    SubnetIds,
    TargetGroupArn,
    TargetGroupName,
    Url,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.identity import Identity
    from templates.network.inputs import Inputs
    from templates.network.settings import Settings
    from templates.network.shared_listener import SharedListener


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where the tasks run, and how they are reached."""

    subnet_ids: Annotated[SubnetIds, "Subnets of the tasks"]
    security_group_id: Annotated[SecurityGroupId | None, "Security group of the tasks"]
    target_group_arn: Annotated[TargetGroupArn, "Target group in which the tasks are registered"]
    alternate_target_group_arn: Annotated[TargetGroupArn | None, "Target group to which deployments move traffic"]
    production_listener_rule_arn: Annotated[ListenerRuleArn | None, "Rule of which deployments move the weights"]
    test_listener_rule_arn: Annotated[ListenerRuleArn | None, "Rule that leads test traffic to the new version"]
    alb_dns_name: Annotated[DnsName, "Host name of the load balancer"]
    alb_arn: Annotated[LoadBalancerArn, "The load balancer"]
    load_balancer_full_name: Annotated[LoadBalancerName, "Load balancer, as its metrics name it"]
    target_group_full_name: Annotated[TargetGroupName, "Target group, as its metrics name it"]
    alternate_target_group_full_name: Annotated[TargetGroupName | None, "The other target group, likewise"] = None
    url: Annotated[Url, "Address under which the application is opened"]


@dataclass(frozen=True, kw_only=True)
class _Front:
    """What browsers reach: the stack's load balancer, or its rule on a shared one."""

    task_group: SecurityGroup | None
    rules: Rules
    arn: Any
    dns_name: Any
    full_name: Any
    origin: Any


def build(
    identity: Identity,
    settings: Settings,
    inputs: Inputs,
    *,
    blue_green: bool = False,
    called_services: Sequence[str] = (),
) -> Stack[Outputs]:
    """Build the stack: a load balancer or a rule on a shared one, in a new VPC or an existing one.

    With `blue_green` there are two target groups, between which deployments shift traffic. `called_services` are the
    AWS services that the tasks call beyond those that every task calls, by the names of their endpoints.
    """
    stack = Builder(identity, f"{identity.name}: network and load balancer", inputs)
    subnets = add_vpc(stack, identity, settings) if settings.makes_vpc else _existing(settings, stack.parameters)
    groups = add_target_groups(stack, identity, settings, subnets.vpc, blue_green=blue_green)
    if settings.listener is None:
        front = _own(stack, identity, settings, subnets, groups)
    else:
        front = _shared(stack, identity, settings, settings.listener, subnets, groups)
    if front.task_group and (services := endpoints.wanted_services(settings, called_services)):
        endpoints.add_interfaces(stack, identity, subnets, front.task_group, services)
    if settings.flow_logs:
        add_flow_logs(stack, identity, settings.flow_logs, subnets.vpc, stack.parameters.kms_key_arn)
    production, test = front.rules.production, front.rules.test
    path = paths.base_path(settings.base_url_path)
    return stack.finish(
        Outputs(
            subnet_ids=SubnetIds(subnets.tasks),
            security_group_id=SecurityGroupId(GetAtt(front.task_group, "GroupId")) if front.task_group else None,
            target_group_arn=TargetGroupArn(Ref(groups.primary)),
            alternate_target_group_arn=TargetGroupArn(Ref(groups.alternate)) if groups.alternate else None,
            production_listener_rule_arn=ListenerRuleArn(Ref(production)) if production else None,
            test_listener_rule_arn=ListenerRuleArn(Ref(test)) if test else None,
            alb_dns_name=DnsName(front.dns_name),
            alb_arn=LoadBalancerArn(front.arn),
            load_balancer_full_name=LoadBalancerName(front.full_name),
            target_group_full_name=TargetGroupName(GetAtt(groups.primary, "TargetGroupFullName")),
            alternate_target_group_full_name=(
                TargetGroupName(GetAtt(groups.alternate, "TargetGroupFullName")) if groups.alternate else None
            ),
            url=Url(Join("", [*front.origin, path] if path else front.origin)),
        )
    )


def _own(
    stack: Builder[Inputs], identity: Identity, settings: Settings, subnets: Subnets, groups: TargetGroups
) -> _Front:
    security = add_security_groups(stack, identity, settings, subnets.vpc, listener_ports(settings))
    balancer = load_balancer(identity, settings, subnets, security.balancer)
    if settings.logs:
        add_access_logs(stack, identity, settings.logs, balancer)
    stack.add(balancer)
    if settings.waf:
        signs_in, key = settings.sign_in is not None, stack.parameters.kms_key_arn
        add_web_acl(stack, identity, settings.waf, balancer, signs_in=signs_in, key=key)
    dns_name = GetAtt(balancer, "DNSName")
    origin = ["http://", dns_name]
    if settings.https:
        https.add_alias_records(stack, settings.https, balancer, ipv6=settings.ipv6)
        origin = ["https://", settings.https.domain_name or dns_name]
    return _Front(
        task_group=security.own_task_group,
        rules=add_listeners(stack, identity, settings, balancer, groups),
        arn=Ref(balancer),
        dns_name=dns_name,
        full_name=GetAtt(balancer, "LoadBalancerFullName"),
        origin=origin,
    )


def _shared(
    stack: Builder[Inputs],
    identity: Identity,
    settings: Settings,
    listener: SharedListener,
    subnets: Subnets,
    groups: TargetGroups,
) -> _Front:
    """Raises ValueError if the inputs lack what was looked up of the shared load balancer."""
    known = stack.parameters
    if not (known.shared_load_balancer_dns_name and known.shared_listener_url):
        raise ValueError("[network.listener] needs what was looked up of the shared load balancer")
    return _Front(
        task_group=_shared_task_group(stack, identity, settings, listener, subnets),
        rules=add_shared_rules(stack, settings, listener, groups),
        arn=listener.load_balancer_arn,
        dns_name=known.shared_load_balancer_dns_name.expression,
        full_name=listener.load_balancer_full_name,
        origin=[known.shared_listener_url.expression],
    )


def _shared_task_group(
    stack: Builder[Inputs], identity: Identity, settings: Settings, listener: SharedListener, subnets: Subnets
) -> SecurityGroup | None:
    if settings.task_security_group_ids:
        return None
    group = listener.security_group_id or stack.parameters.shared_load_balancer_security_group_id
    if not group:
        raise ValueError("[network.listener] needs the security group of the shared load balancer")
    return add_task_group(stack, identity, settings, subnets.vpc, group if isinstance(group, str) else group.expression)


def _existing(settings: Settings, found: Inputs) -> Subnets:
    """Return the subnets in the settings, or those that were found in the default VPC."""
    if found.vpc_id and found.public_subnet_ids:
        everywhere = found.public_subnet_ids.expression
        return Subnets(vpc=found.vpc_id.expression, balancer=everywhere, tasks=everywhere)
    public, private = list(settings.public_subnet_ids), list(settings.private_subnet_ids)
    return Subnets(vpc=settings.vpc_id, balancer=public, tasks=private or public)
