"""`[bootstrap]`: what it takes, and what is refused before anybody is trusted by it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from templates import bootstrap
from templates.bootstrap import Settings
from tests.support.templates import of_type
from tests.support.world import settings

DEPLOYS: dict[str, Any] = {"github_repository": "octo/preto", "github_branches": ("main",), "execution_role": True}


def refusal(**values: Any) -> str:
    """What is said of these settings."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(values)
    return str(caught.value)


def types(**values: Any) -> list[str]:
    """The types of the resources beside bucket and policy, sorted."""
    found = json.loads(bootstrap.build("preto-2", Settings.model_validate(values)).body)
    return sorted(it["Type"] for it in found["Resources"].values() if not it["Type"].startswith("AWS::S3::"))


def test_without_settings_it_is_a_bucket() -> None:
    """Nobody gets a role that was not asked for."""
    assert types() == []


def test_each_part_stands_for_itself() -> None:
    """The execution role alone; a role of pull requests alone, with the account's provider."""
    policies = ["AWS::IAM::ManagedPolicy"] * 4
    assert types(execution_role=True) == [*policies, "AWS::IAM::Role"]
    arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    plans = {"github_repository": "octo/preto", "github_pull_requests": True}
    assert types(**plans) == ["AWS::IAM::OIDCProvider", "AWS::IAM::Role"]
    assert types(**plans, oidc_provider_arn=arn) == ["AWS::IAM::Role"]
    assert types(existing_github_role=True) == ["AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"]


@pytest.mark.parametrize("key", ["github_branches", "github_tags", "github_environments"])
@pytest.mark.parametrize("name", ["*", "release/*", "v?", "", "${aws:username}", "main\n", " main", "메인"])
def test_names_are_exact(key: str, name: str) -> None:
    """No wildcard, no policy variable, and nothing of which it is not known how the claim writes it."""
    assert key in refusal(**DEPLOYS | {key: (name,)})


@pytest.mark.parametrize(
    "name", ["a:b", "a..b", "a//b", "a b", "-a", ".a", "a/.b", "a.", "a/", "a.lock", "a@{b", "a^", "@"]
)
def test_a_branch_is_one_that_git_takes(name: str) -> None:
    """What `git check-ref-format` refuses can be nobody's branch."""
    assert "github_branches" in refusal(**DEPLOYS | {"github_branches": (name,)})


@pytest.mark.parametrize("name", ["feature/(x)", "fix-#1", "a'b", "50%", "a,b", "$x", "v1+2", "a@b", "_x", "a=b&c;d"])
def test_a_branch_that_git_takes_is_taken(name: str) -> None:
    """Its claim has it as it is."""
    found = Settings.model_validate(DEPLOYS | {"github_branches": (name,)})
    assert found.deploying_subjects == [f"repo:octo/preto:ref:refs/heads/{name}"]


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("Production:V1", "Production%3AV1"),
        ("prod (eu)", "prod (eu)"),
        ("deploy #1", "deploy #1"),
        ("a/b", "a/b"),
        ("50% & more", "50% & more"),
        ("$x", "$x"),
    ],
)
def test_an_environment_is_trusted_as_its_claim_writes_it(name: str, claim: str) -> None:
    """A colon is `%3A` there, so that it cannot be taken for another part of the claim; all else stands as it is."""
    found = Settings.model_validate(DEPLOYS | {"github_branches": (), "github_environments": (name,)})
    assert found.deploying_subjects == [f"repo:octo/preto:environment:{claim}"]


