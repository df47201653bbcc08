"""VPC endpoints of a new VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, GetAtt, If, Partition, Ref, Sub
from troposphere.ec2 import SecurityGroup, SecurityGroupRule, VPCEndpoint

from templates.network.endpoint_services import CHINA_SERVICES, TASK_SERVICES, logical_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ec2 import VPC, RouteTable

    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.settings import Settings
    from templates.network.subnets import Subnets


def wanted_services(settings: Settings, called_services: Sequence[str]) -> tuple[str, ...]:
    """Return the services with an interface endpoint in the new VPC.

    `called_services` are those that the tasks call beyond those that every task calls.
    """
    needed = (*TASK_SERVICES, *called_services) if settings.egress == "endpoints" else ()
    return tuple(dict.fromkeys((*needed, *settings.interface_endpoints)))


def add_s3(stack: Builder[Any], identity: Identity, vpc: VPC, tables: Sequence[RouteTable]) -> None:
    """Add a gateway endpoint for S3, which costs nothing: layers of images do not pass a NAT gateway."""
    stack.add(
        VPCEndpoint(
            "S3Endpoint",
            VpcEndpointType="Gateway",
            ServiceName=Sub("com.amazonaws.${AWS::Region}.s3"),
            VpcId=Ref(vpc),
            RouteTableIds=[Ref(table) for table in tables],
            Tags=stack.tags(Name=f"{identity.stem}-s3"),
        )
    )


def add_interfaces(
    stack: Builder[Any],
    identity: Identity,
    subnets: Subnets,
    tasks: SecurityGroup,
    services: Sequence[str],
) -> None:
    """Add interface endpoints for these services, with private DNS, for the tasks only."""
    group = stack.add(
        SecurityGroup(
            "EndpointSecurityGroup",
            GroupDescription="Endpoints of AWS services: reached by the tasks only",
            VpcId=subnets.vpc,
            SecurityGroupIngress=[
                SecurityGroupRule(
                    IpProtocol="tcp",
                    FromPort=443,
                    ToPort=443,
                    SourceSecurityGroupId=GetAtt(tasks, "GroupId"),
                    Description="AWS APIs, from the tasks",
                )
            ],
        )
    )
    if CHINA_SERVICES.intersection(services):
        stack.condition("IsChina", Equals(Partition, "aws-cn"))
    for service in services:
        name = Sub(f"com.amazonaws.${{AWS::Region}}.{service}")
        if service in CHINA_SERVICES:
            name = If("IsChina", Sub(f"cn.com.amazonaws.${{AWS::Region}}.{service}"), name)
        stack.add(
            VPCEndpoint(
                logical_id(service),
                VpcEndpointType="Interface",
                ServiceName=name,
                VpcId=subnets.vpc,
                SubnetIds=subnets.tasks,
                SecurityGroupIds=[GetAtt(group, "GroupId")],
                PrivateDnsEnabled=True,
                Tags=stack.tags(Name=f"{identity.stem}-{service}"),
            )
        )
