"""`plan` and `deploy` look first which rights the caller lacks, as a role of the account whose policies are known."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e.iam.caller_roles import assumed, deployer, policies, without
from tests.support.commands import CLEAN, ROOT, Project, project
from tests.support.proxy import Call, Proxy, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.faults import PassOn

TAG = "application-autoscaling:TagResource"
DENIED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
REMEMBERED = """
import sys
from pathlib import Path
from stacks.build.render import render
from stacks.iam.compare.remembered import remembered_needs
from stacks.settings import load

settings = load("prod", var_files=[], variables=sys.argv[2:], directory=Path("environments"))
found = remembered_needs(settings, render(settings), "123456789012", Path(sys.argv[1]))
print("cfnlint" in sys.modules, len(found.cloudformation) > 100)
"""


@pytest.fixture
def watched(account: Account) -> Iterator[Proxy]:
    """Give a proxy before the account."""
    with between(account.address.endpoint_url, lambda _: None) as proxy:
        yield proxy


@pytest.fixture
def here(tmp_path: Path, account: Account, watched: Proxy) -> Project:
    """Give a project with the artifact bucket, whose calls go through the proxy."""
    made = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": watched.url})
    made.succeed("bootstrap", "prod", "--yes")
    watched.calls.clear()
    return made


@pytest.mark.parametrize("words", [("plan", "prod"), ("deploy", "prod", "--yes")])
def test_a_missing_right_stops_before_anything_is_uploaded(
    here: Project, account: Account, watched: Proxy, words: tuple[str, ...]
) -> None:
    """The action, what needs it and why, and where the statement to add is printed."""
    who = assumed(account, without(TAG, policies(account)))
    done = here.run(*words, env=who)
    assert done.returncode == 1
    assert "rights: role deployer lacks 1 action for this:" in done.stderr
    assert f"  {TAG}: Autoscaling/ScalableTarget (it has Tags)" in done.stderr.splitlines()
    assert "python build.py permissions prod --missing" in done.stderr
    assert not {"PutObject", "CreateChangeSet"} & set(watched.calls)
    listed = here.run("permissions", "prod", "--missing", "--json", env=who)
    assert [it["action"] for it in json.loads(listed.stdout)["missing"]] == [TAG]
    assert here.run("permissions", "prod", "--role", "deployer").returncode == 1


def test_skipping_asks_iam_nothing(here: Project, account: Account, watched: Proxy) -> None:
    """`--skip-permissions` plans with a right missing."""
    done = here.run("plan", "prod", "--skip-permissions", env=assumed(account, without(TAG, policies(account))))
    assert done.returncode == 2, done.stderr
    assert not [it for it in watched.calls if it.startswith(("Simulate", "GetRole", "ListRole"))]


def test_with_the_derived_rights_it_goes_through_without_a_word(here: Project, account: Account) -> None:
    """Plan says nothing of rights."""
    done = here.run("plan", "prod", env=assumed(account, policies(account)))
    assert done.returncode == 2, done.stderr
    assert "ights" not in done.stderr


def test_who_may_only_plan_plans(here: Project, account: Account) -> None:
    """A role for pull requests need not be able to do what CloudFormation will do for another caller."""
    done = here.run("plan", "prod", env=assumed(account, policies(account, "plan")))
    assert done.returncode == 2, done.stderr
    done = here.run("deploy", "prod", "--yes", env=deployer(account))
    assert "cloudformation:ExecuteChangeSet" in done.stderr


def test_where_iam_may_not_be_read_one_line_says_so(here: Project, account: Account) -> None:
    """And the command goes on."""

    def refuse(_call: Call, _pass_on: PassOn) -> Reply:
        return Reply(403, DENIED, {"Content-Type": "text/xml"})

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        return refuse if call.action.startswith(("Simulate", "GetRole")) else None

    who = assumed(account, policies(account))
    with between(account.address.endpoint_url, choose) as proxy:
        done = here.run("plan", "prod", env=who | {"AWS_ENDPOINT_URL": proxy.url})
        listed = here.run("permissions", "prod", "--missing", env=who | {"AWS_ENDPOINT_URL": proxy.url})
    assert done.returncode == 2, done.stderr
    said = [line for line in done.stderr.splitlines() if "ights" in line]
    assert said == ["Rights are not checked: the policies of role deployer may not be read: GetRole"]
    assert listed.returncode == 1
    assert "0 missing, " in listed.stdout


def test_a_call_that_the_simulator_refuses_loses_none_of_its_answers(here: Project, account: Account) -> None:
    """It takes some actions not in one call; all are asked for in others, where nothing else can be asked."""

    def refuse(_call: Call, _pass_on: PassOn) -> Reply:
        return Reply(403, DENIED, {"Content-Type": "text/xml"})

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        return refuse if call.action.startswith("GetRole") else None

    who = assumed(account, without("ecs:DeregisterTaskDefinition", policies(account)))
    with between(account.address.endpoint_url, choose) as proxy:
        done = here.run("permissions", "prod", "--missing", "--json", env=who | {"AWS_ENDPOINT_URL": proxy.url})
    found = json.loads(done.stdout)
    assert {it["action"] for it in found["missing"]} == {"ecs:DeregisterTaskDefinition"}
    assert found["undecided"] == []
    assert found["notes"] == []


def test_the_root_user_is_not_asked_about(here: Project, watched: Proxy) -> None:
    """It has every right."""
    assert here.run("plan", "prod").returncode == 2
    assert not [it for it in watched.calls if it.startswith("Simulate")]
    said = here.succeed("permissions", "prod", "--missing")
    assert said.startswith("Rights for prod, stack preto-2-prod, by the root user, who has every right\n")
    assert " actions: 0 missing, 0 undecided." in said


def test_what_has_not_changed_is_not_derived_again(tmp_path: Path) -> None:
    """The second time cfn-lint is not even imported; a damaged entry is derived anew, and so is another environment."""

    def derived(*words: str) -> str:
        command = [sys.executable, "-c", REMEMBERED, str(tmp_path / "cache"), *words]
        return subprocess.run(command, cwd=ROOT, env=CLEAN, check=True, capture_output=True, text=True).stdout.strip()

    assert derived() == "True True"
    assert derived() == "False True"
    (entry,) = (tmp_path / "cache").glob("*.json")
    entry.write_text(entry.read_text()[:-100])
    assert derived() == "True True"
    assert derived("ecs_cpu=512", "ecs_memory=1024") == "True True"


def test_the_table_is_followed_by_what_the_caller_lacks(here: Project, account: Account) -> None:
    """Exit code 1 where something is missing, with what to add; 0 where nothing is."""
    who = assumed(account, without(TAG, policies(account)))
    done = here.run("permissions", "prod", env=who)
    table, _, compared = done.stdout.partition("\nRights for prod, stack preto-2-prod, by role deployer\n")
    assert done.returncode == 1
    assert table == here.succeed("permissions", "prod", "--offline")
    assert f"  {TAG}  Autoscaling/ScalableTarget: it has Tags" in compared.splitlines()
    assert f'"{TAG}"' in compared.partition("To add:")[2]
    assert here.run("permissions", "prod", "--format", "policy", env=who).returncode == 0
    done = here.run("permissions", "prod", "--for", "deployer", env=who)
    assert (done.returncode, "0 missing" in done.stdout) == (0, True)


def test_in_another_account_nothing_is_compared(here: Project) -> None:
    """Its roles say nothing about this environment."""
    done = here.run("permissions", "prod", "--var", 'aws_account_id="999999999999"')
    assert done.returncode == 0
    assert "Nothing was compared: wrong AWS account: " in done.stderr


def test_the_diff_is_what_is_new_in_each_form(here: Project) -> None:
    """Without a stack it is everything; as policies it can be given to a role; not with --role."""
    whole = json.loads(here.succeed("permissions", "prod", "--json", "--diff"))
    assert TAG in {it["action"] for it in whole["cloudformation"]}
    assert json.loads(here.succeed("permissions", "prod", "--diff", "--format", "policy"))
    assert "--diff" in here.fail("permissions", "prod", "--diff", "--role", "deployer")
