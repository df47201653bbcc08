"""What the deploying role may read to detect drift: CloudFormation reads each resource with the caller's rights.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html. It reads neither
the values of secrets nor the objects of buckets: they are not compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import (
    acm,
    application_autoscaling,
    cloudformation,
    cloudwatch,
    ec2,
    ecr,
    elasticloadbalancing,
    iam,
    kms,
    logs,
    route53,
    s3,
    secretsmanager,
    sns,
    wafv2,
)
from troposphere import Sub

from templates import policy_sizes
from templates.bootstrap.scope import Scope, actions, allow, deny, here
from templates.identity import arn

if TYPE_CHECKING:
    from awacs.aws import Statement


READ_ROLES = "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies"


def documents(scope: Scope, *, checks: bool = False) -> list[Any]:
    """Return the documents of managed policies, each within IAM's limit.

    The names of the stacks' roles begin like those of this stack, whose rights may be read only with `checks`.
    """
    own = [scope.role(name) for name in scope.role_names]
    statements = [
        *_by_name(scope),
        *_of_the_region(),
        allow("FindHostedZones", [route53.ListHostedZones], ["*"]),
        *([] if checks else [deny("KeepOffRightsOfThisStack", actions(iam, READ_ROLES), own)]),
    ]
    return policy_sizes.documents(statements)


def _by_name(scope: Scope) -> list[Statement]:
    groups = [f"log-group:{it}{scope.any}" for it in ("/ecs/", "/vpc/", "aws-waf-logs-")]
    balancers = arn("elasticloadbalancing", f"loadbalancer/app/{scope.any}")
    alarms = [
        arn("cloudwatch", f"alarm:{scope.any}"),
        Sub(f"arn:${{AWS::Partition}}:cloudwatch::${{AWS::AccountId}}:dashboard/{scope.any}"),
    ]
    return [
        allow(
            "ReadRepositories",
            actions(ecr, "GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource"),
            scope.repository_arns,
        ),
        allow("ReadRoles", actions(iam, READ_ROLES), [scope.role(scope.any)]),
        allow(
            "ReadLogGroups",
            actions(logs, "GetDataProtectionPolicy ListTagsForResource"),
            [arn("logs", it) for it in groups],
        ),
        allow("ReadAlarms", [cloudwatch.ListTagsForResource], alarms),
        allow(
            "ReadTopics",
            actions(
                sns, "GetDataProtectionPolicy GetSubscriptionAttributes ListSubscriptionsByTopic ListTagsForResource"
            ),
            [arn("sns", scope.any)],
        ),
        allow("ReadSecrets", [secretsmanager.DescribeSecret], [arn("secretsmanager", "secret:CookieSecret-*")]),
        allow(
            "ReadBuckets",
            [*(s3.Action(it) for it in ("Get*Configuration", "GetBucket*")), s3.ListBucket, s3.ListTagsForResource],
            [Sub(f"arn:${{AWS::Partition}}:s3:::{scope.any}")],
        ),
        allow(
            "ReadFilter",
            actions(wafv2, "GetLoggingConfiguration GetWebACL GetWebACLForResource ListTagsForResource"),
            [arn("wafv2", f"regional/webacl/{scope.any}"), balancers],
        ),
        allow("ReadFilterOfBalancer", [elasticloadbalancing.GetLoadBalancerWebACL], [balancers]),
    ]


def _of_the_region() -> list[Statement]:
    """Return the statements for resources whose ids are generated, and for actions without a resource."""
    return [
        allow("ReadCertificateTags", [acm.ListTagsForCertificate], [arn("acm", "certificate/*")]),
        allow(
            "ReadScalableTargets",
            [application_autoscaling.ListTagsForResource],
            [arn("application-autoscaling", "scalable-target/*")],
        ),
        allow("ReadVpcs", [ec2.DescribeVpcAttribute], [arn("ec2", "vpc/*")]),
        allow(
            "ReadKeys",
            actions(kms, "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"),
            [arn("kms", "key/*")],
        ),
        allow(
            "ReadForDrift",
            [
                cloudformation.BatchDescribeTypeConfigurations,
                *actions(
                    ec2,
                    "DescribeEgressOnlyInternetGateways DescribeFlowLogs DescribeInternetGateways "
                    "DescribeSecurityGroupRules DescribeSecurityGroups DescribeVpcEncryptionControls "
                    "DescribeVpnGateways",
                ),
                *actions(
                    elasticloadbalancing,
                    "DescribeCapacityReservation DescribeListenerAttributes DescribeTargetGroupAttributes",
                ),
                *actions(
                    logs, "DescribeIndexPolicies DescribeLogGroups DescribeQueryDefinitions DescribeResourcePolicies"
                ),
            ],
            ["*"],
            here(),
        ),
    ]
