"""The roles of the bootstrap stack: of GitHub Actions to deploy and to plan, and of CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import sts
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEqualsIfExists
from troposphere import AccountId, Ref, Sub, encode_to_dict
from troposphere.iam import ManagedPolicy, Policy, Role, RolePolicy

from templates import policy_sizes
from templates.bootstrap import deny_policy, drift_policy, github_policies, oidc
from templates.bootstrap.scope import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from templates.bootstrap.scope import Scope
    from templates.bootstrap.settings import Settings
    from templates.model import Builder

SESSION_SECONDS = 7200
"""Longest session of a workflow: it follows a deployment with bake times to its end."""


def github_role(stack: Builder[Any], settings: Settings, scope: Scope, provider: Any) -> Role:
    """Add the role with which workflows deploy."""
    documents = _documents(_deploying(settings, scope))
    made = stack.add(
        Role(
            "GitHubActionsRole",
            RoleName=written(settings.github_role_name),
            Description=f"{scope.project}: GitHub Actions deploys",
            MaxSessionDuration=SESSION_SECONDS,
            AssumeRolePolicyDocument=oidc.trust_policy(
                settings.issuer_host, provider, settings.deploying_subjects, oidc.DEPLOYING_SID
            ),
            **_inline(scope, documents),
        )
    )
    _attach(stack, scope, "GitHubActions", documents, Ref(made))
    _look_for_drift(stack, settings, scope, Ref(made))
    return made


def existing_github_role(stack: Builder[Any], settings: Settings, scope: Scope) -> None:
    """Add the same rights to an existing role, beside those that it has."""
    documents = _documents(_deploying(settings, scope))
    _look_for_drift(stack, settings, scope, settings.github_role_name)
    if len(documents) > 1:
        _attach(stack, scope, "GitHubActions", documents, settings.github_role_name)
        return
    stack.add(
        RolePolicy(
            "GitHubActionsPolicy",
            RoleName=settings.github_role_name,
            PolicyName=_policy_name(scope),
            # For this type troposphere accepts no document of awacs, only a dict.
            PolicyDocument=encode_to_dict(documents[0]),
        )
    )


def plan_role(stack: Builder[Any], settings: Settings, scope: Scope, provider: Any) -> Role:
    """Add the role with which workflows of pull requests plan."""
    documents = _documents(github_policies.plan_statements(scope, checks=settings.checks_rights))
    made = stack.add(
        Role(
            "GitHubPlanRole",
            RoleName=written(settings.plan_role_name),
            Description=f"{scope.project}: GitHub Actions plans what a pull request would change",
            AssumeRolePolicyDocument=oidc.trust_policy(
                settings.issuer_host, provider, settings.planning_subjects, "WorkflowsOfPullRequests"
            ),
            **_inline(scope, documents),
        )
    )
    _attach(stack, scope, "GitHubPlan", documents, Ref(made))
    return made


def execution_role(
    stack: Builder[Any], settings: Settings, scope: Scope, name: Any, documents: Mapping[str, Any]
) -> Role:
    """Add the role with which CloudFormation deploys, and its policies, each within IAM's size limit.

    An inline policy denies changes to this stack, whatever the others allow.
    """
    role = stack.add(
        Role(
            "ExecutionRole",
            RoleName=name,
            Description=f"{scope.project}: CloudFormation deploys the stacks",
            AssumeRolePolicyDocument=_cloudformation(),
            Policies=[Policy(PolicyName=_policy_name(scope), PolicyDocument=deny_policy.document(scope))],
            **(
                {"ManagedPolicyArns": list(map(written, settings.execution_policy_arns))}
                if settings.execution_policy_arns
                else {}
            ),
        )
    )
    for title, document in documents.items():
        _managed(stack, f"Execution{title}Policy", f"{scope.project}: what CloudFormation may do", document, Ref(role))
    return role


def _documents(statements: Sequence[Statement]) -> list[Any]:
    """Return one document for an inline policy or, where it would be too long, several for managed ones."""
    whole = policy_sizes.document(statements)
    return [whole] if policy_sizes.policy_size(whole) <= policy_sizes.INLINE else policy_sizes.documents(statements)


def _inline(scope: Scope, documents: Sequence[Any]) -> dict[str, Any]:
    """Return the role's property for a single document; several are attached as managed policies instead."""
    if len(documents) > 1:
        return {}
    return {"Policies": [Policy(PolicyName=_policy_name(scope), PolicyDocument=documents[0])]}


def _attach(stack: Builder[Any], scope: Scope, title: str, documents: Sequence[Any], role: Any) -> None:
    """Add managed policies where there are several documents."""
    for number, document in enumerate(documents if len(documents) > 1 else (), start=1):
        _managed(stack, f"{title}{number}Policy", f"{scope.project}: what GitHub Actions may do", document, role)


def _look_for_drift(stack: Builder[Any], settings: Settings, scope: Scope, role: Any) -> None:
    """Add managed policies for the many rights to detect drift, which are too long for an inline one."""
    documents = drift_policy.documents(scope, checks=settings.checks_rights)
    for number, document in enumerate(documents, start=1):
        title = f"GitHubActionsDrift{number if number > 1 else ''}Policy"
        _managed(stack, title, f"{scope.project}: what GitHub Actions reads to look for drift", document, role)


def _managed(stack: Builder[Any], logical_id: str, description: str, document: Any, role: Any) -> None:
    stack.add(ManagedPolicy(logical_id, Description=description, PolicyDocument=document, Roles=[role]))


def _deploying(settings: Settings, scope: Scope) -> list[Statement]:
    return github_policies.deploy_statements(scope, passes=settings.execution_role, checks=settings.checks_rights)


def _policy_name(scope: Scope) -> Sub:
    """Return a name with the region: an existing role is the same in all regions, and each has its own policy."""
    return Sub(f"{scope.project}-bootstrap-${{AWS::Region}}")


def _cloudformation() -> Any:
    """Return the trust policy for CloudFormation in this account (the confused deputy).

    Only a principal of this account can pass the role: `iam:PassRole` does not cross accounts
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html). It is not documented whether
    CloudFormation sends `aws:SourceAccount`; where it does, it must be this account.
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