@pytest.mark.parametrize(
    "issuer",
    [
        "https://token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com/octo-corp",
        "https://token.actions.octocorp.ghe.com",
        "https://github.example.com/_services/token",
    ],
)
def test_the_issuer_is_the_enterprises_own(issuer: str) -> None:
    """The provider, the condition keys and what CloudFormation is kept off are those of the issuer that was named."""
    host = issuer.removeprefix("https://")
    values = DEPLOYS | {"github_issuer": issuer}
    body = bootstrap.build("preto-2", Settings.model_validate(values)).body
    resources = json.loads(body)["Resources"]
    assert resources["GitHubProvider"]["Properties"]["Url"] == issuer
    (statement,) = resources["GitHubActionsRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert set(statement["Condition"]["StringEquals"]) == {f"{host}:aud", f"{host}:sub"}
    assert f'oidc-provider/{host}"' in body
    arn = f"arn:aws:iam::123456789012:oidc-provider/{host}"
    assert Settings.model_validate(values | {"oidc_provider_arn": arn}).oidc_provider_arn == arn
    assert "another issuer than github_issuer" in refusal(**values | {"oidc_provider_arn": f"{arn}x"})


@pytest.mark.parametrize(
    "issuer",
    [
        "token.actions.githubusercontent.com",
        "http://token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com/",
        "https://token.actions.githubusercontent.com/a/b",
        "https://token.actions.githubusercontent.com.example.com",
        "https://example.com",
        "https://token.actions.ghe.com",
    ],
)
def test_nobody_else_is_taken_for_github(issuer: str) -> None:
    """An issuer is one of GitHub's forms, exactly."""
    assert "github_issuer" in refusal(**DEPLOYS | {"github_issuer": issuer})


def test_who_deploys_from_github_has_an_execution_role() -> None:
    """The role of GitHub has no rights of its own to create resources; a setting that says there is none is refused."""
    trusted = {"github_repository": "octocat_corp/app", "github_branches": ("main",)}
    assert Settings.model_validate(trusted).execution_role
    assert not Settings.model_validate({"github_repository": "o/a", "github_pull_requests": True}).execution_role
    assert "execution_role must be true" in refusal(**trusted, execution_role=False)


def test_a_trust_policy_that_iam_never_takes_is_refused() -> None:
    """4,096 characters are the most to which AWS raises the quota of 2,048; `bootstrap` looks at the account's own."""
    many = tuple(f"release/2026-11/{number:03d}-{'b' * 40}" for number in range(40))
    said = refusal(**DEPLOYS | {"github_branches": many, "github_environments": ("prod",)})
    assert "the trust policy with all of them has" in said
    assert "IAM takes 4096 at most, 2048 unless AWS has raised" in said
    assert Settings.model_validate(DEPLOYS | {"github_branches": many[:30]}).github_branches == many[:30]


@pytest.mark.parametrize(
    "name",
    [
        "octo",
        "octo/*",
        "*/preto",
        "octo/preto/x",
        "octo/preto:ref",
        "octo@1/preto",
        "octo/preto@1",
        "octo@x/preto@1",
        "-o/p",
        "_o/p",
        "o_/p",
        "o_a_b/p",
    ],
)
def test_the_repository_is_one(name: str) -> None:
    """`owner/name`, or both with their ids."""
    assert "github_repository" in refusal(**DEPLOYS | {"github_repository": name})


@pytest.mark.parametrize(
    "name", ["octo/preto", "Octo-Org/preto.app_1", "octo@123456/preto@456789", "octocat_corp/app", "corp_admin@1/a@2"]
)
def test_both_forms_of_the_claim_are_taken(name: str) -> None:
    """Of repositories with and without immutable subject claims, of managed users of an enterprise, too."""
    assert Settings.model_validate(DEPLOYS | {"github_repository": name}).github_repository == name


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"github_branches": ("main",)}, "nothing says whose branches"),
        ({"github_pull_requests": True}, "nothing says whose branches"),
        ({"github_repository": "octo/preto"}, "no branch, tag, environment or pull request of it is trusted"),
        (DEPLOYS | {"github_branches": ("refs/heads/main",)}, "is written without refs/heads/"),
        (DEPLOYS | {"execution_role": False}, "execution_role must be true"),
        (DEPLOYS | {"existing_github_role": True}, "the existing role keeps its own trust policy"),
        (DEPLOYS | {"plan_role_name": "githubactionsrole"}, "two roles cannot have one name"),
        (DEPLOYS | {"oidc_provider_arn": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"}, "of another issuer"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], said: str) -> None:
    """Before anything is deployed, with the reason."""
    assert said in refusal(**values)


def test_the_boundary_of_the_stacks_is_the_execution_roles() -> None:
    """Roles without it would be refused in the middle of a deployment."""
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    wanted = {"execution_role": True, "permissions_boundary_arn": boundary}
    with pytest.raises(ValidationError, match=re.escape(f"makes roles with the boundary {boundary} only")):
        settings(bootstrap=wanted)
    assert settings(bootstrap=wanted, iam={"permissions_boundary_arn": boundary}).bootstrap.execution_role


def test_roles_of_two_regions_have_different_names() -> None:
    """IAM's names are the account's: the execution role's has the region in it, unless another is chosen."""
    found = json.loads(bootstrap.build("preto-2", Settings(execution_role=True)).body)
    (role,) = of_type(found, "AWS::IAM::Role").values()
    assert role["Properties"]["RoleName"] == {"Fn::Sub": "preto-2-bootstrap-${AWS::Region}"}
    named = json.loads(bootstrap.build("preto-2", Settings(execution_role=True, execution_role_name="Deploys")).body)
    (role,) = of_type(named, "AWS::IAM::Role").values()
    assert role["Properties"]["RoleName"] == "Deploys"
