"""What the roles of the bootstrap stack may do, as IAM decides it, and what they may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from templates import bootstrap
from templates.bootstrap import Settings
from tests.support.template_policies import ACCOUNT, BUCKET, REGION, allows, documents

SETTINGS: dict[str, Any] = {
    "github_repository": "octo/preto",
    "github_branches": ("main",),
    "github_pull_requests": True,
    "execution_role": True,
}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
GITHUB, PLAN, EXECUTION = "GitHubActionsRole", "GitHubPlanRole", "ExecutionRole"
STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
OWN_ROLES = (f"{ROLE}/GitHubActionsRole", f"{ROLE}/GitHubPlanRole", f"{ROLE}/preto-2-bootstrap-{REGION}")
REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository"


def built(project: str = "preto-2", **changed: Any) -> Any:
    """The template of a project with all roles."""
    return json.loads(bootstrap.build(project, Settings(**SETTINGS | changed)).body)


@pytest.fixture(scope="module")
def template() -> Any:
    """Give the template with all roles."""
    return built()


@pytest.mark.parametrize("role", [GITHUB, PLAN])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudformation:DescribeStacks", f"{STACK}/preto-2-prod/1"),
        ("cloudformation:DescribeStacks", f"{STACK}/preto-2-bootstrap/1"),
        ("cloudformation:CreateChangeSet", f"{STACK}/preto-2-prod/1"),
        ("cloudformation:DeleteChangeSet", f"{STACK}/preto-2-prod-Ecs-1ABC/1"),
        ("s3:ListBucket", BUCKET),
        ("s3:GetObject", f"{BUCKET}/preto-2-prod/history/1.json"),
        ("s3:PutObject", f"{BUCKET}/drafts/preto-2-prod/0.template.json"),
        ("ecr:DescribeImages", f"{REPOSITORY}/preto-2-prod"),
        ("ecs:DescribeServices", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/preto-2-prod/preto-2-prod"),
        ("ec2:DescribeSubnets", "*"),
        ("cloudformation:DescribeEvents", f"{STACK}/preto-2-prod/1"),
        ("ecs:DescribeClusters", f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/preto-2-prod"),
        ("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:preto-2-prod-cpu"),
        ("cloudwatch:GetDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/preto-2-prod"),
        ("sns:GetTopicAttributes", f"arn:aws:sns:{REGION}:{ACCOUNT}:preto-2-prod-alarms"),
        ("route53:ListResourceRecordSets", "arn:aws:route53:::hostedzone/Z0"),
        ("servicequotas:GetServiceQuota", f"arn:aws:servicequotas:{REGION}:{ACCOUNT}:vpc/L-F678F1CE"),
        ("servicequotas:GetAWSDefaultServiceQuota", "*"),
        ("cloudwatch:GetMetricStatistics", "*"),
        ("elasticloadbalancing:DescribeTargetGroups", "*"),
        ("kms:ListAliases", "*"),
        ("wafv2:ListWebACLs", "*"),
    ],
)
def test_both_roles_of_github_plan_and_look(template: Any, role: str, action: str, resource: str) -> None:
    """What `plan` asks for."""
    assert allows(template, role, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("logs:GetLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/preto-2-prod:log-stream:app/app/1"),
        ("ecs:DescribeTasks", f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/preto-2-prod/1"),
        ("ecs:DescribeTaskDefinition", "*"),
        ("application-autoscaling:DescribeScalingActivities", "*"),
        ("elasticloadbalancing:DescribeTargetHealth", "*"),
    ],
)
def test_a_pull_request_does_not_read_what_the_application_says(template: Any, action: str, resource: str) -> None:
    """What only `deploy`, `watch` and `status` ask for, among it logs, and the variables of everybody's tasks."""
    assert allows(template, GITHUB, action, resource)
    assert not allows(template, PLAN, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudformation:ExecuteChangeSet", f"{STACK}/preto-2-prod/1"),
        ("cloudformation:CancelUpdateStack", f"{STACK}/preto-2-prod/1"),
        ("cloudformation:DeleteStack", f"{STACK}/preto-2-prod/1"),
        ("s3:PutObject", f"{BUCKET}/preto-2-prod/0.template.json"),
        ("ecr:PutImage", f"{REPOSITORY}/preto-2-prod"),
        ("ecr:GetAuthorizationToken", "*"),
    ],
)
def test_only_the_role_that_deploys_changes_something(template: Any, action: str, resource: str) -> None:
    """A pull request cannot execute, delete, push, or put a template where a deployment would read it."""
    assert allows(template, GITHUB, action, resource)
    assert not allows(template, PLAN, action, resource)


