"""From the command line to AWS and back: what is printed where, exit codes, and what is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import Project, ended, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose `prod` is deployed to an empty account."""
    return project(tmp_path, account.env)


@pytest.fixture
def bootstrapped(here: Project) -> Project:
    """Give the same with an artifact bucket."""
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    return here


def stacks(account: Account) -> set[str]:
    """The names of the stacks that are there."""
    return {stack["StackName"] for stack in account.client("cloudformation").describe_stacks()["Stacks"]}


def test_plan_says_by_its_exit_code_whether_there_are_changes(bootstrapped: Project, account: Account) -> None:
    """2 with changes, 0 without, and no trace of the plan in between."""
    planned = bootstrapped.run("plan", "prod")
    assert planned.returncode == 2, planned.stderr
    assert "+   Repository" in planned.stdout
    counted, _, estimated = planned.stdout.splitlines()[-1].partition("   ")
    assert counted == "Plan: 30 to add, 0 to change, 0 to replace, 0 to destroy."
    assert estimated.startswith("About 2 min ")
    assert stacks(account) == {"preto-2-bootstrap"}
    bootstrapped.succeed("deploy", "prod", "--yes", "--quiet")
    again = bootstrapped.run("plan", "prod")
    assert (again.returncode, again.stdout) == (0, "No changes. preto-2-prod is what the settings say.\n")


def test_deploy_writes_events_to_stderr_and_the_result_to_stdout(bootstrapped: Project) -> None:
    """So that a pipe gets the result only."""
    done = replace(bootstrapped, fresh=True).run("deploy", "prod", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Network/LoadBalancer" in done.stderr
    assert done.stdout.startswith("Deployed preto-2-prod in ")
    assert "python build.py deploy prod --image TAG" in done.stdout


def test_json_is_one_document_and_nothing_else(bootstrapped: Project) -> None:
    """For the deployment and for the outputs, which are a flat object."""
    done = json.loads(bootstrapped.succeed("deploy", "prod", "--yes", "--json"))
    outputs = json.loads(bootstrapped.succeed("outputs", "prod", "--json"))
    assert (done["succeeded"], done["summary"]["add"]) == (True, 30)
    assert outputs == done["outputs"]
    assert bootstrapped.succeed("outputs", "prod", "alb_dns_name") == outputs["alb_dns_name"] + "\n"


def test_a_failed_deployment_is_exit_code_1_with_its_cause(bootstrapped: Project) -> None:
    """What failed first, in which child, why, the state of the stack, and what to type next."""
    error = bootstrapped.fail("deploy", "prod", "--yes", "--quiet", "--var", "iam_github_actions_role_name=nobody")
    assert "preto-2-prod failed after" in error
    assert "its state is now ROLLBACK_COMPLETE" in error
    assert "First failure: Iam/GitHubActionsPolicy (AWS::IAM::RolePolicy), CREATE_FAILED: " in error
    assert error.endswith("python build.py destroy prod\n")


def test_destroy_asks_for_the_stacks_name(bootstrapped: Project, account: Account) -> None:
    """It says what will stay before it asks; only the name is a yes."""
    bootstrapped.succeed("deploy", "prod", "--yes", "--quiet")
    error = bootstrapped.fail("destroy", "prod", stdin="yes\n")
    assert "Ecr/Repository  preto-2-prod" in error
    assert "preto-2-prod" in stacks(account)
    text = bootstrapped.succeed("destroy", "prod", stdin="preto-2-prod\n")
    assert text.startswith("Deleted preto-2-prod in ")
    assert "Ecr/Repository  preto-2-prod" in text
    assert stacks(account) == {"preto-2-bootstrap"}


def test_destroy_of_nothing_is_done_already(here: Project, account: Account) -> None:
    """Exit code 0, nothing is asked, and it says where it has looked."""
    assert here.succeed("destroy", "prod").startswith("Nothing to destroy: there is no stack preto-2-prod in account ")
    found = json.loads(here.succeed("destroy", "prod", "--json"))
    assert (found["succeeded"], found["state"], found["account"]) == (True, None, account.account_id)


def test_the_first_deployment_offers_to_bootstrap(here: Project, account: Account) -> None:
    """On a terminal, with the plan and a question of its own; a no changes nothing, and unattended it is refused."""
    for words in (("deploy", "prod"), ("deploy", "prod", "--yes")):
        assert "Run once: python build.py bootstrap prod" in here.fail(*words, stdin="yes\n")
    with here.on_terminal("deploy", "prod", width=120) as terminal:
        terminal.expect("has no stack preto-2-bootstrap yet")
        terminal.expect("Type 'yes' to go on: ")
        terminal.sendline("no")
        assert ended(terminal) == 1
    assert stacks(account) == set()
    with here.on_terminal("deploy", "prod", "--quiet", width=120) as terminal:
        terminal.expect("Type 'yes' to go on: ")
        terminal.sendline("yes")
        terminal.expect("Deployed preto-2-bootstrap in ")
        terminal.expect("Now the deployment of preto-2-prod")
        terminal.expect("Type 'prod' to go on: ")
        terminal.sendline("prod")
        assert ended(terminal) == 0
    assert stacks(account) >= {"preto-2-bootstrap", "preto-2-prod"}
