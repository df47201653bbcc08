"""Whom the roles of GitHub Actions let in, as IAM decides it: nobody but the workflows that the settings name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.iam.evaluate.evaluation import Outcome, Request
from templates import bootstrap
from templates.bootstrap import Settings
from tests.support.templates import properties
from tests.support.trust import Caller, WebIdentity, decide_trust

HOST = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{HOST}"
TRUSTING = Settings(
    github_repository="Octo-Org/preto",
    github_branches=("main", "release/1.x"),
    github_tags=("v1.0.0",),
    github_environments=("prod",),
    github_pull_requests=True,
    execution_role=True,
    oidc_provider_arn=PROVIDER,
)
IMMUTABLE = TRUSTING.model_copy(update={"github_repository": "Octo-Org@123456/preto@456789"})
ROLES = ("GitHubActionsRole", "GitHubPlanRole")


def allows(role: str, settings: Settings = TRUSTING, provider: str = PROVIDER, **claims: Any) -> bool:
    """Whether the role's trust policy lets a token with these claims in; anything but a clear yes is a no."""
    template = json.loads(bootstrap.build("preto-2", settings).body)
    document = properties(template, role)["AssumeRolePolicyDocument"]
    token = WebIdentity(provider, {"aud": "sts.amazonaws.com", **claims})
    return decide_trust(document, *token.request()).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    "context",
    ["ref:refs/heads/main", "ref:refs/heads/release/1.x", "ref:refs/tags/v1.0.0", "environment:prod"],
)
def test_named_workflows_may_deploy(context: str) -> None:
    """A branch, a tag and an environment that the settings name, of a repository with either form of the claim."""
    assert allows("GitHubActionsRole", sub=f"repo:Octo-Org/preto:{context}")
    assert allows("GitHubActionsRole", IMMUTABLE, sub=f"repo:Octo-Org@123456/preto@456789:{context}")


def test_pull_requests_may_plan_and_not_deploy() -> None:
    """The workflow of a pull request gets the one role, and the workflow of a branch does not get it."""
    assert allows("GitHubPlanRole", sub="repo:Octo-Org/preto:pull_request")
    assert not allows("GitHubActionsRole", sub="repo:Octo-Org/preto:pull_request")
    assert not allows("GitHubPlanRole", sub="repo:Octo-Org/preto:ref:refs/heads/main")