def test_the_execution_role_goes_to_cloudformation_and_to_nobody_else(template: Any) -> None:
    """Only by the role that deploys, only this role, only to CloudFormation."""
    to = {"iam__PassedToService": "cloudformation.amazonaws.com"}
    assert allows(template, GITHUB, "iam:PassRole", OWN_ROLES[2], **to)
    assert not allows(template, GITHUB, "iam:PassRole", OWN_ROLES[2], iam__PassedToService="ec2.amazonaws.com")
    assert not allows(template, GITHUB, "iam:PassRole", OWN_ROLES[2])
    assert not allows(template, GITHUB, "iam:PassRole", f"{ROLE}/Admin", **to)
    assert not allows(template, PLAN, "iam:PassRole", OWN_ROLES[2], **to)


@pytest.mark.parametrize("role", [GITHUB, PLAN])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudformation:CreateChangeSet", f"{STACK}/preto-2-bootstrap/1"),
        ("cloudformation:ExecuteChangeSet", f"{STACK}/preto-2-bootstrap/1"),
        ("cloudformation:DeleteStack", f"{STACK}/preto-2-bootstrap/1"),
        ("cloudformation:CreateChangeSet", f"{STACK}/other-prod/1"),
        ("cloudformation:DescribeStacks", f"{STACK}/other-prod/1"),
        ("cloudformation:CreateStack", f"{STACK}/preto-2-prod/1"),
        ("s3:DeleteObject", f"{BUCKET}/preto-2-prod/0.template.json"),
        ("s3:PutBucketPolicy", BUCKET),
        ("s3:GetObject", "arn:aws:s3:::other/secret"),
        ("ecr:BatchDeleteImage", f"{REPOSITORY}/preto-2-prod"),
        ("ecr:PutImage", f"{REPOSITORY}/other"),
        ("ecs:UpdateService", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/preto-2-prod/preto-2-prod"),
        ("ecs:ExecuteCommand", f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/preto-2-prod/1"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:CookieSecret-1"),
        ("logs:GetLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/other:log-stream:1"),
        ("sns:GetTopicAttributes", f"arn:aws:sns:{REGION}:{ACCOUNT}:other"),
        ("servicequotas:RequestServiceQuotaIncrease", f"arn:aws:servicequotas:{REGION}:{ACCOUNT}:vpc/L-F678F1CE"),
        ("iam:PutRolePolicy", OWN_ROLES[0]),
        ("iam:UpdateAssumeRolePolicy", OWN_ROLES[0]),
        ("iam:CreateRole", f"{ROLE}/preto-2-prod-x"),
        ("sts:AssumeRole", OWN_ROLES[2]),
    ],
)
def test_the_roles_of_github_have_nothing_else(template: Any, role: str, action: str, resource: str) -> None:
    """Not their own stack, not other projects, no resource directly, no rights for themselves."""
    assert not allows(template, role, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        *((action, role) for role in OWN_ROLES for action in ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy")),
        ("cloudformation:UpdateStack", f"{STACK}/preto-2-bootstrap/1"),
        ("s3:PutObject", f"{BUCKET}/preto-2-prod/0.template.json"),
        ("s3:PutBucketPolicy", BUCKET),
        ("iam:CreateRole", f"{ROLE}/Admin"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/preto-2-x"),
        ("ecs:DeleteCluster", f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/other"),
        ("ecr:DeleteRepository", f"{REPOSITORY}/other"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:other"),
        ("kms:ScheduleKeyDeletion", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"),
        (
            "elasticloadbalancing:DeleteLoadBalancer",
            f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/x/1",
        ),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/*"),
        ("organizations:LeaveOrganization", "*"),
    ],
)
def test_cloudformation_keeps_to_the_project_and_off_this_stack(template: Any, action: str, resource: str) -> None:
    """A template cannot give its author more rights, exchange what is deployed, or touch other projects."""
    assert not allows(template, EXECUTION, action, resource)


def test_cloudformation_makes_the_project(template: Any) -> None:
    """One action of each of the main services."""
    for action, resource in (
        ("cloudformation:CreateStack", f"{STACK}/preto-2-prod-Ecs-1ABC/1"),
        ("s3:GetObject", f"{BUCKET}/preto-2-prod/0.template.json"),
        ("ecr:CreateRepository", f"{REPOSITORY}/preto-2-prod"),
        ("ecs:CreateService", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/preto-2-prod/preto-2-prod"),
        ("iam:CreateRole", f"{ROLE}/preto-2-prod-Iam-1ABC-TaskRole-1ABC"),
        ("ec2:CreateVpc", f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/*"),
        (
            "elasticloadbalancing:CreateLoadBalancer",
            f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/preto-2-prod/*",
        ),
        (
            "application-autoscaling:TagResource",
            f"arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/1",
        ),
    ):
        assert allows(template, EXECUTION, action, resource), action


def test_roles_are_made_with_the_boundary_or_not_at_all() -> None:
    """With a boundary, CloudFormation can give nobody more than it allows; the stack's own roles have it, too."""
    bounded = built(permissions_boundary_arn=BOUNDARY)
    made = f"{ROLE}/preto-2-prod-x"
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        assert allows(bounded, EXECUTION, action, made, iam__PermissionsBoundary=BOUNDARY)
        assert not allows(bounded, EXECUTION, action, made)
        assert not allows(bounded, EXECUTION, action, made, iam__PermissionsBoundary=f"{BOUNDARY}-wider")
    assert not allows(bounded, EXECUTION, "iam:DeleteRolePermissionsBoundary", made)
    for role in (GITHUB, PLAN, EXECUTION):
        assert bounded["Resources"][role]["Properties"]["PermissionsBoundary"] == BOUNDARY


def test_repositories_of_other_names_can_be_named() -> None:
    """Where `[ecr] repository_name` is not of the project's names."""
    named = built(repository_names=("team/app",))
    assert allows(named, GITHUB, "ecr:PutImage", f"{REPOSITORY}/team/app")
    assert not allows(named, GITHUB, "ecr:PutImage", f"{REPOSITORY}/team/app2")


@pytest.mark.parametrize("role", [GITHUB, PLAN, EXECUTION])
def test_every_statement_says_what_it_is_for(template: Any, role: str) -> None:
    """Each has a Sid, different from the others of its document."""
    for document in documents(template, role).values():
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert len(set(sids)) == len(sids)
        assert all(sids)


LONG = f"arn:aws:iam::{ACCOUNT}:policy/{'p' * 510}"
MANY = tuple(f"team-{index:03d}/{'a' * 247}" for index in range(20))
"""As many repositories as can be named, with names as long as ECR takes."""


@pytest.mark.parametrize("checks", [False, True])
@pytest.mark.parametrize("names", [(), tuple(f"team-{index:03d}/application" for index in range(20)), MANY])
def test_documents_fit_into_iams_limits(names: tuple[str, ...], *, checks: bool) -> None:
    """6,144 characters a managed policy, 10,240 for a role's inline ones, ten managed ones a role; split where more."""
    arns = tuple(f"{LONG[:-1]}{number}" for number in range(5))
    more = {"repository_names": names, "permissions_boundary_arn": LONG, "execution_policy_arns": arns}
    found = built("p" * 24, **more, checks_rights=checks)
    for role in (GITHUB, PLAN, EXECUTION):
        inline = {name: it for name, it in documents(found, role).items() if name.startswith(f"{role}/")}
        managed = {name: it for name, it in documents(found, role).items() if name not in inline}
        assert sum(map(length, inline.values())) <= 10_240
        assert all(length(it) <= 6144 for it in managed.values())
        assert len(managed) + (5 if role == EXECUTION else 0) <= 10
        assert bool(inline) is (
            role == EXECUTION or not any(f"{role.removesuffix('Role')}1Policy" == it for it in managed)
        )


def length(document: Any) -> int:
    """Characters as IAM counts them."""
    return len(json.dumps(document, separators=(",", ":")))


@pytest.mark.parametrize("names", [("team/app",), MANY])
def test_split_policies_allow_and_deny_the_same(names: tuple[str, ...]) -> None:
    """Each repository is still there, and so is what keeps the roles off this stack."""
    found = built(repository_names=names)
    for name in names:
        assert allows(found, GITHUB, "ecr:PutImage", f"{REPOSITORY}/{name}")
        assert allows(found, PLAN, "ecr:DescribeImages", f"{REPOSITORY}/{name}")
        assert allows(found, EXECUTION, "ecr:CreateRepository", f"{REPOSITORY}/{name}")
        assert not allows(found, PLAN, "ecr:PutImage", f"{REPOSITORY}/{name}")
    for role in (GITHUB, PLAN, EXECUTION):
        assert not allows(found, role, "cloudformation:ExecuteChangeSet", f"{STACK}/preto-2-bootstrap/1")


def test_an_existing_role_gets_the_same_policies() -> None:
    """One inline where that is short enough, else managed ones."""
    given: dict[str, Any] = {"execution_role": True, "existing_github_role": True, "repository_names": MANY}
    found = json.loads(bootstrap.build("preto-2", Settings(**given)).body)["Resources"].values()
    attached = [it["Properties"] for it in found if it["Properties"].get("Roles") == ["GitHubActionsRole"]]
    assert len(attached) > 1
    assert not [it for it in found if it["Type"] == "AWS::IAM::RolePolicy"]
