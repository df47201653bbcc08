"""The execution role: its own policies are enough for what templates need, and no policy lets it change itself."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from stacks.iam.compare.missing import find_missing, judge_by_policies
from stacks.iam.derive.calls import commands_of
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.evaluate.evaluation import Policies
from templates import bootstrap
from templates.bootstrap import Settings
from tests.support.environments import FEATURES, feature, rights
from tests.support.template_policies import ACCOUNT, BUCKET, REGION, allows, documents, read

EXECUTION = "ExecutionRole"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
IAM = f"arn:aws:iam::{ACCOUNT}"
STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack"
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}],
}
OF_OTHERS = {
    "github": {"iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:PutRolePolicy"},
    "oidc": {"secretsmanager:GetSecretValue"},
    "pull-through cache": {"secretsmanager:GetSecretValue"},
    "shared listener": {
        f"elasticloadbalancing:{name}"
        for name in ("AddTags", "CreateRule", "DeleteRule", "ModifyRule", "RemoveTags", "SetRulePriorities")
    },
}
"""What is not named after the project, and is given with `execution_policy_arns`; the role of GitHub is kept off."""


def built(policies: dict[str, Any] | None = None, **changed: Any) -> Any:
    """The template of project preto-2 with the execution role."""
    return json.loads(bootstrap.build("preto-2", Settings(execution_role=True, **changed), policies).body)


@pytest.mark.parametrize("name", FEATURES)
def test_the_projects_rights_are_enough_for_what_the_templates_need(name: str) -> None:
    """All that is derived for each feature is allowed, or hangs on a key's tags; but for what belongs to others."""
    policies = Policies(identity=read(built(), EXECUTION))
    needs = dataclasses.replace(feature(name).needs, deployer=())
    found = find_missing(needs, judge_by_policies(policies, {}, REGION), whose="role")
    assert {it.need.action for it in found.missing} == OF_OTHERS.get(name, set())
    assert {it.need.action.partition(":")[0] for it in found.undecided} <= {"kms"}


ELSEWHERE = {
    "load_balancer": "team-alb",
    "target_group": "team-tg",
    "cluster": "team-cluster",
    "service": "team-service",
    "task_family": "team-tasks",
    "log_group": "/aws/team/log",
    "execution_role": "team-exec-role",
    "execution_role_path": "/service-role/",
    "task_role": "team-task-role",
    "topic": "team-topic",
    "dashboard": "team-dashboard",
    "cpu_alarm": "team-busy",
}
"""Names of `[names]` that do not begin with the project's."""
ADDED = ("team-*", "/aws/team/log", "service-role/team-exec-role")
EXACT = (*(name for key, name in ELSEWHERE.items() if key not in {"execution_role", "execution_role_path"}), ADDED[2])


@pytest.mark.parametrize("added", [ADDED, EXACT])
def test_names_elsewhere_need_a_line_in_bootstrap(added: tuple[str, ...]) -> None:
    """Without it, what is missing is found before anything is made; with it, nothing is: by pattern or one by one."""
    needs = rights(names=ELSEWHERE, monitoring={"alarms": True, "dashboard": True}).needs
    needs = dataclasses.replace(needs, deployer=())

    def missing(**changed: Any) -> set[str]:
        policies = Policies(identity=read(built(**changed), EXECUTION))
        found = find_missing(needs, judge_by_policies(policies, {}, REGION), whose="role")
        return {it.need.action for it in found.missing}

    assert {"ecs:CreateCluster", "iam:CreateRole", "iam:PassRole", "logs:CreateLogGroup"} <= missing()
    assert missing(resource_names=added) == set()


