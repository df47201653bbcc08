"""What the roles of GitHub Actions may do themselves; CloudFormation does the rest with its own role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import (
    acm,
    application_autoscaling,
    cloudformation,
    ec2,
    ecr,
    ecs,
    elasticloadbalancing,
    iam,
    logs,
    route53,
    s3,
    secretsmanager,
    servicequotas,
)
from awacs.aws import ArnLike, Statement, StringEquals

from templates.bootstrap.bucket import DRAFTS
from templates.bootstrap.scope import CLOUDFORMATION, Scope, actions, allow, deny, granted, here
from templates.identity import arn
from templates.resource_types import TYPES
from templates.resource_types.record import HERE, Grant, Lookup

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

SERVICE_LINKED = ("aws-service-role/ecs.*", "AWSServiceRoleFor*")
"""AWS's own roles, of which `plan` looks for ECS's before a first service: with their path, and, as a role that is not
there has none, by the name alone."""
READ_STACKS = (
    "DescribeChangeSet DescribeEvents DescribeStackEvents DescribeStackResourceDrifts DescribeStacks GetStackPolicy "
    "GetTemplate ListChangeSets ListStackResources"
)
READ_RIGHTS = "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies SimulatePrincipalPolicy"
UNNAMED = (
    "cloudwatch:GetMetricStatistics ec2:DescribeAddresses logs:DescribeLogGroups "
    "servicequotas:GetAWSDefaultServiceQuota ssm:DescribeParameters"
)
"""What `plan` asks beside names, for quotas and what the settings name, where AWS knows no resource."""
MAKE_CHANGE_SETS = "CreateChangeSet DeleteChangeSet TagResource UntagResource"
CHANGE_STACKS = (
    "CancelUpdateStack ContinueUpdateRollback DeleteStack DetectStackDrift DetectStackResourceDrift ExecuteChangeSet "
    "RollbackStack SetStackPolicy UpdateTerminationProtection"
)


def deploy_statements(scope: Scope, *, passes: bool, checks: bool = False) -> list[Statement]:
    """Return what the deploying role may do: publish templates and images, and work with the project's stacks.

    With `passes` it may pass the execution role, with `checks` read the rights of this stack's roles. It may not change
    this stack, because that would change its own rights.
    """
    return [
        *_look(scope, _followed()),
        *_follow(scope),
        *(_check(scope) if checks else []),
        allow("PublishTemplates", [s3.PutObject], scope.objects(f"{scope.any}/*", f"{DRAFTS}*")),
        allow("ForgetOldDurations", [s3.DeleteObject], scope.objects(f"{scope.any}/history/*")),
        allow("LogInToPushImages", [ecr.GetAuthorizationToken], ["*"]),
        allow(
            "PushImages",
            actions(
                ecr,
                "BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload GetDownloadUrlForLayer "
                "InitiateLayerUpload PutImage UploadLayerPart",
            ),
            scope.repository_arns,
        ),
        allow("PlanStacks", actions(cloudformation, MAKE_CHANGE_SETS), scope.stacks),
        allow("DeployStacks", actions(cloudformation, CHANGE_STACKS), scope.stacks),
        allow("FollowDriftDetection", [cloudformation.DescribeStackDriftDetectionStatus], ["*"]),
        *([_pass(scope)] if passes else []),
        deny(
            "KeepOffThisStack",
            actions(cloudformation, f"{MAKE_CHANGE_SETS} {CHANGE_STACKS}"),
            scope.own_stack,
        ),
    ]


def plan_statements(scope: Scope, *, checks: bool = False) -> list[Statement]:
    """Return what the planning role may do: create change sets and read them. It executes and deletes nothing.

    It writes templates to a folder that deployments do not read, so that a pull request cannot replace one. The names
    of the roles that it looks for begin like those of this stack, which it may read only with `checks`.
    """
    own = [scope.role(name) for name in scope.role_names]
    return [
        *_look(scope),
        *(_check(scope) if checks else [deny("KeepOffRightsOfThisStack", [iam.GetRole], own)]),
        allow("PublishDrafts", [s3.PutObject], scope.objects(f"{DRAFTS}*")),
        allow("PlanStacks", actions(cloudformation, MAKE_CHANGE_SETS), scope.stacks),
        deny("KeepOffThisStack", actions(cloudformation, MAKE_CHANGE_SETS), scope.own_stack),
    ]


def _pass(scope: Scope) -> Statement:
    to = StringEquals({"iam:PassedToService": CLOUDFORMATION})
    return allow("HandOverExecutionRole", [iam.PassRole], [scope.execution_role], to)


def _check(scope: Scope) -> list[Statement]:
    """Return the reading of rights: of exactly the roles of this stack and their policies."""
    own = [scope.role(name) for name in scope.role_names]
    return [
        allow("ReadOwnRights", actions(iam, READ_RIGHTS), own),
        allow("ReadOwnPolicies", actions(iam, "GetPolicy GetPolicyVersion"), scope.policy_arns),
    ]


def _look(scope: Scope, more: Sequence[Any] = ()) -> list[Statement]:
    """Return what `plan` reads: on `*` in this region for actions without a resource, such as those in `more`."""
    statements = [
        allow("ReadStacks", actions(cloudformation, READ_STACKS), scope.stacks),
        *([allow("ReadStackOfFleet", [cloudformation.DescribeStacks], scope.fleet_stacks)] if scope.fleet else []),
        allow("FindStacks", [cloudformation.ListStacks], ["*"]),
        allow("ListTemplates", [s3.ListBucket], [scope.bucket_arn]),
        allow("ReadTemplates", [s3.GetObject], scope.objects("*")),
        allow(
            "ReadImages",
            actions(ecr, "BatchGetImage DescribeImages DescribeRepositories GetDownloadUrlForLayer GetLifecyclePolicy"),
            scope.repository_arns,
        ),
        allow("ReadCertificates", [acm.DescribeCertificate], [arn("acm", "certificate/*")]),
        allow("ReadHostedZones", [route53.GetHostedZone], scope.hosted_zones),
        allow("ReadServerCertificates", [iam.GetServerCertificate], scope.server_certificates),
        allow("ReadServiceLinkedRoles", [iam.GetRole], [scope.role(name) for name in SERVICE_LINKED]),
        allow("ReadService", [ecs.DescribeServices], [arn("ecs", f"service/{name}/*") for name in scope.all]),
        allow(
            "ReadWhatHasNoResource",
            [
                application_autoscaling.DescribeScalableTargets,
                *actions(
                    ec2,
                    "DescribeAvailabilityZones DescribeNatGateways DescribeNetworkAcls DescribeRouteTables "
                    "DescribeSecurityGroups DescribeSubnets DescribeVpcEndpoints DescribeVpcEndpointServices "
                    "DescribeVpcs",
                ),
                ecr.GetRegistryScanningConfiguration,
                *actions(elasticloadbalancing, "DescribeListeners DescribeLoadBalancers DescribeRules DescribeTags"),
                *more,
            ],
            ["*"],
            here(),
        ),
    ]
    allowed = {it.JSONrepr() for statement in statements for it in statement.properties["Action"]}
    return [*statements, *_before_creating(scope, allowed)]


def _follow(scope: Scope) -> list[Statement]:
    """Return what `deploy`, `watch`, `status` and `destroy` read besides: the application's state and its log."""
    clusters = [arn("ecs", f"cluster/{name}") for name in scope.all]
    of_clusters = ArnLike({"ecs:cluster": clusters if len(clusters) > 1 else clusters[0]})
    groups = [f"/ecs/{scope.any}", *scope.given]
    return [
        allow("ReadTasks", [ecs.DescribeTasks], [arn("ecs", f"task/{name}/*") for name in scope.all]),
        allow("ListTasks", [ecs.ListTasks], ["*"], of_clusters),
        allow("ReadLastWords", [logs.GetLogEvents], [arn("logs", f"log-group:{name}:log-stream:*") for name in groups]),
    ]


