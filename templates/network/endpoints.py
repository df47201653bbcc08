"""VPC endpoints: AWS's services inside a new VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, GetAtt, If, Partition, Ref, Sub
from troposphere.ec2 import SecurityGroup, SecurityGroupRule, VPCEndpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ec2 import VPC, RouteTable

    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.subnets import Subnets

SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""What every task calls before its container runs: image, log entries, cookie secret. The image's layers come from S3
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html)."""
OF_CHINA = ("ecr.api", "ecr.dkr")
"""Services whose endpoints have another prefix in China (aws-cdk, `InterfaceVpcEndpointAwsService`)."""


def add_s3(stack: Builder[Any], identity: Identity, vpc: VPC, tables: Sequence[RouteTable]) -> None:
    """S3 by a gateway endpoint, which costs nothing: the layers of images pass no NAT gateway."""
    stack.add(
        VPCEndpoint(
            "S3Endpoint",
            VpcEndpointType="Gateway",
            ServiceName=Sub("com.amazonaws.${AWS::Region}.s3"),
            VpcId=Ref(vpc),
            RouteTableIds=[Ref(table) for table in tables],
            Tags=stack.tags(Name=f"{identity.name}-s3"),
        )
    )


def add_interfaces(
    stack: Builder[Any],
    identity: Identity,
    subnets: Subnets,
    tasks: SecurityGroup,
    services: Sequence[str],
) -> None:
    """These services by interface endpoints under their own names, for the tasks only."""
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
    china = stack.condition("IsChina", Equals(Partition, "aws-cn"))
    for service in services:
        name = Sub(f"com.amazonaws.${{AWS::Region}}.{service}")
        if service in OF_CHINA:
            name = If(china, Sub(f"cn.com.amazonaws.${{AWS::Region}}.{service}"), name)
        stack.add(
            VPCEndpoint(
                "".join(word.capitalize() for word in service.split(".")) + "Endpoint",
                VpcEndpointType="Interface",
                ServiceName=name,
                VpcId=subnets.vpc,
                SubnetIds=subnets.tasks,
                SecurityGroupIds=[GetAtt(group, "GroupId")],
                PrivateDnsEnabled=True,
                Tags=stack.tags(Name=f"{identity.name}-{service}"),
            )
        )
