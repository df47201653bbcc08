"""What whoever takes over what Terraform runs needs: once, and beside the rights of deployments.

CloudFormation imports with the rights of the caller: the execution role of `[bootstrap]` is limited to names that our
templates give, and what is imported may have others; nor can an import give a stack a role
(https://github.com/aws/aws-cdk/issues/24954). The roles for GitHub do not get these rights: a takeover is done once, by
a person.

After an import CloudFormation updates what it tags with its stack, by the type's update handler: of an ECR repository
"SetRepositoryPolicy, PutImageTagMutability, PutImageScanningConfiguration, TagResource" were seen, of a bucket and a
function tags alone, and nothing of types that it does not tag, such as roles. What was written before a call that is
denied is not rolled back (timdodgson/appliance-clinic, docs/migration/phase-5-import-semantics.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cloudformation import schemas
from stacks.iam.derive import calls
from stacks.iam.derive.calls import (
    ARTIFACTS,
    BOOTSTRAP,
    BUCKET,
    NOTHING,
    OPTIONAL,
    PLAN_DRIFT,
    REPOSITORY,
    SERVICE,
    TASKS,
    TREE,
    Call,
    commands_of,
)
from stacks.iam.derive.deployer import deployer_needs
from stacks.iam.derive.deployment import artifact_bucket, deployment_needs
from stacks.iam.derive.needs import Need, Needs, Phase, Reason
from stacks.place import place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

ADOPT = "adopt"
TAKEN = frozenset({
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
})  # fmt: skip
"""Types that a takeover takes without being told to by `--map`."""
PLANS = frozenset({"plan", PLAN_DRIFT, "drift"})
"""Commands whose calls a takeover makes as well: its proof is a plan, and a detection of drift."""


def _call(action: str, on: str, why: str, when: str = "") -> Call:
    return Call(action=action, commands=(ADOPT,), on=on, why=why, when=when)


ADOPTING: tuple[Call, ...] = (
    _call("cloudformation:DescribeStacks", TREE, "how far the takeover has come"),
    _call("cloudformation:DescribeStacks", BOOTSTRAP, "it says which is the artifact bucket"),
    _call("cloudformation:ListStackResources", TREE, "what was imported"),
    _call("cloudformation:GetTemplate", TREE, "whether a stack is of this takeover, and what it retains"),
    _call("cloudformation:CreateChangeSet", TREE, "imports are change sets"),
    _call("cloudformation:DescribeChangeSet", TREE, "whether a change set does nothing but import"),
    _call("cloudformation:ListChangeSets", TREE, "change sets that were left behind"),
    _call("cloudformation:DeleteChangeSet", TREE, "a change set that would do anything else is deleted"),
    _call("cloudformation:ExecuteChangeSet", TREE, "what is imported, and nested"),
    _call("cloudformation:UpdateStack", TREE, "a child gets its outputs, before it is nested"),
    _call("cloudformation:DeleteStack", TREE, "--undo deletes stacks, and retains all that is in them"),
    _call("cloudformation:DescribeStackEvents", TREE, "what happens, and why it failed"),
    _call("cloudformation:DescribeStackResources", NOTHING, "that a resource is in no stack after --undo"),
    _call("cloudformation:GetResource", NOTHING, "Cloud Control reads each resource, as the caller"),
    _call("s3:ListBucket", BUCKET, "which templates are there already"),
    _call("s3:PutObject", ARTIFACTS, "the adoption templates"),
    _call("s3:GetObject", ARTIFACTS, "CloudFormation reads the adoption templates"),
    _call("s3:DeleteObject", ARTIFACTS, "--undo deletes the adoption templates"),
    _call("s3:GetObject", calls.JOURNAL, "how far the takeover has come"),
    _call("s3:PutObject", calls.JOURNAL, "how far the takeover has come"),
    _call("s3:GetObject", NOTHING, "the state and its lock file, where they are in S3"),
    _call("dynamodb:GetItem", NOTHING, "the lock and the digest of the state, where they are in a table"),
    _call("s3:ListBucket", NOTHING, "whether there is a lock file: without it, S3 says that access is denied"),
    _call("ecs:DescribeServices", SERVICE, "which task definition runs, and whether a deployment is in progress"),
    _call("ecs:DescribeTaskDefinition", NOTHING, "what the service runs"),
    _call("ecs:ListTasks", NOTHING, "that the same tasks run as before"),
    _call("ecs:DescribeTasks", TASKS, "which image they run"),
    _call("ecr:DescribeImages", REPOSITORY, "which tags the running image has"),
    _call("cloudwatch:GetMetricStatistics", NOTHING, "how many requests there were, and how many failed", OPTIONAL),
    _call("elasticloadbalancing:DescribeTargetGroups", NOTHING, "whether others share its load balancer"),
    _call("elasticloadbalancing:DescribeTargetHealth", NOTHING, "that the same targets are healthy as before"),
)
"""Calls of `adopt` beside those of `PLANS`."""
AFTER_IMPORT: tuple[Call, ...] = (
    _call("ecr:PutLifecyclePolicy", REPOSITORY, "after its import CloudFormation writes the policy that it has"),
    _call("ecr:SetRepositoryPolicy", REPOSITORY, "after its import CloudFormation writes the policy that it has"),
)
"""Calls of CloudFormation for what the settings need not have: policies that only Terraform has set."""


def adoption_needs(
    settings: Settings, rendered: Rendered, account_id: str | None = None, bucket: str | None = None
) -> Needs:
    """Return what a takeover needs; arguments are as in `deployment_needs`. All of it is the caller's."""
    where = place(settings.aws.region, account_id or settings.aws.account_id)
    of_plans = deployment_needs(settings, rendered, account_id, bucket)
    planning = tuple(it for it in of_plans.deployer if commands_of(it) & PLANS)
    own = deployer_needs(
        settings, rendered, where, bucket or artifact_bucket(settings), table=(*ADOPTING, *AFTER_IMPORT)
    )
    return Needs(
        environment=settings.environment,
        stack_name=rendered.stack_name,
        deployer=(*own, *planning, *_update_needs(where.region, of_plans.cloudformation)),
        cloudformation=(),
        unknown=of_plans.unknown,
    )


def _update_needs(region: str, derived: Iterable[Need]) -> tuple[Need, ...]:
    """Return the needs of the update handlers that CloudFormation calls after imports, one for each action."""
    wanted: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], dict[str, None]] = {}
    for need in derived:
        if Phase.UPDATE in need.phases and need.why.type in TAKEN and schemas.takes_system_tags(region, need.why.type):
            context = tuple(sorted((key, tuple(values)) for key, values in need.context.items()))
            wanted.setdefault((need.action, context), {}).update(dict.fromkeys(need.resources))
    sentence = "CloudFormation updates a resource after its import, to tag it with its stack"
    return tuple(
        Need(
            action=action,
            resources=tuple(sorted(resources)),
            context=dict(context),
            phases=frozenset({Phase.UPDATE}),
            why=Reason(module=calls.MODULE, logical_id=ADOPT, sentence=sentence),
            source="resource schemas",
        )
        for (action, context), resources in sorted(wanted.items(), key=lambda it: it[0])
    )
