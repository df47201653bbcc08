"""What the commands call themselves, as whoever runs them: plan, deploy, watch, and what the others read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.permissions.deriving import identifiers
from stacks.permissions.deriving.tree import NESTED_STACK, Tree
from stacks.permissions.needs import ANYTHING, Need, Phase, Reason
from templates import bootstrap
from templates.network import subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.permissions.needs import Place
    from stacks.render import Rendered
    from stacks.settings import Settings

MODULE = "Commands"
COMMANDS = ("plan", "deploy", "outputs", "status", "watch", "drift", "destroy")
"""The commands that work on one environment. `bootstrap` comes before there are roles."""
SOURCE = "stacks/: the calls of the commands"

ROOT, TREE, BOOTSTRAP = "the root stack", "the root stack and its nested stacks", "the bootstrap stack"
BUCKET, ARTIFACTS, DURATIONS = "the artifact bucket", "templates and durations", "the durations"
REPOSITORY, SERVICE, TASKS, LOG = "the repository", "the service", "its tasks", "its log"
NOTHING = "no particular resource"
ZONES, VPC, DEFAULT_VPC, LISTENER = "three zones", "a given VPC", "the default VPC", "a shared listener"
SCANNING = "enhanced scanning"
TAKEN, ENOUGH = "whether a name is taken", "whether a quota is enough"
OPTIONAL = "optional"
"""Calls without which a command goes on, and says what it cannot know: no policy is made with them."""
READING = re.compile(r"[a-z0-9-]+:(?:Describe|Get|List)")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One API action of the commands that make it, and on what; `when` is the setting for which, or empty: always."""

    action: str
    commands: tuple[str, ...]
    on: str
    why: str
    when: str = ""


def _call(action: str, commands: str, on: str, why: str, when: str = "") -> Call:
    names = COMMANDS if commands == "all" else tuple(commands.split())
    return Call(action=action, commands=names, on=on, why=why, when=when)


