"""The roles of the stack: GitHub's to deploy and to plan, and CloudFormation's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import sts
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEqualsIfExists
from troposphere import AccountId, Ref, Sub, encode_to_dict
from troposphere.iam import ManagedPolicy, Policy, Role, RolePolicy

from templates.bootstrap import denied, github_policies, oidc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.bootstrap.scope import Scope
    from templates.bootstrap.settings import Settings
    from templates.model import Builder

SESSION_SECONDS = 7200
"""Longest session of a role of GitHub's: a deployment with bake times is followed to its end."""


def github_role(stack: Builder[Any], settings: Settings, scope: Scope, provider: Any) -> Role:
    """The role with which workflows deploy."""
    return stack.add(
        Role(
            "GitHubActionsRole",
            RoleName=settings.github_role_name,
            Description=f"{scope.project}: GitHub Actions deploys",
            MaxSessionDuration=SESSION_SECONDS,
            AssumeRolePolicyDocument=oidc.trust(provider, oidc.deploying(settings), "WorkflowsThatDeploy"),
            Policies=[
                Policy(
                    PolicyName=_policy_name(scope),
                    PolicyDocument=_deploying(settings, scope),
                )
            ],
        )
    )


def existing_github_role(stack: Builder[Any], settings: Settings, scope: Scope) -> RolePolicy:
    """The same rights for a role that is there already, beside those that it has."""
    return stack.add(
        RolePolicy(
            "GitHubActionsPolicy",
            RoleName=settings.github_role_name,
            PolicyName=_policy_name(scope),
            # troposphere takes no document of awacs's for this type, but what is in it.
            PolicyDocument=encode_to_dict(_deploying(settings, scope)),
        )
    )


def plan_role(stack: Builder[Any], settings: Settings, scope: Scope, provider: Any) -> Role:
    """The role with which workflows of pull requests plan."""
    planning = github_policies.planning(scope, checks=settings.checks_rights)
    return stack.add(
        Role(
            "GitHubPlanRole",
            RoleName=settings.plan_role_name,
            Description=f"{scope.project}: GitHub Actions plans what a pull request would change",
            AssumeRolePolicyDocument=oidc.trust(provider, oidc.planning(settings), "WorkflowsOfPullRequests"),
            Policies=[Policy(PolicyName=_policy_name(scope), PolicyDocument=planning)],
        )
    )


def execution_role(
    stack: Builder[Any], settings: Settings, scope: Scope, name: Any, documents: Mapping[str, Any]
) -> Role:
    """The role with which CloudFormation deploys, and its policies, each within IAM's size limit.

    Whatever these allow, an inline policy denies what nothing may be done to.
    """
    role = stack.add(
        Role(
            "ExecutionRole",
            RoleName=name,
            Description=f"{scope.project}: CloudFormation deploys the stacks",
            AssumeRolePolicyDocument=_cloudformation(),
            Policies=[Policy(PolicyName=_policy_name(scope), PolicyDocument=denied.document(scope))],
            **({"ManagedPolicyArns": list(settings.execution_policy_arns)} if settings.execution_policy_arns else {}),
        )
    )
    for title, document in documents.items():
        stack.add(
            ManagedPolicy(
                f"Execution{title}Policy",
                Description=f"{scope.project}: what CloudFormation may do",
                PolicyDocument=document,
                Roles=[Ref(role)],
            )
        )
    return role


def _deploying(settings: Settings, scope: Scope) -> Any:
    return github_policies.deploying(scope, passes=settings.execution_role, checks=settings.checks_rights)


def _policy_name(scope: Scope) -> Sub:
    """With the region: an existing role is the same in all of them, and the next one's would overwrite this one's."""
    return Sub(f"{scope.project}-bootstrap-${{AWS::Region}}")


def _cloudformation() -> Any:
    """CloudFormation, for this account (the confused deputy).

    Only a principal of this account can hand it the role at all: `iam:PassRole` does not go to another's
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html). Whether CloudFormation says for whom
    it takes on a stack's role is documented nowhere; where it does, it must be for this account.
    """
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="CloudFormationOfThisAccount",
                Effect=Allow,
                Principal=Principal("Service", "cloudformation.amazonaws.com"),
                Action=[sts.AssumeRole],
                Condition=Condition(StringEqualsIfExists({"aws:SourceAccount": AccountId})),
            )
        ],
    )
