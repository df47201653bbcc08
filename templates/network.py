"""How a browser reaches the container: VPC, load balancer, target group (Terraform: module `network`)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere import GetAtt, Ref
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule
from troposphere.elasticloadbalancingv2 import (
    Action,
    Listener,
    LoadBalancer,
    LoadBalancerAttributes,
    Matcher,
    TargetGroup,
    TargetGroupAttribute,
)

from templates import streamlit
from templates.model import Builder, Stack
from templates.section import Allowed, Section
from templates.values import DnsName, SecurityGroupId, SubnetIds, TargetGroupArn
from templates.vpc import ANYWHERE, ZONES, Subnets, new_vpc

if TYPE_CHECKING:
    from templates.identity import Identity

SubnetId = Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$"), Allowed('like "subnet-0123456789abcdef0"')]
SubnetIdList = Annotated[tuple[SubnetId, ...], Field(strict=False)]
"""Ids of subnets; an array in TOML."""


WIDEST, NARROWEST = 16, 24
"""Prefix lengths of the new VPC: /16 is the widest that VPC allows, and a quarter of a /24 still feeds a load balancer,
which wants a /27 per subnet (Elastic Load Balancing, "Subnets for your load balancer")."""


def _cidr(text: str) -> str:
    try:
        network = IPv4Network(text)
    except ValueError as error:
        raise PydanticCustomError("cidr", "not an IPv4 range: {error}", {"error": str(error)}) from error
    if not WIDEST <= network.prefixlen <= NARROWEST:
        raise PydanticCustomError(
            "cidr",
            "/{length} is not between /{widest} and /{narrowest}",
            {"length": network.prefixlen, "widest": WIDEST, "narrowest": NARROWEST},
        )
    return str(network)


class Settings(Section):
    """`[network]`: where the service runs and how browsers reach it."""

    vpc_id: Annotated[
        str | None, Field(pattern=r"^vpc-[0-9a-f]{8,17}$"), Allowed('the id of a VPC, like "vpc-0123456789abcdef0"')
    ] = None
    """An existing VPC; left out, a new one over two zones is made."""
    public_subnet_ids: SubnetIdList = ()
    """Subnets of the load balancer in the existing VPC, in at least two zones, with a route to an internet gateway."""
    private_subnet_ids: SubnetIdList = ()
    """Subnets of the tasks in the existing VPC, with a way out (NAT or endpoints). None: the tasks run in the public
    subnets with public addresses."""
    vpc_cidr: Annotated[
        str, AfterValidator(_cidr), Allowed('an IPv4 range in quotes, from /16 to /24, like "10.0.0.0/16"')
    ] = "10.0.0.0/16"
    """IPv4 range of the new VPC, /16 to /24; a quarter of it for each subnet."""
    container_port: Annotated[int, Field(ge=1, le=65535)] = streamlit.PORT
    """Port on which Streamlit listens in the container."""
    health_check_path: Annotated[
        str,
        Field(pattern=r"^/[\x21-\x7e]*$", max_length=1024),
        Allowed("a path in quotes that starts with /, at most 1024 ASCII characters without spaces"),
    ] = streamlit.health_path()
    """Path that answers 200 while Streamlit is well."""
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 300
    """Seconds without traffic after which the load balancer closes a connection. Streamlit pings every 30 s."""
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] = 120
    """Seconds in which a task that is being replaced still finishes its connections."""
    sticky_sessions: bool = True
    """Keep a browser on its task. A Streamlit session lives in one process: without, uploads and media fail."""
    stickiness_duration: Annotated[int, Field(ge=1, le=604800)] = 86400
    """Seconds for which a browser stays on its task."""

    @model_validator(mode="after")
    def _subnets_have_their_vpc(self) -> Self:
        given = [name for name in ("public_subnet_ids", "private_subnet_ids") if getattr(self, name)]
        if self.vpc_id is None and given:
            raise PydanticCustomError(
                "vpc_id", "subnets are given, but not their vpc_id", {"key": given[0], "with": ("vpc_id",)}
            )
        return self

    @model_validator(mode="after")
    def _vpc_has_its_public_subnets(self) -> Self:
        if self.vpc_id is not None:
            self._refuse_one_zone("public_subnet_ids", self.public_subnet_ids)
        return self

    @model_validator(mode="after")
    def _private_subnets_are_enough(self) -> Self:
        if self.private_subnet_ids:
            self._refuse_one_zone("private_subnet_ids", self.private_subnet_ids)
        return self

    @staticmethod
    def _refuse_one_zone(name: str, ids: tuple[str, ...]) -> None:
        if len(set(ids)) < max(ZONES, len(ids)):
            raise PydanticCustomError(
                "subnets",
                "must be two or more different subnets of the VPC, in different zones, none of them twice",
                {"key": name, "with": ("vpc_id",)},
            )


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


def target_group_name(identity: Identity, settings: Settings) -> str:
    """The target group's name.

    The port is in it, because another port replaces the target group, and CloudFormation creates the new one before it
    deletes the old one: two that have the same name cannot be.
    """
    return f"{identity.name}-{settings.container_port}"


def tasks_are_public(settings: Settings) -> bool:
    """Whether the tasks have no other way out than a public address of their own."""
    return settings.vpc_id is not None and not settings.private_subnet_ids


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """A load balancer that passes HTTP to the tasks, in a new VPC or a given one."""
    stack = Builder(identity, f"{identity.name}: network and load balancer", inputs)
    subnets = _given(settings) if settings.vpc_id else new_vpc(stack, identity, settings.vpc_cidr)
    balancer_group, task_group = _security_groups(stack, settings, subnets)
    balancer = stack.add(
        LoadBalancer(
            "LoadBalancer",
            Name=identity.name,
            Type="application",
            Scheme="internet-facing",
            IpAddressType="ipv4",
            Subnets=subnets.public,
            SecurityGroups=[Ref(balancer_group)],
            LoadBalancerAttributes=[
                LoadBalancerAttributes(Key="idle_timeout.timeout_seconds", Value=str(settings.idle_timeout)),
                LoadBalancerAttributes(Key="routing.http.drop_invalid_header_fields.enabled", Value="true"),
            ],
            **({"DependsOn": subnets.internet_route} if subnets.internet_route else {}),
        )
    )
    target_group = stack.add(_target_group(identity, settings, subnets.vpc))
    stack.add(
        Listener(
            "Listener",
            LoadBalancerArn=Ref(balancer),
            Port=80,
            Protocol="HTTP",
            DefaultActions=[Action(Type="forward", TargetGroupArn=Ref(target_group))],
        )
    )
    return stack.finish(
        Outputs(
            subnet_ids=SubnetIds(subnets.tasks),
            security_group_id=SecurityGroupId(GetAtt(task_group, "GroupId")),
            target_group_arn=TargetGroupArn(Ref(target_group)),
            alb_dns_name=DnsName(GetAtt(balancer, "DNSName")),
        )
    )


def _given(settings: Settings) -> Subnets:
    """The subnets that the settings name."""
    public, private = list(settings.public_subnet_ids), list(settings.private_subnet_ids)
    return Subnets(vpc=settings.vpc_id, public=public, tasks=private or public)


def _security_groups(
    stack: Builder[Inputs], settings: Settings, subnets: Subnets
) -> tuple[SecurityGroup, SecurityGroup]:
    """The load balancer's group and the tasks': the world to the balancer, the balancer to the tasks' port, no more.

    The groups name each other, so that one of the rules is a resource of its own. It is the tasks' ingress, because a
    group without egress rules of its own is given one that allows everything.
    """
    port = {"IpProtocol": "tcp", "FromPort": settings.container_port, "ToPort": settings.container_port}
    tasks = SecurityGroup(
        "TaskSecurityGroup",
        GroupDescription="Tasks: reached by the load balancer only",
        VpcId=subnets.vpc,
        SecurityGroupEgress=[
            SecurityGroupRule(
                IpProtocol="-1", CidrIp=ANYWHERE, Description="Image registry, AWS APIs and what the app calls"
            )
        ],
    )
    balancer = SecurityGroup(
        "LoadBalancerSecurityGroup",
        GroupDescription="Load balancer: reached by browsers",
        VpcId=subnets.vpc,
        SecurityGroupIngress=[
            SecurityGroupRule(
                IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp=ANYWHERE, Description="HTTP from browsers"
            )
        ],
        SecurityGroupEgress=[
            SecurityGroupRule(**port, DestinationSecurityGroupId=GetAtt(tasks, "GroupId"), Description="Streamlit")
        ],
    )
    ingress = SecurityGroupIngress(
        "TaskIngress",
        **port,
        GroupId=GetAtt(tasks, "GroupId"),
        SourceSecurityGroupId=GetAtt(balancer, "GroupId"),
        Description="Streamlit, from the load balancer",
    )
    for resource in (tasks, balancer, ingress):
        stack.add(resource)
    return balancer, tasks


def _target_group(identity: Identity, settings: Settings, vpc: Any) -> TargetGroup:
    """Tasks by address, probed on Streamlit's health path, with a cookie that keeps a browser on its task."""
    attributes = {
        "deregistration_delay.timeout_seconds": str(settings.deregistration_delay),
        "stickiness.enabled": "true" if settings.sticky_sessions else "false",
    }
    if settings.sticky_sessions:
        attributes["stickiness.type"] = "lb_cookie"
        attributes["stickiness.lb_cookie.duration_seconds"] = str(settings.stickiness_duration)
    return TargetGroup(
        "TargetGroup",
        Name=target_group_name(identity, settings),
        TargetType="ip",
        Protocol="HTTP",
        Port=settings.container_port,
        VpcId=vpc,
        HealthCheckProtocol="HTTP",
        HealthCheckPath=settings.health_check_path,
        HealthCheckIntervalSeconds=15,
        HealthCheckTimeoutSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher=Matcher(HttpCode="200"),
        TargetGroupAttributes=[TargetGroupAttribute(Key=key, Value=value) for key, value in attributes.items()],
    )
