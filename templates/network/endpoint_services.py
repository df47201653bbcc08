"""Names of AWS services with VPC endpoints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.section import Allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

TASK_SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""Services that every task calls before its container runs: image, log entries, cookie secret. Layers come from S3
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html)."""
CHINA_SERVICES = frozenset({
    "application-autoscaling", "appmesh-envoy-management", "athena", "autoscaling", "awsconnector", "backup", "batch",
    "cassandra", "cloudcontrolapi", "cloudformation", "codedeploy-commands-secure", "databrew", "dms", "ebs", "ec2",
    "ecr.api", "ecr.dkr", "eks", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticfilesystem-fips",
    "emr-containers", "execute-api", "fsx", "imagebuilder", "iot.data", "iotsitewise.api", "iotsitewise.data",
    "kinesis-streams", "lambda", "license-manager", "monitoring", "rds", "redshift", "redshift-data", "s3",
    "sagemaker.api", "sagemaker.featurestore-runtime", "sagemaker.runtime", "securityhub", "servicecatalog", "sms",
    "sqs", "states", "sts", "sync-states", "synthetics", "transcribe", "transcribestreaming", "transfer", "xray",
})  # fmt: skip
"""Services whose endpoints have another prefix in China (aws-cdk, `InterfaceVpcEndpointAwsService`)."""
MAX_SERVICES = 20
"""Further endpoints of one network, at most; a VPC has 50 before the quota is raised (VPC, "Quotas")."""


def _short(name: str) -> str:
    """Refuse a whole name, which has the region in it."""
    if found := re.match(r"(?:[a-z.]+\.)?(?:com\.)?amazonaws\.[a-z0-9-]+\.(?P<service>.+)", name):
        raise PydanticCustomError("service", 'write "{service}" alone', {"service": found["service"]})
    return name


Service = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", min_length=3, max_length=100),
    AfterValidator(_short),
    Allowed('names of services as their endpoints end, like "bedrock-runtime"; S3 has its endpoint'),
]
"""The end of an endpoint's name. The only one of two letters is S3, which has a gateway endpoint."""


def service_name(service: str, region: str) -> str:
    """Return the name of a service's endpoints in a region; in templates CloudFormation fills in the region."""
    name = f"com.amazonaws.{region}.{service}"
    return f"cn.{name}" if region.startswith("cn-") and service in CHINA_SERVICES else name


def refuse_same_endpoints(key: str, services: Sequence[str]) -> None:
    """Raise PydanticCustomError if endpoints of two services would have the same logical id."""
    if len({logical_id(it) for it in services}) < len(services):
        why = "a service is there twice, or two differ in dots and hyphens only"
        raise PydanticCustomError("endpoints", why, {"key": key})


def logical_id(service: str) -> str:
    """Return the logical id of a service's endpoint: `EcrApiEndpoint` for `ecr.api`."""
    return "".join(word.capitalize() for word in re.split("[.-]", service)) + "Endpoint"
