"""Roles that are handed on, and roles that services make for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.iam.derive import reference
from stacks.iam.derive.resources.identifiers import TYPES, values

if TYPE_CHECKING:
    from stacks.rendered.tree import Resource, Tree


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A property that hands a role to a service, which then acts with it."""

    type: str
    property: str
    service: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ServiceLinked:
    """The role that a service makes in an account with the first resource of a type.

    `property` as in `usage.Only`; empty: always.
    """

    type: str
    service: str
    role: str
    source: str
    property: str = ""


CLOUDFORMATION = "cloudformation.amazonaws.com"
_ECS_INFRASTRUCTURE = (
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html"
)
_ECS_TASKS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html"

PASSED: tuple[Passed, ...] = (
    Passed(
        type="AWS::ECS::TaskDefinition",
        property="ExecutionRoleArn",
        service="ecs-tasks.amazonaws.com",
        source=_ECS_TASKS,
    ),
    Passed(
        type="AWS::ECS::TaskDefinition",
        property="TaskRoleArn",
        service="ecs-tasks.amazonaws.com",
        source=_ECS_TASKS,
    ),
    Passed(
        type="AWS::ECS::Service",
        property="LoadBalancers.AdvancedConfiguration.RoleArn",
        service="ecs.amazonaws.com",
        source=_ECS_INFRASTRUCTURE,
    ),
    Passed(
        type="AWS::ECS::Service",
        property="DeploymentConfiguration.LifecycleHooks.RoleArn",
        service="ecs.amazonaws.com",
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html",
    ),
    Passed(
        type="AWS::ECS::Service",
        property="Role",
        service="ecs.amazonaws.com",
        source=_ECS_TASKS,
    ),
    Passed(
        type="AWS::EC2::FlowLog",
        property="DeliverLogsPermissionArn",
        service="vpc-flow-logs.amazonaws.com",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    ),
    Passed(
        type="AWS::S3::Bucket",
        property="ReplicationConfiguration.Role",
        service="s3.amazonaws.com",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
    ),
)

SERVICE_LINKED: tuple[ServiceLinked, ...] = (
    ServiceLinked(
        type="AWS::ECS::Cluster",
        service="ecs.amazonaws.com",
        role="AWSServiceRoleForECS",
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
    ),
    ServiceLinked(
        type="AWS::ECS::Service",
        service="ecs.amazonaws.com",
        role="AWSServiceRoleForECS",
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
    ),
    ServiceLinked(
        type="AWS::ApplicationAutoScaling::ScalableTarget",
        service="ecs.application-autoscaling.amazonaws.com",
        role="AWSServiceRoleForApplicationAutoScaling_ECSService",
        source="https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ecs.html",
        property="ServiceNamespace~ecs",
    ),
    ServiceLinked(
        type="AWS::ECR::PullThroughCacheRule",
        service="pullthroughcache.ecr.amazonaws.com",
        role="AWSServiceRoleForECRPullThroughCache",
        source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/slr-pullthroughcache.html",
    ),
    ServiceLinked(
        type="AWS::ECR::RegistryScanningConfiguration",
        service="inspector2.amazonaws.com",
        role="AWSServiceRoleForAmazonInspector2",
        source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html",
        property="ScanType~ENHANCED",
    ),
    ServiceLinked(
        type="AWS::ElasticLoadBalancingV2::LoadBalancer",
        service="elasticloadbalancing.amazonaws.com",
        role="AWSServiceRoleForElasticLoadBalancing",
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html",
    ),
    ServiceLinked(
        type="AWS::ElasticLoadBalancingV2::TargetGroup",
        service="elasticloadbalancing.amazonaws.com",
        role="AWSServiceRoleForElasticLoadBalancing",
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html",
    ),
    ServiceLinked(
        type="AWS::WAFv2::LoggingConfiguration",
        service="wafv2.amazonaws.com",
        role="AWSServiceRoleForWAFV2Logging",
        # For a log group or a bucket it writes a policy of theirs instead.
        source="https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html",
        property="LogDestinationConfigs~:firehose:",
    ),
)

HANDED = frozenset({"iam:CreateServiceLinkedRole", "iam:GetRole", "iam:PassRole"})
"""What the handlers of other services' types list for roles: for a reviewed type the tables above say for which, and
to whom."""


def reviewed(resource_type: str) -> bool:
    """Whether the tables above say all about the roles of a type; IAM's own types are about roles themselves."""
    return resource_type in TYPES and not resource_type.startswith("AWS::IAM::")


def arns(tree: Tree, resource: Resource, passed: Passed) -> tuple[str, ...]:
    """The roles that a resource hands on by this property."""
    found = tree.texts(list(values(resource.properties, passed.property)), resource.module)
    named = tuple(sorted(arn for arn in found if arn.startswith("arn:")))
    return named if len(named) == len(found) else reference.any_of("iam:role", tree.place)