TABLE: tuple[Call, ...] = (
    _call("cloudformation:DescribeStacks", "all", TREE, "states, parameters and outputs of the stacks"),
    _call("cloudformation:DescribeStacks", "plan deploy destroy", BOOTSTRAP, "it says which is the artifact bucket"),
    _call(
        "cloudformation:ListStackResources",
        "plan deploy status watch drift destroy",
        TREE,
        "which resources and nested stacks there are",
    ),
    _call("cloudformation:ListStacks", "plan deploy destroy", NOTHING, "nested stacks in trouble of their own"),
    _call("cloudformation:GetTemplate", "plan deploy destroy", TREE, "what is deployed, to compare with"),
    _call("cloudformation:CreateChangeSet", "plan deploy", TREE, "the plan is a change set, and nested ones"),
    _call("cloudformation:TagResource", "plan deploy", TREE, "the stacks are tagged"),
    _call("cloudformation:UntagResource", "plan deploy", TREE, "a tag that is no longer there is taken off"),
    _call("cloudformation:DescribeChangeSet", "plan deploy", TREE, "what would change"),
    _call("cloudformation:ListChangeSets", "plan deploy", ROOT, "change sets that were left behind"),
    _call("cloudformation:DeleteChangeSet", "plan deploy", TREE, "a plan that is not executed is taken away"),
    _call(
        "cloudformation:DeleteStack", "plan deploy destroy", TREE, "a stack that was never created goes with its plan"
    ),
    _call("cloudformation:ExecuteChangeSet", "deploy", ROOT, "the plan is executed"),
    _call("cloudformation:CancelUpdateStack", "deploy", ROOT, "Ctrl-C and --fail-fast take an update back"),
    _call("cloudformation:ContinueUpdateRollback", "deploy", ROOT, "a failed rollback goes on"),
    _call("cloudformation:RollbackStack", "deploy", ROOT, "a deployment that stopped half way is taken back"),
    _call("cloudformation:GetStackPolicy", "deploy", TREE, "what protects the stateful resources"),
    _call("cloudformation:SetStackPolicy", "deploy", TREE, "[stack] protect_stateful"),
    _call("cloudformation:UpdateTerminationProtection", "deploy", ROOT, "[stack] termination_protection"),
    _call(
        "cloudformation:DescribeStackEvents",
        "plan deploy status watch destroy",
        TREE,
        "what happens, and why it failed",
    ),
    _call("cloudformation:DetectStackDrift", "plan drift", TREE, "what was changed by hand"),
    _call("cloudformation:DescribeStackDriftDetectionStatus", "plan drift", NOTHING, "whether the search is over"),
    _call("cloudformation:DescribeStackResourceDrifts", "plan drift", TREE, "what the search has found"),
    _call("s3:ListBucket", "plan deploy destroy", BUCKET, "which templates are there already"),
    _call("s3:PutObject", "plan deploy destroy", ARTIFACTS, "templates, and how long deployments took"),
    _call(
        "s3:GetObject", "plan deploy destroy", ARTIFACTS, "CloudFormation reads the templates; how long it took before"
    ),
    _call("s3:DeleteObject", "deploy destroy", DURATIONS, "only the newest durations are kept"),
    _call("ecr:DescribeRepositories", "plan deploy", REPOSITORY, "where the image has to be"),
    _call("ecr:DescribeImages", "plan deploy status", REPOSITORY, "whether the image is there, and since when"),
    _call("ecr:BatchGetImage", "plan deploy", REPOSITORY, "whether the image is for the task's architecture"),
    _call("ec2:DescribeAvailabilityZones", "plan deploy", NOTHING, "whether there are as many zones", ZONES),
    _call("ec2:DescribeVpcs", "plan deploy", NOTHING, "which is the default VPC", DEFAULT_VPC),
    _call("ec2:DescribeSubnets", "plan deploy", NOTHING, "whether the subnets fit", VPC),
    _call("ec2:DescribeRouteTables", "plan deploy", NOTHING, "whether the subnets have a way out", VPC),
    _call("ec2:DescribeVpcEndpoints", "plan deploy", NOTHING, "whether endpoints are their way out", VPC),
    _call("ecr:GetRegistryScanningConfiguration", "plan deploy", NOTHING, "whether it is somebody else's", SCANNING),
    _call("ecs:DescribeServices", "deploy status watch", SERVICE, "how the deployment of the service goes"),
    _call("ecs:ListTasks", "deploy watch", NOTHING, "which tasks have stopped"),
    _call("ecs:DescribeTasks", "deploy watch", TASKS, "why tasks stop"),
    _call("ecs:DescribeTaskDefinition", "deploy status watch", NOTHING, "the image that runs, and where its log is"),
    _call("logs:GetLogEvents", "deploy watch", LOG, "the last lines of a task that has stopped"),
    _call("elasticloadbalancing:DescribeListeners", "plan deploy", NOTHING, "the listener that is shared", LISTENER),
    _call("elasticloadbalancing:DescribeLoadBalancers", "plan deploy", NOTHING, "the one that is shared", LISTENER),
    _call("elasticloadbalancing:DescribeRules", "plan deploy", NOTHING, "which priorities are free", LISTENER),
    _call("elasticloadbalancing:DescribeTags", "plan deploy", NOTHING, "whose rules the others are", LISTENER),
    _call("elasticloadbalancing:DescribeLoadBalancerAttributes", "destroy", NOTHING, "whether one is protected"),
    _call("elasticloadbalancing:DescribeTargetHealth", "status", NOTHING, "which targets are healthy"),
    _call("application-autoscaling:DescribeScalableTargets", "status", NOTHING, "between how many tasks it scales"),
    _call("application-autoscaling:DescribeScalingActivities", "status", NOTHING, "what it has scaled"),
    _call("application-autoscaling:DescribeScheduledActions", "status", NOTHING, "when it scales"),
    _call("application-autoscaling:DescribeScalingPolicies", "status", NOTHING, "by what it scales"),
    _call("cloudformation:DescribeEvents", "plan deploy", TREE, "why CloudFormation's validation failed", OPTIONAL),
    _call("application-autoscaling:DescribeScalableTargets", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("cloudwatch:DescribeAlarms", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("cloudwatch:GetDashboard", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("ecr:DescribePullThroughCacheRules", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("ecs:DescribeClusters", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("ecs:DescribeServices", "plan deploy", SERVICE, TAKEN, OPTIONAL),
    _call("elasticloadbalancing:DescribeLoadBalancers", "plan deploy", NOTHING, f"{TAKEN}; {ENOUGH}", OPTIONAL),
    _call("elasticloadbalancing:DescribeTargetGroups", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("kms:ListAliases", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("route53:ListResourceRecordSets", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("sns:GetTopicAttributes", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("wafv2:ListWebACLs", "plan deploy", NOTHING, TAKEN, OPTIONAL),
    _call("cloudwatch:GetMetricStatistics", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("ec2:DescribeAddresses", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("ec2:DescribeVpcs", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("servicequotas:GetServiceQuota", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
    _call("servicequotas:GetAWSDefaultServiceQuota", "plan deploy", NOTHING, ENOUGH, OPTIONAL),
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


def needs(settings: Settings, rendered: Rendered, place: Place, bucket: str) -> tuple[Need, ...]:
    """What the commands need for one environment; `bucket` is the name of the artifact bucket, as a pattern."""
    where, made_for = _places(rendered, place, settings.project, bucket), _wanted(settings)
    return tuple(
        Need(
            action=call.action,
            resources=where[call.on],
            phases=frozenset(_phases(call)),
            why=Reason(module=MODULE, logical_id=", ".join(call.commands), sentence=call.why),
            source=SOURCE,
        )
        for call in sorted(TABLE, key=lambda it: (it.action, it.on))
        if where[call.on] and call.when in made_for
    )


def _wanted(settings: Settings) -> set[str]:
    """What the settings make the commands look at."""
    network = settings.network
    there = {
        ZONES: network.zones > subnets.ZONES,
        VPC: network.vpc_id is not None or network.use_default_vpc,
        DEFAULT_VPC: network.use_default_vpc,
        LISTENER: network.listener is not None,
        SCANNING: settings.ecr.enhanced_scanning,
    }
    return {"", *(name for name, is_so in there.items() if is_so)}


def _places(rendered: Rendered, place: Place, project: str, bucket: str) -> dict[str, tuple[str, ...]]:
    tree = Tree(rendered, place)
    stacks = f"arn:{place.partition}:cloudformation:{place.region}:{place.account}:stack"
    root = (f"{stacks}/{rendered.stack_name}/*",)
    objects = f"arn:{place.partition}:s3:::{bucket}/{rendered.stack_name}"
    services = _arns(tree, "AWS::ECS::Service", "ecs:service")
    return {
        ROOT: root,
        TREE: (*root, *_arns(tree, NESTED_STACK, "cloudformation:stack")),
        BOOTSTRAP: (f"{stacks}/{bootstrap.identity(project).name}/*",),
        BUCKET: (f"arn:{place.partition}:s3:::{bucket}",),
        ARTIFACTS: (
            f"arn:{place.partition}:s3:::{bucket}/{bootstrap.DRAFTS}{rendered.stack_name}/*",
            f"{objects}/*",
        ),
        DURATIONS: (f"{objects}/{bootstrap.HISTORY_FOLDER}/*",),
        REPOSITORY: _arns(tree, "AWS::ECR::Repository", "ecr:repository"),
        SERVICE: services,
        TASKS: tuple(arn.replace(":service/", ":task/").rpartition("/")[0] + "/*" for arn in services),
        LOG: tuple(f"{arn}:*" for arn in _log_groups(tree)),
        NOTHING: (ANYTHING,),
    }


def _arns(tree: Tree, resource_type: str, kind: str) -> tuple[str, ...]:
    found = (identifiers.arns(tree, it).get(kind, ()) for it in tree.resources() if it.type == resource_type)
    return tuple(sorted({arn for arns in found for arn in arns}))


def _log_groups(tree: Tree) -> Iterator[str]:
    """Those of containers: what is behind `awslogs-group`."""
    place = tree.place
    for resource in tree.resources():
        if resource.type == "AWS::ECS::TaskDefinition":
            path = "ContainerDefinitions.LogConfiguration.Options.awslogs-group"
            for name in tree.texts(list(identifiers.values(resource.properties, path)), resource.module):
                yield f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{name}"


def _phases(call: Call) -> Iterator[Phase]:
    if READING.match(call.action):
        yield Phase.READ
        return
    yield from (Phase.CREATE, Phase.UPDATE, Phase.ROLLBACK) if set(call.commands) - {"destroy"} else ()
    if "destroy" in call.commands:
        yield Phase.DELETE