ATTACKS = {
    "another repository": "repo:Octo-Org/other:ref:refs/heads/main",
    "a repository whose name begins alike": "repo:Octo-Org/preto-evil:ref:refs/heads/main",
    "another owner": "repo:evil/preto:ref:refs/heads/main",
    "an owner whose name begins alike": "repo:Octo-Org-evil/preto:ref:refs/heads/main",
    "a fork": "repo:evil/preto:environment:prod",
    "a fork's own pull request": "repo:evil/preto:pull_request",
    "another branch": "repo:Octo-Org/preto:ref:refs/heads/feature",
    "a branch whose name begins alike": "repo:Octo-Org/preto:ref:refs/heads/main-2",
    "a branch below the branch": "repo:Octo-Org/preto:ref:refs/heads/main/evil",
    "a branch that ends alike": "repo:Octo-Org/preto:ref:refs/heads/evil/main",
    "a tag named like a branch": "repo:Octo-Org/preto:ref:refs/tags/main",
    "a branch named like a tag": "repo:Octo-Org/preto:ref:refs/heads/v1.0.0",
    "a branch named like a ref": "repo:Octo-Org/preto:ref:refs/heads/refs/heads/main",
    "another tag": "repo:Octo-Org/preto:ref:refs/tags/v1.0.1",
    "another environment": "repo:Octo-Org/preto:environment:staging",
    "an environment named like a branch": "repo:Octo-Org/preto:environment:main",
    "a branch named like an environment": "repo:Octo-Org/preto:ref:refs/heads/prod",
    "an environment with a colon": "repo:Octo-Org/preto:environment:x%3Aenvironment%3Aprod",
    "the owner in other letters": "repo:octo-org/preto:ref:refs/heads/main",
    "the repository in other letters": "repo:Octo-Org/Preto:ref:refs/heads/main",
    "the branch in other letters": "repo:Octo-Org/preto:ref:refs/heads/Main",
    "the environment in other letters": "repo:Octo-Org/preto:environment:PROD",
    "the whole claim in capitals": "REPO:OCTO-ORG/PRETO:REF:REFS/HEADS/MAIN",
    "a merge queue": "repo:Octo-Org/preto:ref:refs/heads/gh-readonly-queue/main/pr-1-0123456",
    "a pull request's merge ref": "repo:Octo-Org/preto:ref:refs/pull/1/merge",
    "wildcards": "repo:Octo-Org/preto:*",
    "wildcards in a branch": "repo:Octo-Org/preto:ref:refs/heads/mai?",
    "space at the end": "repo:Octo-Org/preto:ref:refs/heads/main ",
    "a line break": "repo:Octo-Org/preto:ref:refs/heads/main\n",
    "no context": "repo:Octo-Org/preto",
    "nothing": "",
    "a custom claim without the context": "repository_owner:Octo-Org",
    "names in place of ids": "repo:Octo-Org@123456/preto@456789:ref:refs/heads/main",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_others_are_refused(role: str, attack: str) -> None:
    """By both roles, whatever a workflow's name, letters or kind have in common with a trusted one."""
    assert not allows(role, sub=ATTACKS[attack])


@pytest.mark.parametrize(
    "prefix",
    ["Octo-Org/preto", "Octo-Org@999999/preto@456789", "Octo-Org@123456/preto@999999", "Octo-Org@123456/other@456789"],
)
def test_a_recycled_name_is_refused_by_its_ids(prefix: str) -> None:
    """Who takes over the name of an owner or a repository has other ids in the token."""
    assert not allows("GitHubActionsRole", IMMUTABLE, sub=f"repo:{prefix}:ref:refs/heads/main")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "audience",
    [
        "https://github.com/Octo-Org",
        "sts.amazonaws.com.evil.example",
        "STS.AMAZONAWS.COM",
        "",
        "api://AzureADTokenExchange",
    ],
)
def test_the_wrong_audience_is_refused(role: str, audience: str) -> None:
    """A token that was given for another service, or for nobody in particular."""
    subject = "pull_request" if role == "GitHubPlanRole" else "ref:refs/heads/main"
    assert allows(role, sub=f"repo:Octo-Org/preto:{subject}")
    assert not allows(role, sub=f"repo:Octo-Org/preto:{subject}", aud=audience)


def test_a_token_without_subject_is_refused() -> None:
    """The conditions ask for both claims."""
    assert not allows("GitHubActionsRole")


@pytest.mark.parametrize(
    "provider",
    [
        "arn:aws:iam::123456789012:oidc-provider/gitlab.com",
        f"arn:aws:iam::210987654321:oidc-provider/{HOST}",
        f"arn:aws:iam::123456789012:oidc-provider/{HOST}/octo-enterprise",
    ],
)
def test_another_issuer_is_refused(provider: str) -> None:
    """The same claims from another provider, another account's, or an enterprise's own issuer."""
    assert allows("GitHubActionsRole", sub="repo:Octo-Org/preto:ref:refs/heads/main")
    assert not allows("GitHubActionsRole", provider=provider, sub="repo:Octo-Org/preto:ref:refs/heads/main")


@pytest.mark.parametrize(
    "service", ["ec2.amazonaws.com", "cloudformation.amazonaws.com.evil.example", "lambda.amazonaws.com"]
)
def test_only_cloudformation_takes_on_the_execution_role(service: str) -> None:
    """No other service, no user or role of the account, and not for another account."""
    template = json.loads(bootstrap.build("preto-2", TRUSTING).body)
    document = properties(template, "ExecutionRole")["AssumeRolePolicyDocument"]
    document["Statement"][0]["Condition"]["StringEqualsIfExists"]["aws:SourceAccount"] = "123456789012"

    def decided(caller: Caller, source: str | None) -> Outcome:
        context = {"aws:SourceAccount": (source,) if source else None}
        return decide_trust(document, caller, Request("sts:AssumeRole", context=context)).outcome

    cloudformation = Caller("cloudformation.amazonaws.com", "Service")
    assert decided(cloudformation, "123456789012") is Outcome.ALLOWED
    assert decided(cloudformation, None) is Outcome.ALLOWED
    assert decided(cloudformation, "210987654321") is Outcome.NOT_ALLOWED
    assert decided(Caller(service, "Service"), "123456789012") is Outcome.NOT_ALLOWED
    assert decided(Caller("arn:aws:iam::123456789012:user/admin"), None) is Outcome.NOT_ALLOWED