def _followed() -> list[Any]:
    """Return such actions without a resource. So the role can read all task definitions of the account and region."""
    return [
        *actions(application_autoscaling, "DescribeScalingActivities DescribeScalingPolicies DescribeScheduledActions"),
        ecs.DescribeTaskDefinition,
        *actions(elasticloadbalancing, "DescribeLoadBalancerAttributes DescribeTargetHealth"),
    ]


def _before_creating(scope: Scope, allowed: Collection[str]) -> list[Statement]:
    """Return what `plan` reads before something is created: whether names are free and quotas sufficient.

    `allowed` are the actions that another statement allows already.
    """
    lookups = [
        it.lookup
        for it in TYPES.values()
        if isinstance(it.lookup, Lookup) and (it.lookup.sid or it.lookup.action not in allowed)
    ]
    unnamed = {it.action for it in lookups if not it.on} | {*UNNAMED.split()}
    return [
        *(
            granted(
                scope, Grant(it.sid, "", it.action, on=tuple(dict.fromkeys((it.on, it.on.replace("{any}", "{given}")))))
            )
            for it in lookups
            if it.on
        ),
        allow("LookForSecrets", [secretsmanager.DescribeSecret], [arn("secretsmanager", "secret:*")]),
        allow("ReadQuotas", [servicequotas.GetServiceQuota], [arn("servicequotas", "*")]),
        granted(scope, Grant("LookForWhatHasNoResource", "", " ".join(sorted(unnamed)), when=HERE)),
    ]
