"""With `[bootstrap] execution_role`: what the commands call is the caller's, the rest that role's, and each is told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.iam.caller_roles import assumed, deployer, policies, without
from tests.support.commands import Project, project
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.faults import PassOn

WITH_ROLE = ("--var", "bootstrap_execution_role=true")
DERIVED = (*WITH_ROLE, "--var", "bootstrap_execution_rights=derived")
FILTER = ("--var", "network_waf={}")
ROLE = "preto-2-bootstrap-ap-northeast-2"
DENIED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose bootstrap stack has an execution role with derived rights."""
    made = project(tmp_path, account.env)
    made.succeed("bootstrap", "prod", *DERIVED, "--yes", "--quiet")
    return made


def own(account: Account, command: str = "deploy") -> list[dict[str, object]]:
    """What the command itself calls, `iam:PassRole` on the execution role among it."""
    return policies(account, command, WITH_ROLE[1])


def every(here: Project) -> list[dict[str, object]]:
    """What all commands call, as the command line prints it."""
    words = ("--format", "policy", "--for", "deployer", *WITH_ROLE)
    return list(json.loads(here.succeed("permissions", "prod", *words)).values())


def test_the_caller_needs_only_what_the_command_calls_and_to_hand_the_role_over(
    here: Project, account: Account
) -> None:
    """What CloudFormation does with a role of its own is not asked of whoever runs the command."""
    who = assumed(account, own(account))
    assert "lacks" in here.run("deploy", "prod", "--yes", env=who).stderr
    done = here.run("deploy", "prod", *DERIVED, "--yes", env=who)
    assert done.returncode == 0, done.stderr
    assert "ights" not in done.stderr


def test_a_caller_who_may_not_hand_the_role_over_is_stopped(here: Project, account: Account) -> None:
    """For `deploy`, and for `plan --out`, whose change set has the role."""
    who = assumed(account, without("iam:PassRole", every(here)))
    said = "iam:PassRole: `plan --out, deploy` (CloudFormation is handed the role of [bootstrap] execution_role)"
    for words in (("deploy", "prod", "--yes"), ("plan", "prod", "--out", "x.plan")):
        done = here.run(*words, *DERIVED, env=who)
        assert done.returncode == 1
        assert said in done.stderr
    listed = json.loads(here.run("permissions", "prod", "--missing", "--json", *DERIVED, env=who).stdout)
    (statement,) = [it for document in listed["to_add"] for it in document["Statement"]]
    assert statement["Resource"] == [f"arn:aws:iam::{account.account_id}:role/{ROLE}"]
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    assert listed["to_add_to_execution_role"] == []


def test_what_the_execution_role_lacks_stops_too_and_bootstrap_mends_it(here: Project) -> None:
    """A change that needs new rights, by the root user, who lacks nothing: the role is named, and what to run."""
    for words in (("deploy", "prod", "--yes"), ("plan", "prod")):
        said = here.fail(*words, *DERIVED, *FILTER)
        assert f"rights: role {ROLE} lacks" in said
        assert "  wafv2:CreateWebACL: Network/WebAcl" in said
        assert "CloudFormation's role gets its rights from `python build.py bootstrap prod`." in said
    found = json.loads(here.run("permissions", "prod", "--missing", "--json", *DERIVED, *FILTER).stdout)
    assert found["principals"] == {"deployer": "the root user, who has every right", "cloudformation": f"role {ROLE}"}
    assert {(it["party"], it["whose"]) for it in found["missing"]} == {("cloudformation", f"role {ROLE}")}
    assert found["to_add"] == []
    assert found["to_add_to_execution_role"]
    here.succeed("bootstrap", "prod", *DERIVED, *FILTER, "--yes", "--quiet")
    here.succeed("deploy", "prod", *DERIVED, *FILTER, "--yes", "--quiet")


def test_the_rights_of_the_project_are_enough(here: Project) -> None:
    """As they are by default; the policies of one kind take the place of the other's."""
    here.succeed("bootstrap", "prod", *WITH_ROLE, "--yes", "--quiet")
    done = here.run("deploy", "prod", *WITH_ROLE, *FILTER, "--yes")
    assert done.returncode == 0, done.stderr
    assert "ights" not in done.stderr


