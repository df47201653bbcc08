"""The clients of AWS's services, each made when it is first used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_acm import ACMClient
    from types_boto3_application_autoscaling import ApplicationAutoScalingClient
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_ec2 import EC2Client
    from types_boto3_ecr import ECRClient
    from types_boto3_ecs import ECSClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_pricing import PricingClient
    from types_boto3_route53 import Route53Client
    from types_boto3_s3 import S3Client
    from types_boto3_service_quotas import ServiceQuotasClient
    from types_boto3_sns import SNSClient
    from types_boto3_wafv2 import WAFV2Client

SERVICES = {"scaling": "application-autoscaling", "quotas": "service-quotas"}
"""What botocore calls those that are called otherwise here."""
_MAKING = RLock()
"""Sessions make one client at a time: https://docs.aws.amazon.com/boto3/latest/guide/clients.html#caveats"""


class Clients(ABC):
    """One attribute a service."""

    cloudformation: CloudFormationClient
    """Stacks and change sets."""
    s3: S3Client
    """Artifacts."""
    ecr: ECRClient
    """Image repositories."""
    ec2: EC2Client
    """Given subnets."""
    ecs: ECSClient
    """Services and their tasks."""
    logs: CloudWatchLogsClient
    """What containers have written."""
    elbv2: ElasticLoadBalancingv2Client
    """Targets' health."""
    scaling: ApplicationAutoScalingClient
    """Scalable targets and what has been done to them."""
    iam: IAMClient
    """Roles, users and their policies."""
    acm: ACMClient
    """Certificates."""
    cloudwatch: CloudWatchClient
    """Alarms, dashboards, and how much of a quota is in use."""
    kms: KMSClient
    """Key aliases."""
    route53: Route53Client
    """Hosted zones and DNS records."""
    pricing: PricingClient
    """AWS's price list."""
    quotas: ServiceQuotasClient
    """How much of everything the account may have."""
    sns: SNSClient
    """Topics."""
    wafv2: WAFV2Client
    """Web ACLs."""
    cloudcontrol: Any
    """Resources of any type, as CloudFormation's handlers read them; for one call no types are installed."""
    secretsmanager: Any
    """Secrets, of which no value is read; for two calls no types are installed."""
    ssm: Any
    """Parameters, likewise."""
    cloudtrail: Any
    """Who has called what; for one call no types are installed."""
    organizations: Any
    """Accounts and organizational units, likewise."""
    scheduler: Any
    """Schedules, likewise."""
    sqs: Any
    """Queues, likewise."""
    events: Any
    """Rules of EventBridge, likewise."""
    dynamodb: Any
    """Terraform's lock tables, likewise."""

    @abstractmethod
    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its classes when it runs
        """Make the client of a service by botocore's name."""

    @property
    def made(self) -> Iterator[Any]:
        """Those that have been used."""
        return (self.__dict__[name] for name in Clients.__annotations__ if name in self.__dict__)

    if not TYPE_CHECKING:  # or else every name would do

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whichever of the above it is
            """Make the client, once: afterwards it is an attribute like others."""
            if name not in Clients.__annotations__:
                raise AttributeError(f"{type(self).__name__} has no attribute {name}")
            with _MAKING:
                return self.__dict__.get(name) or self.__dict__.setdefault(name, self.client(SERVICES.get(name, name)))
