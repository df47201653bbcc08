"""What is allowed on more than it is for, each time with the reason: the whole list.

IAM decides many actions without a resource; on `*` these need no entry, because the service authorization reference
says so (`stacks.iam.derive.reference.kinds`). In a key policy `*` is the key itself
(https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html).
"""

from __future__ import annotations

ON_ANYTHING = {
    "application-autoscaling:*Tag*": (
        "the policy that the Terraform project's documentation has for GitHubActionsRole, word for word; off unless "
        "[iam] github_actions_role_name asks for it"
    ),
    "application-autoscaling:Describe*": "reads, in this region only; none of them has a resource",
    "ec2:Describe*": (
        "reads, in this region only; of what CloudFormation reads there, only DescribeVpcAttribute has a resource, the "
        "VPC, whose id nobody knows before it is made"
    ),
    "ecs:ListTasks": "its resource is a container instance, which Fargate has none of; the cluster is a condition",
    "elasticloadbalancing:Describe*": "reads, in this region only; none of them has a resource",
    "kms:TagResource": "the key has no id before it is made, and is tagged while it is; the tag is a condition",
}
"""Allowed on `*`, although AWS knows a resource for the action, or for one that the pattern stands for."""

EXECUTION = "the execution role makes, changes and deletes what the templates ask for: of the project's names alone, "
PATTERNS = {
    "application-autoscaling:*ScalableTarget": "registers and deregisters targets, of ECS services only",
    "application-autoscaling:*ScalingPolicy": "puts and deletes policies, of ECS services only",
    "application-autoscaling:*ScheduledAction": "puts and deletes scheduled actions, of ECS services only",
    "application-autoscaling:*Tag*": ON_ANYTHING["application-autoscaling:*Tag*"],
    "application-autoscaling:Describe*": "reads",
    "cloudformation:*": EXECUTION + "and not the bootstrap stack, which another statement denies",
    "ec2:Describe*": "reads",
    "ecr:*": EXECUTION + "and the repositories of [bootstrap] repository_names",
    "ecs:*": EXECUTION + "clusters, services, tasks and task definitions",
    "elasticloadbalancing:Describe*": "reads",
    "kms:*": EXECUTION + "by the tag Project, for keys have no names; and in a key policy, where `*` is the key itself",
    "kms:GenerateDataKey*": "in a key policy, as AWS documents it for services that encrypt with the key",
    "kms:ReEncrypt*": "in a key policy, as AWS documents it for CloudWatch Logs",
    "logs:*": EXECUTION + "log groups",
    "s3:*": EXECUTION + "and not the artifact bucket, which another statement denies",
    "s3:Get*Configuration": "reads how a bucket is set, and none of its objects",
    "s3:GetBucket*": "the same",
    "secretsmanager:*": EXECUTION + "which for the cookie's secret is its logical id",
    "sns:*": EXECUTION + "topics",
    "wafv2:*": EXECUTION + "web ACLs, and the groups of rules that AWS manages",
}
"""Actions with a wildcard that are allowed, on whatever."""
