"""What the commands call themselves, as whoever runs them: plan, deploy, watch, and what the others read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.resource_types import TYPES
from templates.resource_types.record import Lookup

if TYPE_CHECKING:
    from stacks.iam.derive.needs import Need

MODULE = "Commands"
"""What stands in the place of a module where a command needs a right."""
READING = re.compile(r"[a-z0-9-]+:(?:Batch)?(?:Describe|Get|List)")
"""Actions that change nothing."""
COMMANDS = ("plan", "deploy", "outputs", "status", "watch", "drift", "destroy")
"""The commands of a deployment. `bootstrap` runs before there are roles; others have a file in `commands/`."""
PLAN_DRIFT, PLAN_OUT, DEPLOY_PLAN = "plan --drift", "plan --out", "deploy --plan"
"""`plan` with drift detection, or with a plan for others to execute; `deploy` that executes one."""

ROOT, TREE, BOOTSTRAP = "the root stack", "the root stack and its nested stacks", "the bootstrap stack"
BUCKET, DURATIONS = "the artifact bucket", "the durations"
ARTIFACTS, DRAFTED = "templates and durations", "templates of plans"
STORED = "everything in the artifact bucket"
STACK_SET, STACK_SET_TARGETS = "the stack set", "the stack set and its targets"
LEFT_BUCKETS, LEFT_OBJECTS = "buckets that stacks of a fleet have left", "what is in them"
ADMINISTRATION_ROLE, FLEET, UNITS = "the administration role of StackSets", "a fleet", "organizational units"
JOURNAL = "the journal of a takeover"
REPOSITORY, SERVICE, TASKS, LOG = "the repository", "the service", "its tasks", "its log"
REVISIONS, LOG_GROUP = "the service and its revisions", "its log group"
"""IAM has `:*` at the end of it for most actions:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html"""
CLUSTER, EXEC_KEY = "the cluster", "the key of sessions"
PUSHED = "the repository of the image, whoever owns it"
DEFINITIONS, OWN_DEFINITIONS = "its task definitions", "task definitions of single runs"
TASK_ROLES = "the roles of its tasks"
NOTHING = "no particular resource"
NEW_VPC, ENDPOINTS = "a new VPC", "interface endpoints"
VPC, DEFAULT_VPC, LISTENER = "a given VPC", "the default VPC", "a shared listener"
GROUPS = "given security groups"
SCANNING = "enhanced scanning"
MOVES = "a strategy that moves requests"
ZONE = "the hosted zone"
ACM, IAM, SERVICE_LINKED = "a certificate in ACM", "a certificate in IAM", "roles of ECS and its autoscaling"
EXECUTION_ROLE = "the execution role"
UNPROTECTED = "deletion protection is lifted from what is to be deleted"
ENOUGH = "whether a quota is enough"
AS_WANTED = "whether what is adopted is what the settings say"
OPTIONAL = "optional"
"""Calls without which a command goes on, and says what it could not look up. No policy includes them."""
LOOKUPS = sorted({it.lookup.action for it in TYPES.values() if isinstance(it.lookup, Lookup)})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One API action of the commands that make it, and on what; `when` is the setting for which, or empty: always.

    `to` is the service that a role is handed to.
    """

    action: str
    commands: tuple[str, ...]
    on: str
    why: str
    when: str = ""
    to: str = ""


def _call(action: str, commands: str, on: str, why: str, when: str = "") -> Call:
    names = COMMANDS if commands == "all" else tuple(commands.split())
    return Call(action=action, commands=names, on=on, why=why, when=when)


def calls_of(command: str, *rows: tuple[str, str, str]) -> tuple[Call, ...]:
    """Return the calls of one command: of each the action, on what, and why."""
    return tuple(Call(action=action, commands=(command,), on=on, why=why) for action, on, why in rows)