def test_a_role_that_may_not_be_looked_at_is_one_line(here: Project, account: Account) -> None:
    """And what the caller lacks is still told."""

    def refuse(_call: Call, _pass_on: PassOn) -> Reply:
        return Reply(403, DENIED, {"Content-Type": "text/xml"})

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        whose = re.search(rb"(?:PolicySourceArn|RoleName)=([^&]*)", call.body)
        asks = call.action.startswith(("Simulate", "GetRole")) and whose and ROLE.encode() in whose[1]
        return refuse if asks else None

    who = assumed(account, own(account))
    with between(account.address.endpoint_url, choose) as proxy:
        away = {"AWS_ENDPOINT_URL": proxy.url}
        done = here.run("plan", "prod", *DERIVED, env=who | away)
        assert done.returncode == 2, done.stderr
        said = [line for line in done.stderr.splitlines() if "ights" in line]
        assert said == [f"Rights are not all checked: the policies of role {ROLE} may not be read: GetRole"]
        iam = account.client("iam")
        for name in iam.list_role_policies(RoleName="deployer")["PolicyNames"]:
            iam.delete_role_policy(RoleName="deployer", PolicyName=name)
        done = here.run("plan", "prod", *DERIVED, env=deployer(account) | away)
        assert "rights: role deployer lacks" in done.stderr


def test_a_caller_who_may_not_even_find_the_role_is_told_what_it_lacks(here: Project, account: Account) -> None:
    """The bootstrap stack names the role: who may not read it lacks that, and CloudFormation's rights are not known."""

    def refuse(_call: Call, _pass_on: PassOn) -> Reply:
        return Reply(403, DENIED, {"Content-Type": "text/xml"})

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        return refuse if call.action == "DescribeStacks" and b"bootstrap" in call.body else None

    who = assumed(account, without("cloudformation:DescribeStacks", own(account)))
    with between(account.address.endpoint_url, choose) as proxy:
        away = who | {"AWS_ENDPOINT_URL": proxy.url}
        done = here.run("deploy", "prod", "--yes", *DERIVED, env=away)
        assert "rights: role deployer lacks 1 action for this:\n  cloudformation:DescribeStacks: " in done.stderr
        found = json.loads(here.run("permissions", "prod", "--missing", "--json", *DERIVED, env=away).stdout)
        assert "cloudformation:DescribeStacks" in {it["action"] for it in found["missing"]}
        assert found["principals"] == {"deployer": "role deployer"}
        assert found["notes"][0].startswith("CloudFormation's rights are not known: AWS DescribeStacks: access denied")
        done = here.run("permissions", "prod", "--missing", "--for", "cloudformation", *DERIVED, env=away)
        assert done.stderr.splitlines()[-1].startswith(
            "Run `python build.py bootstrap prod`, or ask as somebody who may"
        )


def test_a_named_role_is_looked_at_for_what_it_would_call(here: Project, account: Account) -> None:
    """CloudFormation's for the resources, another one for the commands; `--for` says otherwise."""
    assumed(account, every(here))
    here.succeed("permissions", "prod", "--role", ROLE, *DERIVED)
    found = json.loads(here.succeed("permissions", "prod", "--role", "deployer", "--json", *DERIVED))
    assert found["principals"] == {"deployer": "role deployer"}
    assert here.run("permissions", "prod", "--role", "deployer", "--for", "cloudformation", *DERIVED).returncode == 1


def test_a_saved_plan_is_looked_at_before_it_is_executed(here: Project, account: Account) -> None:
    """What `deploy --plan` calls itself, of the caller; what CloudFormation calls, of its role."""
    assert here.run("plan", "prod", "--out", "x.plan", *DERIVED).returncode == 2
    who = assumed(account, without("cloudformation:ExecuteChangeSet", own(account, "deploy --plan")))
    done = here.run("deploy", "--plan", "x.plan", *DERIVED, "--yes", env=who)
    assert done.returncode == 1
    assert "cloudformation:ExecuteChangeSet: " in done.stderr
    assert "lacks 1 action" in done.stderr
    iam = account.client("iam")
    arn = iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"][0]["PolicyArn"]
    iam.detach_role_policy(RoleName=ROLE, PolicyArn=arn)
    assert f"rights: role {ROLE} lacks" in here.fail("deploy", "--plan", "x.plan", *DERIVED, "--yes")
    other = here.run("deploy", "--plan", "x.plan", *DERIVED, "--var", "network_idle_timeout=301", "--yes")
    assert "Rights are looked at for the command itself: here are other templates" in other.stderr
    assert other.returncode == 0, other.stderr
