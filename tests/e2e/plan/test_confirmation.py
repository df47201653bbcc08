"""What has to be typed before something is deployed, and what `plan` says of it. On the real command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.commands import Project, project
from tests.support.world import settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose AWS is the test's account, with an artifact bucket."""
    found = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": account.address.endpoint_url})
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


@pytest.mark.parametrize(
    ("environment", "confirm", "word"),
    [
        ("prod", None, "prod"),
        ("production", None, "production"),
        ("live", None, "live"),
        ("staging", None, "yes"),
        ("staging", "name", "staging"),
        ("prod", "yes", "yes"),
    ],
)
def test_the_word_is_the_name_for_production(environment: str, confirm: str | None, word: str) -> None:
    """By the environment's name, unless its file says otherwise."""
    aws = {"region": "ap-northeast-2"} | ({"confirm": confirm} if confirm else {})
    assert settings(environment=environment, aws=aws).confirmation == word


def test_production_is_confirmed_by_its_name(here: Project) -> None:
    """A habitual yes is not enough."""
    assert "'prod'" in here.fail("deploy", "prod", stdin="yes\n")
    here.succeed("deploy", "prod", stdin="prod\n")


def test_a_repository_is_not_replaced_without_its_name(here: Project) -> None:
    """Whatever else is said; `plan` says what has to be typed, and the refusal leaves no change set."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    renamed = ("--var", "ecr_repository_name=another")
    planned = here.run("plan", "prod", *renamed)
    assert "-/+ Repository" in planned.stdout
    assert "RepositoryName  preto-2-prod → another  (forces replacement)" in planned.stdout
    assert planned.stdout.endswith("To deploy this: --allow-replace Ecr/Repository\n")
    error = here.fail("deploy", "prod", "--yes", *renamed)
    assert "Ecr/Repository (AWS::ECR::Repository) would be replaced" in error
    here.succeed("deploy", "prod", "--yes", *renamed, "--allow-replace", "Ecr/Repository")


def test_a_plan_for_a_pull_request(here: Project) -> None:
    """Markdown on stdout, and the exit code of a plan."""
    planned = here.run("plan", "prod", "--format", "markdown", "--quiet")
    assert planned.returncode == 2
    assert planned.stdout.startswith("### Plan for `preto-2-prod`\n")
