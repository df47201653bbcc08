"""What protects a deployed stack, and the express mode that an environment has to allow: from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.sandbox.image import place_image
from tests.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox import Account

DEPLOY = ("deploy", "prod", "--yes", "--quiet")


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with an artifact bucket."""
    found = project(tmp_path, account.env)
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


def policies(account: Account) -> dict[str, Any]:
    """The stack policies of the environment's stacks, by the stacks' names; None for a stack without."""
    cloudformation = account.client("cloudformation")
    names = [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
    bodies = {name: cloudformation.get_stack_policy(StackName=name).get("StackPolicyBody") for name in names}
    return {name: json.loads(body) if body else None for name, body in bodies.items() if "bootstrap" not in name}


def protected(account: Account) -> bool:
    """Whether the root stack has termination protection."""
    stack = account.client("cloudformation").describe_stacks(StackName="preto-2-prod")["Stacks"][0]
    return bool(stack["EnableTerminationProtection"])


def test_termination_protection_follows_the_setting(here: Project, account: Account) -> None:
    """On, then as it is where nothing is said, then off; also when nothing else is to be deployed."""
    here.succeed(*DEPLOY, "--var", "stack_termination_protection=true")
    assert protected(account)
    here.succeed(*DEPLOY)
    assert protected(account)
    assert "termination protection is on" in here.fail("destroy", "prod", "--yes")
    here.succeed(*DEPLOY, "--var", "stack_termination_protection=false")
    assert not protected(account)


def test_the_stack_policy_is_that_of_every_stack(here: Project, account: Account) -> None:
    """What holds data can be neither replaced nor removed by an update; switched off, everything can."""
    here.succeed(*DEPLOY)
    assert set(policies(account).values()) == {None}
    here.succeed(*DEPLOY, "--var", "stack_protect_stateful=true")
    found = policies(account)
    assert len(found) == 4
    for policy in found.values():
        denied = next(it for it in policy["Statement"] if it["Effect"] == "Deny")
        assert denied["Action"] == ["Update:Replace", "Update:Delete"]
        assert {"AWS::ECR::Repository", "AWS::Logs::LogGroup"} <= set(
            denied["Condition"]["StringEquals"]["ResourceType"]
        )
    here.succeed(*DEPLOY, "--var", "stack_protect_stateful=false")
    assert all([it["Effect"] for it in policy["Statement"]] == ["Allow"] for policy in policies(account).values())


def test_what_holds_data_is_protected_even_where_a_replacement_was_allowed(here: Project, account: Account) -> None:
    """The update is refused by CloudFormation and taken back; switched off for one deployment, it goes through."""
    here.succeed(*DEPLOY, "--var", "stack_protect_stateful=true")
    other = ("--var", "ecr_repository_name=other", "--allow-replace", "Ecr/Repository")
    error = here.fail(*DEPLOY, *other)
    assert "First failure: Ecr/Repository (AWS::ECR::Repository), UPDATE_FAILED: Action denied by stack policy" in error
    assert "[Update:Replace]" in error
    names = [found["repositoryName"] for found in account.client("ecr").describe_repositories()["repositories"]]
    assert names == ["preto-2-prod"]
    here.succeed(*DEPLOY, "--var", "network_idle_timeout=301")
    here.succeed(*DEPLOY, *other, "--var", "stack_protect_stateful=false")


def test_express_needs_an_environment_that_allows_it(here: Project, account: Account) -> None:
    """Nothing is done otherwise."""
    error = here.fail(*DEPLOY, "--express")
    assert "[aws] express is not true for prod" in error
    assert policies(account) == {}


def test_express_does_not_wait_for_the_service(here: Project, account: Account) -> None:
    """A service whose tasks cannot run fails a deployment, but not an express one."""
    here.succeed(*DEPLOY)
    place_image(account.address, "preto-2-prod", "crash", exit_code=1)
    allowed = ("--var", "aws_express=true", "--image", "crash")
    assert "Circuit Breaker" in here.fail(*DEPLOY, *allowed)
    assert here.succeed(*DEPLOY, *allowed, "--express").startswith("Deployed preto-2-prod in ")