TABLE: tuple[Call, ...] = (
    _call("cloudformation:DescribeStacks", "all", TREE, "states, parameters and outputs of the stacks"),
    _call("cloudformation:DescribeStacks", "plan deploy destroy", BOOTSTRAP, "it says which is the artifact bucket"),
    _call("cloudformation:ListStackResources", "outputs", TREE, "whose outputs count after a takeover", OPTIONAL),
    _call(
        "cloudformation:ListStackResources",
        "plan deploy status watch drift destroy",
        TREE,
        "which resources and nested stacks there are",
    ),
    _call("cloudformation:ListStacks", "plan deploy destroy", NOTHING, "nested stacks that block their root"),
    _call("cloudformation:GetTemplate", "plan deploy destroy", TREE, "what is deployed, to compare with"),
    _call("cloudformation:CreateChangeSet", "plan deploy", TREE, "the plan is a change set, and nested ones"),
    _call("cloudformation:TagResource", "plan deploy", TREE, "the stacks are tagged"),
    _call("cloudformation:UntagResource", "plan deploy", TREE, "a tag that is no longer set is removed"),
    _call("cloudformation:DescribeChangeSet", "plan deploy", TREE, "what would change"),
    _call("cloudformation:ListChangeSets", "plan deploy", ROOT, "change sets that were left behind"),
    _call("cloudformation:DeleteChangeSet", "plan deploy", TREE, "a plan that is not executed is deleted"),
    _call("cloudformation:DeleteStack", "deploy destroy", TREE, "a stack that was never created goes with its plan"),
    _call("cloudformation:DeleteStack", "plan", TREE, "the same: a stack that was never created can stay", OPTIONAL),
    _call("cloudformation:ExecuteChangeSet", "deploy", ROOT, "the plan is executed"),
    _call("cloudformation:CancelUpdateStack", "deploy", ROOT, "Ctrl-C and --fail-fast take an update back"),
    _call("cloudformation:ContinueUpdateRollback", "deploy", ROOT, "a failed rollback goes on"),
    _call("cloudformation:RollbackStack", "deploy", ROOT, "a deployment that stopped half way is rolled back"),
    _call("cloudformation:UpdateStack", "deploy", ROOT, "an express update without rollback is repeated", OPTIONAL),
    _call("cloudformation:GetStackPolicy", "deploy", TREE, "what protects the stateful resources"),
    _call("cloudformation:SetStackPolicy", "deploy", TREE, "[stack] protect_stateful"),
    _call("cloudformation:UpdateTerminationProtection", "deploy", ROOT, "[stack] termination_protection"),
    _call(
        "cloudformation:DescribeStackEvents",
        "plan deploy status watch destroy",
        TREE,
        "what happens, and why it failed",
    ),
    *(
        Call(action=f"cloudformation:{name}", commands=(PLAN_DRIFT, "drift"), on=on, why=why)
        for name, on, why in (
            ("DetectStackDrift", TREE, "what was changed by hand"),
            ("DetectStackResourceDrift", TREE, "CloudFormation reads each resource as the caller"),
            ("BatchDescribeTypeConfigurations", NOTHING, "CloudFormation asks how types are configured, as the caller"),
            ("DescribeStackDriftDetectionStatus", NOTHING, "whether the search is over"),
            ("DescribeStackResourceDrifts", TREE, "what the search has found"),
        )
    ),
    _call("s3:ListBucket", "plan deploy destroy", BUCKET, "which templates are there already"),
    _call("s3:PutObject", "plan", DRAFTED, "the templates, which nobody executes"),
    Call(action="s3:PutObject", commands=(PLAN_OUT, "deploy"), on=ARTIFACTS, why="the templates"),
    _call("s3:PutObject", "deploy destroy", DURATIONS, "how long it took"),
    _call("s3:GetObject", "plan", DRAFTED, "CloudFormation reads the templates"),
    _call(
        "s3:GetObject", "plan deploy destroy", ARTIFACTS, "CloudFormation reads the templates; how long it took before"
    ),
    Call(
        action="iam:PassRole",
        commands=(PLAN_OUT, "deploy"),
        on=EXECUTION_ROLE,
        why="CloudFormation is handed the role of [bootstrap] execution_role",
        when=EXECUTION_ROLE,
        to="cloudformation.amazonaws.com",
    ),
    _call("s3:DeleteObject", "deploy destroy", DURATIONS, "only the newest durations are kept"),
    _call("ecr:DescribeRepositories", "plan deploy", REPOSITORY, "where the image has to be"),
    _call("ecr:DescribeImages", "plan deploy status", REPOSITORY, "whether the image is there, and since when"),
    _call("ecr:BatchGetImage", "plan deploy", REPOSITORY, "whether the image is for the task's architecture"),
    _call(
        "ecr:GetDownloadUrlForLayer", "plan deploy", REPOSITORY, "the same, of a single image, and what its command is"
    ),
    _call("acm:DescribeCertificate", "plan deploy", ACM, "whether the certificate is issued, and for the names", ACM),
    _call("route53:GetHostedZone", "plan deploy", ZONE, "whether the names are in it", ZONE),
    _call("iam:GetServerCertificate", "plan deploy", IAM, "until when the certificate holds", IAM),
    _call("iam:GetRole", "plan deploy", SERVICE_LINKED, "whether the services' own roles are there"),
    _call("ec2:DescribeAvailabilityZones", "plan deploy", NOTHING, "which zones the new VPC can have", NEW_VPC),
    _call("ec2:DescribeSubnets", "plan deploy", NOTHING, "in which zones the deployed subnets are", NEW_VPC),
    _call("ec2:DescribeVpcEndpointServices", "plan deploy", NOTHING, "which zones have the endpoints", ENDPOINTS),
    _call("ec2:DescribeVpcs", "plan deploy", NOTHING, "which is the default VPC", DEFAULT_VPC),
    _call("ec2:DescribeSubnets", "plan deploy", NOTHING, "whether the subnets fit", VPC),
    _call("ec2:DescribeRouteTables", "plan deploy", NOTHING, "whether the subnets have a way out", VPC),
    _call("ec2:DescribeVpcEndpoints", "plan deploy", NOTHING, "whether endpoints are their way out", VPC),
    _call("ec2:DescribeNatGateways", "plan deploy", NOTHING, "whether their NAT gateways work", VPC),
    _call("ec2:DescribeNetworkAcls", "plan deploy", NOTHING, "whether their ACLs let anything through", VPC),
    _call("ecr:GetRegistryScanningConfiguration", "plan deploy", NOTHING, "whether it is somebody else's", SCANNING),
    _call("ecs:DescribeServices", "deploy status watch", SERVICE, "how the deployment of the service goes"),
    _call("ecs:DescribeServices", "plan", SERVICE, "which target groups and rules ECS turns", MOVES),
    _call("ecs:ListTasks", "deploy watch", NOTHING, "which tasks have stopped"),
    _call("ecs:DescribeTasks", "deploy watch", TASKS, "why tasks stop"),
    _call("ecs:DescribeTaskDefinition", "deploy status watch", NOTHING, "the image that runs, and where its log is"),
    _call("logs:GetLogEvents", "deploy watch", LOG, "the last lines of a task that has stopped"),
    _call("elasticloadbalancing:DescribeListeners", "plan deploy", NOTHING, "the listener that is shared", LISTENER),
    _call("elasticloadbalancing:DescribeLoadBalancers", "plan deploy", NOTHING, "the one that is shared", LISTENER),
    _call("ec2:DescribeSecurityGroups", "plan deploy", NOTHING, "whether it reaches the tasks", LISTENER),
    _call("ec2:DescribeSecurityGroups", "plan deploy", NOTHING, "whether given ones let requests through", GROUPS),
    _call("elasticloadbalancing:DescribeRules", "plan deploy", NOTHING, "which priorities are free", LISTENER),
    _call("elasticloadbalancing:DescribeRules", "plan deploy", NOTHING, "which target group has the requests", MOVES),
    _call("elasticloadbalancing:DescribeTags", "plan deploy", NOTHING, "whose rules the others are", LISTENER),
    _call("elasticloadbalancing:DescribeLoadBalancerAttributes", "destroy", NOTHING, "whether one is protected"),
    _call("elasticloadbalancing:DescribeLoadBalancerAttributes", "deploy", NOTHING, UNPROTECTED, OPTIONAL),
    _call("elasticloadbalancing:ModifyLoadBalancerAttributes", "deploy destroy", NOTHING, UNPROTECTED, OPTIONAL),
    _call("elasticloadbalancing:DescribeTargetHealth", "status", NOTHING, "which targets are healthy"),
    _call("application-autoscaling:DescribeScalableTargets", "status", NOTHING, "between how many tasks it scales"),
    _call("application-autoscaling:DescribeScalingActivities", "status", NOTHING, "what it has scaled"),
    _call("application-autoscaling:DescribeScheduledActions", "status", NOTHING, "when it scales"),
    _call("application-autoscaling:DescribeScalingPolicies", "status", NOTHING, "by what it scales"),
    _call("scheduler:GetSchedule", "status", NOTHING, "when tasks are started next", OPTIONAL),
    _call("sqs:GetQueueUrl", "status", NOTHING, "how many scheduled tasks have failed", OPTIONAL),
    _call("sqs:GetQueueAttributes", "status", NOTHING, "how many scheduled tasks have failed", OPTIONAL),
    _call("ecr:GetLifecyclePolicy", "plan deploy", REPOSITORY, AS_WANTED, OPTIONAL),
    _call("logs:DescribeLogGroups", "plan deploy", NOTHING, AS_WANTED, OPTIONAL),
    _call("cloudformation:DescribeEvents", "plan deploy", TREE, "why CloudFormation's validation failed", OPTIONAL),
    *(_call(it, "plan deploy", NOTHING, "whether a name is in use", OPTIONAL) for it in LOOKUPS),
    _call("elasticloadbalancing:DescribeLoadBalancers", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("ecr:DescribeImages", "plan deploy", NOTHING, "whether images of sidecars are there", OPTIONAL),
    _call("ecr:BatchGetImage", "plan deploy", NOTHING, "what an image in another repository is for", OPTIONAL),
    _call("ecr:GetDownloadUrlForLayer", "plan deploy", NOTHING, "the same, and what its command is", OPTIONAL),
    _call("iam:GetPolicy", "plan deploy", NOTHING, "whether policies are there", OPTIONAL),
    _call("secretsmanager:DescribeSecret", "plan deploy", NOTHING, "whether secrets are there", OPTIONAL),
    _call("ssm:DescribeParameters", "plan deploy", NOTHING, "whether parameters are there", OPTIONAL),
    _call("sns:ListSubscriptionsByTopic", "plan deploy", NOTHING, "who is still told of alarms", OPTIONAL),
    _call("cloudwatch:GetMetricStatistics", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("ec2:DescribeAddresses", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("pricing:GetProducts", "plan", NOTHING, "by how much it moves what a month costs", OPTIONAL),
    _call("ec2:DescribeVpcs", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("servicequotas:GetServiceQuota", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("servicequotas:GetAWSDefaultServiceQuota", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    *(
        _call(f"ecr:{name}", "deploy", REPOSITORY, "a running image comes over from another repository", OPTIONAL)
        for name in (
            "BatchCheckLayerAvailability",
            "InitiateLayerUpload",
            "UploadLayerPart",
            "CompleteLayerUpload",
            "PutImage",
        )
    ),
    _call("iam:SimulatePrincipalPolicy", "plan deploy", NOTHING, "which rights the caller lacks", OPTIONAL),
    _call("iam:GetRole", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:GetUser", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListRolePolicies", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:GetRolePolicy", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListAttachedRolePolicies", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListUserPolicies", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:GetUserPolicy", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListAttachedUserPolicies", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListGroupsForUser", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListGroupPolicies", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:GetGroupPolicy", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:ListAttachedGroupPolicies", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:GetPolicy", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
    _call("iam:GetPolicyVersion", "plan deploy", NOTHING, "the same, where it may not be simulated", OPTIONAL),
)
"""Every call of every command, but for `sts:GetCallerIdentity`, which nobody can be denied."""
PLANNING = frozenset({
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:ListChangeSets",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
    "ecr:BatchGetImage",
    "s3:PutObject",
    *(call.action for call in TABLE if call.when not in {"", OPTIONAL}),
})  # fmt: skip
"""What `deploy` calls, as `plan` does, to make a plan: one that is saved has it behind it."""


def commands_of(need: Need) -> frozenset[str]:
    """Return the commands that make the call of a need of theirs; `deploy --plan` is one of them."""
    names = frozenset(need.why.logical_id.split(", "))
    plans = need.action in PLANNING and names & {"plan", PLAN_OUT}
    return names | {DEPLOY_PLAN} if "deploy" in names and not plans else names
