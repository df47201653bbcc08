"""How a browser reaches the container: VPC, load balancer, target group (Terraform: module `network`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from troposphere import GetAtt, Ref

from templates.model import Builder, Stack
from templates.network.listeners import listeners
from templates.network.load_balancer import load_balancer
from templates.network.security_groups import security_groups
from templates.network.target_groups import target_group
from templates.network.vpc import Subnets, new_vpc
from templates.values import DnsName, LoadBalancerName, SecurityGroupId, SubnetIds, TargetGroupArn, TargetGroupName

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.network.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Nothing: the network depends on no other stack."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where the service's tasks run, and how they are reached."""

    subnet_ids: Annotated[SubnetIds, "Subnets of the tasks"]
    security_group_id: Annotated[SecurityGroupId, "Security group of the tasks"]
    target_group_arn: Annotated[TargetGroupArn, "Target group in which the tasks are registered"]
    alb_dns_name: Annotated[DnsName, "Host name of the load balancer"]
    load_balancer_full_name: Annotated[LoadBalancerName, "Load balancer, as its metrics name it"]
    target_group_full_name: Annotated[TargetGroupName, "Target group, as its metrics name it"]


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """A load balancer that passes HTTP to the tasks, in a new VPC or a given one."""
    stack = Builder(identity, f"{identity.name}: network and load balancer", inputs)
    subnets = _given(settings) if settings.vpc_id else new_vpc(stack, identity, settings.vpc_cidr)
    balancer_group, task_group = security_groups(stack, settings, subnets.vpc)
    balancer = stack.add(load_balancer(identity, settings, subnets, balancer_group))
    targets = stack.add(target_group(identity, settings, subnets.vpc))
    listeners(stack, balancer, targets)
    return stack.finish(
        Outputs(
            subnet_ids=SubnetIds(subnets.tasks),
            security_group_id=SecurityGroupId(GetAtt(task_group, "GroupId")),
            target_group_arn=TargetGroupArn(Ref(targets)),
            alb_dns_name=DnsName(GetAtt(balancer, "DNSName")),
            load_balancer_full_name=LoadBalancerName(GetAtt(balancer, "LoadBalancerFullName")),
            target_group_full_name=TargetGroupName(GetAtt(targets, "TargetGroupFullName")),
        )
    )


def _given(settings: Settings) -> Subnets:
    """The subnets that the settings name."""
    public, private = list(settings.public_subnet_ids), list(settings.private_subnet_ids)
    return Subnets(vpc=settings.vpc_id, public=public, tasks=private or public)
