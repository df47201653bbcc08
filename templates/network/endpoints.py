"""VPC endpoints: AWS's services inside a new VPC."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from troposphere import Equals, GetAtt, If, Partition, Ref, Sub
from troposphere.ec2 import SecurityGroup, SecurityGroupRule, VPCEndpoint

from templates.section import Allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ec2 import VPC, RouteTable

    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.settings import Settings
    from templates.network.subnets import Subnets

SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""What every task calls before its container runs: image, log entries, cookie secret. The image's layers come from S3
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html)."""
OF_CHINA = frozenset({
    "application-autoscaling", "appmesh-envoy-management", "athena", "autoscaling", "awsconnector", "backup", "batch",
    "cassandra", "cloudcontrolapi", "cloudformation", "codedeploy-commands-secure", "databrew", "dms", "ebs", "ec2",
    "ecr.api", "ecr.dkr", "eks", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticfilesystem-fips",
    "emr-containers", "execute-api", "fsx", "imagebuilder", "iot.data", "iotsitewise.api", "iotsitewise.data",
    "kinesis-streams", "lambda", "license-manager", "monitoring", "rds", "redshift", "redshift-data", "s3",
    "sagemaker.api", "sagemaker.featurestore-runtime", "sagemaker.runtime", "securityhub", "servicecatalog", "sms",
    "sqs", "states", "sts", "sync-states", "synthetics", "transcribe", "transcribestreaming", "transfer", "xray",
})  # fmt: skip
"""Services whose endpoints have another prefix in China (aws-cdk, `InterfaceVpcEndpointAwsService`)."""
MOST = 20
"""Further endpoints of one network; a VPC has 50 before the quota is raised (VPC, "Quotas")."""


def _short(name: str) -> str:
    """The name's end; a whole one would have the region's part twice."""
    if found := re.match(r"(?:[a-z.]+\.)?(?:com\.)?amazonaws\.[a-z0-9-]+\.(?P<service>.+)", name):
        raise PydanticCustomError("service", 'write "{service}" alone', {"service": found["service"]})
    return name


Service = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", min_length=3, max_length=100),
    AfterValidator(_short),
    Allowed('names of services as their endpoints end, like "bedrock-runtime"; S3 has its endpoint'),
]
"""What a service's name in its endpoint ends with; the only one of two letters is S3's, which has a gateway."""


def wanted(settings: Settings, called_services: Sequence[str]) -> tuple[str, ...]:
    """The services with an interface endpoint in the new VPC.

    `called_services` are those that the tasks call beyond what every task calls.
    """
    needed = (*SERVICES, *called_services) if settings.egress == "endpoints" else ()
    return tuple(dict.fromkeys((*needed, *settings.interface_endpoints)))


def service_name(service: str, region: str) -> str:
    """The name of the service's endpoints in a region, which CloudFormation works out by itself (`add_interfaces`)."""
    name = f"com.amazonaws.{region}.{service}"
    return f"cn.{name}" if region.startswith("cn-") and service in OF_CHINA else name


def logical_id(service: str) -> str:
    """`ecr.api` has the resource `EcrApiEndpoint`."""
    return "".join(word.capitalize() for word in re.split("[.-]", service)) + "Endpoint"


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
    if OF_CHINA.intersection(services):
        stack.condition("IsChina", Equals(Partition, "aws-cn"))
    for service in services:
        name = Sub(f"com.amazonaws.${{AWS::Region}}.{service}")
        if service in OF_CHINA:
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
                Tags=stack.tags(Name=f"{identity.name}-{service}"),
            )
        )
