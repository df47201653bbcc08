"""Who reaches whom: browsers the load balancer, the load balancer the tasks."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troposphere import GetAtt
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule

from templates.network.ranges import ANYWHERE, is_ipv6

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.model import Builder
    from templates.network.settings import Settings


HTTP: Mapping[int, str] = MappingProxyType({80: "HTTP"})
"""Ports of the load balancer, and what is spoken there."""


def security_groups(
    stack: Builder[Any], settings: Settings, vpc: Any, ports: Mapping[int, str] = HTTP
) -> tuple[SecurityGroup, SecurityGroup]:
    """The load balancer's group and the tasks': who may to the balancer, the balancer to the tasks' port, no more.

    The groups name each other, so that one of the rules is a resource of its own. It is the tasks' ingress, because a
    group without egress rules of its own is given one that allows everything.
    """
    app = {"IpProtocol": "tcp", "FromPort": settings.container_port, "ToPort": settings.container_port}
    tasks = SecurityGroup(
        "TaskSecurityGroup",
        GroupDescription="Tasks: reached by the load balancer only",
        VpcId=vpc,
        SecurityGroupEgress=[
            SecurityGroupRule(
                IpProtocol="-1", CidrIp=ANYWHERE, Description="Image registry, AWS APIs and what the app calls"
            )
        ],
    )
    balancer = SecurityGroup(
        "LoadBalancerSecurityGroup",
        GroupDescription="Load balancer: reached by browsers",
        VpcId=vpc,
        SecurityGroupIngress=[
            _from_browsers(source, port, spoken) for port, spoken in ports.items() for source in settings.sources
        ],
        SecurityGroupEgress=[
            SecurityGroupRule(**app, DestinationSecurityGroupId=GetAtt(tasks, "GroupId"), Description="Streamlit")
        ],
    )
    ingress = SecurityGroupIngress(
        "TaskIngress",
        **app,
        GroupId=GetAtt(tasks, "GroupId"),
        SourceSecurityGroupId=GetAtt(balancer, "GroupId"),
        Description="Streamlit, from the load balancer",
    )
    for resource in (tasks, balancer, ingress):
        stack.add(resource)
    return balancer, tasks


def _from_browsers(source: str, port: int, spoken: str) -> SecurityGroupRule:
    return SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        Description=f"{spoken} from browsers",
        **{"CidrIpv6" if is_ipv6(source) else "CidrIp": source},
    )