@pytest.mark.parametrize("role", ["GitHubActionsRole", "GitHubPlanRole"])
def test_the_roles_of_github_read_names_elsewhere_too(role: str) -> None:
    """What `plan` looks up, and for the deploying role the tasks and their log."""
    trusts: dict[str, Any] = {
        "github_repository": "octo/preto",
        "github_branches": ("main",),
        "github_pull_requests": True,
    }
    there = f"{REGION}:{ACCOUNT}"
    reads = [
        ("ecs:DescribeServices", f"arn:aws:ecs:{there}:service/team-cluster/team-service"),
        ("ecs:DescribeClusters", f"arn:aws:ecs:{there}:cluster/team-cluster"),
        ("iam:GetRole", f"{IAM}:role/team-task-role"),
        ("iam:GetRole", f"{IAM}:role/service-role/team-exec-role"),
        ("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{there}:alarm:team-busy"),
    ]
    if role == "GitHubActionsRole":
        reads += [
            ("ecs:DescribeTasks", f"arn:aws:ecs:{there}:task/team-cluster/1"),
            ("logs:GetLogEvents", f"arn:aws:logs:{there}:log-group:/aws/team/log:log-stream:web/web/1"),
        ]
    without, with_names = built(**trusts), built(**trusts, resource_names=EXACT)
    for action, resource in reads:
        assert allows(with_names, role, action, resource), (action, resource)
        assert not allows(without, role, action, resource), (action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        *((f"iam:{name}", f"{IAM}:role/GitHubActionsRole") for name in ("PutRolePolicy", "UpdateAssumeRolePolicy")),
        ("iam:AttachRolePolicy", f"{IAM}:role/GitHubPlanRole"),
        *(
            (f"iam:{name}", f"{IAM}:role/preto-2-bootstrap-{REGION}")
            for name in ("PutRolePolicy", "DeleteRolePolicy", "DeleteRolePermissionsBoundary", "PassRole")
        ),
        ("iam:DeleteRolePolicy", f"{IAM}:role/preto-2-bootstrap-eu-west-1"),
        ("iam:UpdateAssumeRolePolicy", f"{IAM}:role/preto-2-bootstrap-eu-west-1"),
        ("iam:CreatePolicyVersion", f"{IAM}:policy/preto-2-bootstrap-ExecutionDerived1Policy-1ABC"),
        ("iam:SetDefaultPolicyVersion", BOUNDARY),
        ("iam:UpdateOpenIDConnectProviderThumbprint", f"{IAM}:oidc-provider/token.actions.githubusercontent.com"),
        ("iam:CreatePolicyVersion", f"{IAM}:policy/of-others"),
        ("cloudformation:UpdateStack", f"{STACK}/preto-2-bootstrap/1"),
        ("s3:PutBucketPolicy", BUCKET),
        ("s3:PutObject", f"{BUCKET}/preto-2-prod/0.template.json"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::preto-2-bootstrap-artifactbucket-of-eu-west-1"),
        ("s3:PutObject", "arn:aws:s3:::preto-2-bootstrap-artifactbucket-of-eu-west-1/preto-2-prod/0.template.json"),
        ("s3:DeleteObjectVersion", f"{BUCKET}/preto-2-prod/0.template.json"),
        ("iam:DeleteRolePermissionsBoundary", f"{IAM}:role/preto-2-prod-Iam-1ABC-TaskRole-1ABC"),
        ("iam:CreateRole", f"{IAM}:role/preto-2-prod-Iam-1ABC-TaskRole-1ABC"),
    ],
)
def test_whatever_its_policies_allow_it_changes_neither_itself_nor_what_it_deploys_from(
    action: str, resource: str
) -> None:
    """With all rights of AWS: not the roles, policies, provider, stack and bucket of bootstrap, nor the boundary.

    Nor what the project's bootstrap has made in another region.
    """
    wanted = {"permissions_boundary_arn": BOUNDARY, "execution_policy_arns": (f"{IAM}:policy/of-others",)}
    assert not allows(built({"All": EVERYTHING}, **wanted), EXECUTION, action, resource)


@pytest.mark.parametrize("policies", [None, {"All": EVERYTHING}])
@pytest.mark.parametrize("name", [None, "deploy"])
def test_the_role_is_handed_on_to_nested_stacks_as_itself_and_to_nothing_else(
    policies: dict[str, Any] | None, name: str | None
) -> None:
    """CloudFormation gives the stack's role to each child; no other service gets it, and no other role goes there."""
    template = built(policies, execution_role_name=name)
    own = f"{IAM}:role/{name or f'preto-2-bootstrap-{REGION}'}"
    nested, tasks = {"iam__PassedToService": "cloudformation.amazonaws.com"}, "ecs-tasks.amazonaws.com"
    assert allows(template, EXECUTION, "iam:PassRole", own, **nested)
    assert not allows(template, EXECUTION, "iam:PassRole", own)
    assert not allows(template, EXECUTION, "iam:PassRole", own, iam__PassedToService=tasks)
    for other in ("GitHubActionsRole", "GitHubPlanRole", "preto-2-bootstrap-eu-west-1", "ci/Admin", "preto-2-prod-x"):
        assert not allows(template, EXECUTION, "iam:PassRole", f"{IAM}:role/{other}", **nested)
    task_role = f"{IAM}:role/preto-2-prod-Iam-1ABC-TaskRole-1ABC"
    assert allows(template, EXECUTION, "iam:PassRole", task_role, iam__PassedToService=tasks)


