"""`[bootstrap]`: what it takes, and what is refused before anybody is trusted by it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from templates import bootstrap
from templates.bootstrap import Settings
from tests.stacks.conftest import settings
from tests.templates.trees import of_type

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
@pytest.mark.parametrize("name", ["*", "release/*", "v?", "", "a:environment:prod", "${aws:username}", "main\n"])
def test_names_are_exact(key: str, name: str) -> None:
    """No wildcard, no separator of the claim, no policy variable."""
    assert key in refusal(**DEPLOYS | {key: (name,)})


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
    ],
)
def test_the_repository_is_one(name: str) -> None:
    """`owner/name`, or both with their ids."""
    assert "github_repository" in refusal(**DEPLOYS | {"github_repository": name})


@pytest.mark.parametrize("name", ["octo/preto", "Octo-Org/preto.app_1", "octo@123456/preto@456789"])
def test_both_forms_of_the_claim_are_taken(name: str) -> None:
    """Of repositories with and without immutable subject claims."""
    assert Settings.model_validate(DEPLOYS | {"github_repository": name}).github_repository == name


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"github_branches": ("main",), "execution_role": True}, "nothing says whose branches"),
        ({"github_pull_requests": True}, "nothing says whose branches"),
        ({"github_repository": "octo/preto"}, "no branch, tag, environment or pull request of it is trusted"),
        (DEPLOYS | {"github_branches": ("refs/heads/main",)}, "is written without refs/heads/"),
        (DEPLOYS | {"execution_role": False}, "execution_role must be true"),
        (DEPLOYS | {"existing_github_role": True}, "the existing role keeps its own trust policy"),
        (DEPLOYS | {"plan_role_name": "githubactionsrole"}, "two roles cannot have one name"),
        (DEPLOYS | {"oidc_provider_arn": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"}, "oidc_provider_arn"),
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
