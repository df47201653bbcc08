"""How a browser reaches the container: VPC, load balancer, target group (Terraform: module `network`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from troposphere import GetAtt, Ref

from templates.model import Builder, Stack
from templates.network.endpoints import SERVICES, add_interfaces
from templates.network.flow_logs import add_flow_logs
from templates.network.listeners import listeners
from templates.network.load_balancer import load_balancer
from templates.network.security_groups import security_groups
from templates.network.subnets import Subnets
from templates.network.target_groups import target_group
from templates.network.vpc import new_vpc
from templates.values import DnsName, KeyArn, SecurityGroupId, SubnetIds, TargetGroupArn, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.identity import Identity
    from templates.network.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is looked up when planning, and the key of what the network keeps: each only where it is used."""

    vpc_id: Annotated[Text | None, "The default VPC"] = None
    public_subnet_ids: Annotated[SubnetIds | None, "Subnets of the default VPC"] = None
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the logs"] = None


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where the service's tasks run, and how they are reached."""

    subnet_ids: Annotated[SubnetIds, "Subnets of the tasks"]
    security_group_id: Annotated[SecurityGroupId, "Security group of the tasks"]
    target_group_arn: Annotated[TargetGroupArn, "Target group in which the tasks are registered"]
    alb_dns_name: Annotated[DnsName, "Host name of the load balancer"]


def build(
    identity: Identity, settings: Settings, inputs: Inputs, *, called_services: Sequence[str] = ()
) -> Stack[Outputs]:
    """A load balancer that passes HTTP to the tasks, in a new VPC or an existing one.

    `called_services` are the AWS services that the tasks call beyond what every task calls, by their endpoints' names.
    """
    stack = Builder(identity, f"{identity.name}: network and load balancer", inputs)
    subnets = new_vpc(stack, identity, settings) if settings.makes_vpc else _existing(settings, stack.parameters)
    balancer_group, task_group = security_groups(stack, settings, subnets.vpc)
    if settings.egress == "endpoints":
        services = (*SERVICES, *called_services)
        add_interfaces(stack, identity, subnets, task_group, services)
    if settings.flow_logs:
        add_flow_logs(stack, identity, settings.flow_logs, subnets.vpc, stack.parameters.kms_key_arn)
    balancer = stack.add(load_balancer(identity, settings, subnets, balancer_group))
    targets = stack.add(target_group(identity, settings, subnets.vpc))
    listeners(stack, balancer, targets)
    return stack.finish(
        Outputs(
            subnet_ids=SubnetIds(subnets.tasks),
            security_group_id=SecurityGroupId(GetAtt(task_group, "GroupId")),
            target_group_arn=TargetGroupArn(Ref(targets)),
            alb_dns_name=DnsName(GetAtt(balancer, "DNSName")),
        )
    )


def _existing(settings: Settings, found: Inputs) -> Subnets:
    """The subnets that the settings name, or that were found in the default VPC."""
    if found.vpc_id and found.public_subnet_ids:
        everywhere = found.public_subnet_ids.expression
        return Subnets(vpc=found.vpc_id.expression, balancer=everywhere, tasks=everywhere)
    public, private = list(settings.public_subnet_ids), list(settings.private_subnet_ids)
    return Subnets(vpc=settings.vpc_id, balancer=public, tasks=private or public)