def test_with_all_rights_the_boundary_is_still_on_everybody() -> None:
    """A role or a user is made and changed with the boundary, and with no other."""
    template = built({"All": EVERYTHING}, permissions_boundary_arn=BOUNDARY)
    for kind in ("Role", "User"):
        made = f"{IAM}:{kind.lower()}/preto-2-prod-x"
        for name in ("Create{}", "Put{}Policy", "Attach{}Policy", "Put{}PermissionsBoundary"):
            action = f"iam:{name.format(kind)}"
            assert allows(template, EXECUTION, action, made, iam__PermissionsBoundary=BOUNDARY)
            assert not allows(template, EXECUTION, action, made, iam__PermissionsBoundary=f"{BOUNDARY}-wider")
            assert not allows(template, EXECUTION, action, made)
        assert not allows(template, EXECUTION, f"iam:Delete{kind}PermissionsBoundary", made)


def test_a_key_can_be_started_before_its_tags_count() -> None:
    """Which takes minutes: what CloudFormation calls at once hangs on no tag, what gives others the key does."""
    template, key = built(), f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    by_services = {"kms__ViaService": f"secretsmanager.{REGION}.amazonaws.com"}
    for name in ("DescribeKey", "EnableKeyRotation", "GetKeyPolicy", "ListResourceTags", "CreateAlias"):
        assert allows(template, EXECUTION, f"kms:{name}", key)
    for name in ("Decrypt", "GenerateDataKey", "CreateGrant"):
        assert allows(template, EXECUTION, f"kms:{name}", key, **by_services)
        assert not allows(template, EXECUTION, f"kms:{name}", key, kms__ViaService=f"s3.{REGION}.amazonaws.com")
    for name in ("PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey", "UntagResource"):
        assert not allows(template, EXECUTION, f"kms:{name}", key, **by_services)
        assert allows(template, EXECUTION, f"kms:{name}", key, **{"aws:ResourceTag/Project": "preto-2"})


def test_other_policies_can_stand_in_the_place_of_its_own() -> None:
    """Such as those that are derived from an environment's templates; what is denied stays denied."""
    found = documents(built({"Derived1": EVERYTHING}), EXECUTION)
    denied = found.pop(next(name for name in found if name.startswith("ExecutionRole/")))
    assert found == {"ExecutionDerived1Policy": EVERYTHING}
    assert {statement["Effect"] for statement in denied["Statement"]} == {"Deny"}


@pytest.mark.parametrize("name", FEATURES)
def test_the_roles_of_github_may_call_all_that_their_commands_are_derived_to_call(name: str) -> None:
    """Nothing is missing; undecided is only what hangs on the cluster whose tasks are listed."""
    template = built(github_repository="octo/preto", github_branches=("main",), github_pull_requests=True)
    rights = feature(name)
    bucket = BUCKET.rpartition(":")[2]
    needs = deployment_needs(rights.settings, rights.rendered, None, bucket)
    ways = {
        "GitHubActionsRole": {"deploy", "deploy --plan", "plan --out", "plan --drift", "watch", "drift"},
        "GitHubPlanRole": {"plan"},
    }
    for role, commands in ways.items():
        called = tuple(need for need in needs.deployer if commands_of(need) & commands)
        policies = Policies(identity=read(template, role))
        wanted = dataclasses.replace(needs, deployer=called, cloudformation=())
        found = find_missing(wanted, judge_by_policies(policies, {}, REGION), whose=role)
        of_others = {"iam:GetRolePolicy"} if (name, role) == ("github", "GitHubActionsRole") else set()
        assert {it.need.action for it in found.missing} == of_others
        assert {it.need.action for it in found.undecided} <= {"ecs:ListTasks"}


@pytest.mark.parametrize("role", ["GitHubActionsRole", "GitHubPlanRole"])
def test_the_roles_of_github_read_rights_only_where_that_is_asked_for(role: str) -> None:
    """With `checks_rights` those of the stack's own roles, and nobody else's; without it none."""
    trusts: dict[str, Any] = {
        "github_repository": "octo/preto",
        "github_branches": ("main",),
        "github_pull_requests": True,
        "permissions_boundary_arn": BOUNDARY,
    }
    without, checks = built(**trusts), built(**trusts, checks_rights=True)
    own = [f"{IAM}:role/{name}" for name in ("GitHubActionsRole", "GitHubPlanRole", f"preto-2-bootstrap-{REGION}")]
    names = ("GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies", "SimulatePrincipalPolicy")
    reads = [(f"iam:{name}", arn) for name in names for arn in own]
    policies = (f"{IAM}:policy/preto-2-bootstrap-ExecutionRolesPolicy-1ABC", BOUNDARY)
    reads += [(f"iam:{name}", arn) for name in ("GetPolicy", "GetPolicyVersion") for arn in policies]
    for action, resource in reads:
        assert allows(checks, role, action, resource), (action, resource)
        assert not allows(without, role, action, resource)
    assert not allows(checks, role, "iam:GetRole", f"{IAM}:role/Admin")
    assert not allows(checks, role, "iam:GetPolicyVersion", f"{IAM}:policy/of-others")
    assert not allows(checks, role, "iam:PutRolePolicy", own[0])
