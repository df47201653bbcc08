"""Who reaches whom: the world the load balancer, the load balancer the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GetAtt
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule

from templates.network.vpc import ANYWHERE

if TYPE_CHECKING:
    from templates.model import Builder
    from templates.network.settings import Settings


def security_groups(stack: Builder[Any], settings: Settings, vpc: Any) -> tuple[SecurityGroup, SecurityGroup]:
    """The load balancer's group and the tasks': the world to the balancer, the balancer to the tasks' port, no more.

    The groups name each other, so that one of the rules is a resource of its own. It is the tasks' ingress, because a
    group without egress rules of its own is given one that allows everything.
    """
    port = {"IpProtocol": "tcp", "FromPort": settings.container_port, "ToPort": settings.container_port}
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
