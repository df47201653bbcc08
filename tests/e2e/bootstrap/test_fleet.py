"""The bootstrap stack in many accounts and regions: from the plan to the end, as an administrator types it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import running
from tests.support.accounts import Account, fresh
from tests.support.commands import Project, ended, project
from tests.support.fleets import administer, join

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Address

HERE, THERE = "ap-northeast-2", "us-east-1"
GITHUB = '\n[bootstrap]\ngithub_repository = "octo/preto"\ngithub_branches = ["main"]\n'


@pytest.fixture
def members(sandbox: Address, account: Account) -> list[Account]:
    """Give three accounts with the execution role, which an administrator account can act in."""
    administer(account)
    found = [fresh(sandbox) for _ in range(3)]
    for it in found:
        join(it, account.account_id)
    return found


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project of the administrator account."""
    return project(tmp_path, account.env)


def write_fleet(
    here: Project, accounts: list[Account], regions: tuple[str, ...] = (HERE, THERE), more: str = ""
) -> None:
    """Write `[fleet]` into the environment file of prod."""
    file = here.folder / "environments" / "prod.toml"
    text = file.read_text(encoding="utf-8").partition("\n[fleet]")[0]
    ids = json.dumps([it.account_id for it in accounts])
    fleet = f"\n[fleet]\naccounts = {ids}\nregions = {json.dumps(regions)}\n{more}"
    file.write_text(f"{text}{fleet}", encoding="utf-8")


def in_region(account: Account, region: str) -> Account:
    """The same account in a region."""
    return replace(account, address=replace(account.address, region=region))


def stacks(account: Account, region: str = HERE) -> dict[str, str]:
    """The stacks of an account, and their statuses."""
    found = in_region(account, region).client("cloudformation").describe_stacks()["Stacks"]
    return {it["StackName"]: it["StackStatus"] for it in found}


def buckets(account: Account) -> list[str]:
    """The names of the account's buckets."""
    return [it["Name"] for it in account.client("s3").list_buckets()["Buckets"]]


def status(here: Project) -> dict[str, Any]:
    """What `status --fleet` says."""
    found: dict[str, Any] = json.loads(here.succeed("status", "prod", "--fleet", "--json"))
    return found


def test_a_fleet_is_created_changed_deployed_to_and_deleted(
    here: Project, account: Account, members: list[Account], tmp_path: Path
) -> None:
    """Two accounts in two regions, then a third and one less; a deployment there finds its bucket; then all goes."""
    file = here.folder / "environments" / "prod.toml"
    file.write_text(file.read_text(encoding="utf-8") + GITHUB, encoding="utf-8")
    write_fleet(here, members[:2])
    assert "has none\nRun once: python build.py bootstrap prod --fleet" in here.fail("status", "prod", "--fleet")
    planned = here.fail("bootstrap", "prod", "--fleet", stdin="no\n")
    assert "Plan: 4 to create, 0 to update, 0 to delete, 0 unchanged; 1 operation." in planned
    assert stacks(members[0]) == {}
    done = here.run("bootstrap", "prod", "--fleet", stdin="yes\n")
    assert done.returncode == 0, done.stderr
    assert f"{members[0].account_id}  us-east-1       SUCCEEDED" in done.stderr
    roles = {it["RoleName"] for it in members[0].client("iam").list_roles()["Roles"]}
    assert {f"GitHubActionsRole-{HERE}", f"GitHubActionsRole-{THERE}", f"preto-2-bootstrap-{THERE}"} <= roles
    assert len(members[0].client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1
    assert here.succeed("bootstrap", "prod", "--fleet").startswith("No changes. The stack set ")
    found = status(here)
    assert (found["is_as_wanted"], {it["status"] for it in found["instances"]}) == (True, {"CURRENT"})

    there = project(tmp_path / "there", members[0].env)
    (there.folder / "environments" / "prod.toml").write_bytes(file.read_bytes())
    there.succeed("deploy", "prod", "--yes", "--quiet")
    assert stacks(members[0])["preto-2-prod"] == "CREATE_COMPLETE"
    for words in ((), ("--destroy",)):
        assert "by a stack set of the administrator account" in there.fail("bootstrap", "prod", "--yes", *words)

    file.write_text(file.read_text(encoding="utf-8").replace('["main"]', '["main", "next"]'), encoding="utf-8")
    write_fleet(here, [members[0], members[2]], (HERE,))
    behind = status(here)
    assert (behind["is_changed"], len(behind["extra"])) == (True, 3)
    assert behind["missing"] == [{"account": members[2].account_id, "region": HERE}]
    changed = json.loads(here.succeed("bootstrap", "prod", "--fleet", "--yes", "--json"))
    assert [it["action"] for it in changed["operations"]] == ["delete", "delete", "update", "create"]
    assert "~ GitHubActionsRole" in changed["differences"]
    assert (stacks(members[1]), stacks(members[0], THERE), len(stacks(members[2]))) == ({}, {}, 1)

    gone = here.run("bootstrap", "prod", "--fleet", "--destroy", stdin="preto-2-bootstrap\n")
    assert (gone.returncode, gone.stdout) == (0, "Deleted the stack set preto-2-bootstrap.\n")
    assert stacks(members[2]) == {}
    assert len(buckets(members[2])) == 1
    alone = project(tmp_path / "alone", members[2].env)
    assert "Deleted the bucket stackset-preto-2-" in alone.succeed("bootstrap", "prod", "--destroy", "--yes")
    assert buckets(members[2]) == []
    assert here.succeed("bootstrap", "prod", "--fleet", "--destroy").startswith(
        "Nothing to destroy: there is no stack set "
    )


def test_a_failure_names_the_account_and_the_next_run_does_the_rest(
    sandbox: Address, here: Project, account: Account
) -> None:
    """Which account, why, and what to type there; what was done stays, and the next time does the rest."""
    ready, unready = fresh(sandbox), fresh(sandbox)
    assert "[fleet]: prod has none\n" in here.fail("bootstrap", "prod", "--fleet", "--yes")
    write_fleet(here, [ready, unready], (HERE,), "failure_tolerance_count = 1\n")
    error = here.fail("bootstrap", "prod", "--fleet", "--yes")
    assert "has no role AWSCloudFormationStackSetAdministrationRole, as which StackSets act" in error
    administer(account)
    join(ready, account.account_id)
    error = here.fail("bootstrap", "prod", "--fleet", "--yes", "--quiet")
    assert f"  {unready.account_id}  {HERE}  FAILED  Account {unready.account_id} should have " in error
    assert f"ParameterKey=AdministratorAccountId,ParameterValue={account.account_id}" in error
    assert len(stacks(ready)) == 1
    text = here.succeed("status", "prod", "--fleet")
    assert "1 stack of 2 not current." in text
    join(unready, account.account_id)
    done = here.run("bootstrap", "prod", "--fleet", "--yes")
    assert (done.returncode, len(stacks(unready))) == (0, 1)
    assert "Plan: 0 to create, 1 to update, 0 to delete, 1 unchanged; 1 operation." in done.stderr


def test_a_stack_that_cannot_be_deleted_is_left_behind(here: Project, account: Account, members: list[Account]) -> None:
    """Its instance is INOPERABLE until it is taken out of the stack set with --retain."""
    write_fleet(here, members[:2], (HERE,))
    here.succeed("bootstrap", "prod", "--fleet", "--yes", "--quiet")
    write_fleet(here, members[:1], (HERE,))
    found = members[1].client("cloudformation")
    (stack,) = found.describe_stacks()["Stacks"]
    kept = found.get_template(StackName=stack["StackId"])["TemplateBody"]
    kept["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic"}
    found.update_stack(StackName=stack["StackId"], TemplateBody=json.dumps(kept))
    found.get_waiter("stack_update_complete").wait(StackName=stack["StackId"], WaiterConfig={"Delay": 0})
    members[1].inject_faults({"step": "delete", "resource": "Topic", "reason": "Access Denied"})
    error = here.fail("bootstrap", "prod", "--fleet", "--yes", "--quiet")
    assert "ResourceStatusReason:Access Denied.\n" in error
    assert error.endswith("Or leave these stacks behind: add --retain, and delete them in their accounts.\n")
    assert [it["status"] for it in status(here)["instances"]] == ["CURRENT", "INOPERABLE"]
    write_fleet(here, members[:2], (HERE,))
    assert "INOPERABLE, and in no update: ResourceLogicalId:Topic" in here.succeed("bootstrap", "prod", "--fleet")
    write_fleet(here, members[:1], (HERE,))
    here.succeed("bootstrap", "prod", "--fleet", "--yes", "--retain")
    assert (status(here)["is_as_wanted"], list(stacks(members[1]).values())) == (True, ["DELETE_FAILED"])
    assert account.account_id == status(here)["account"]


def test_ctrl_c_leaves_an_operation_or_stops_it(tmp_path: Path, sandbox_in_time: Address) -> None:
    """Once: it goes on by itself. Twice: what has not begun is cancelled, after a question."""
    account = fresh(sandbox_in_time)
    administer(account)
    members = [fresh(sandbox_in_time) for _ in range(2)]
    for it in members:
        join(it, account.account_id)
    here = project(tmp_path, account.env)
    write_fleet(here, members, (HERE,))
    with here.on_terminal("bootstrap", "prod", "--fleet", "--yes", width=200) as terminal:
        terminal.expect("RUNNING")
        terminal.sendintr()
        terminal.expect("goes on by itself")
        terminal.sendintr()
        terminal.expect("Type 'stop' to go on: ")
        terminal.sendline("stop")
        assert ended(terminal) == 1
    found = {it["account"]: it["detailed_status"] for it in status(here)["instances"]}
    assert found == {members[0].account_id: "SUCCEEDED", members[1].account_id: "CANCELLED"}
    assert here.run("bootstrap", "prod", "--fleet", "--yes").returncode == 0


@pytest.fixture(scope="module")
def sandbox_in_time() -> Any:
    """Give a sandbox in which a bucket takes about a second."""
    with running(state_dir=None, region=HERE, time_scale=0.03) as address:
        yield address


def test_the_accounts_of_organizational_units_get_the_stack(sandbox: Address, here: Project, account: Account) -> None:
    """Trusted access is asked for; then the accounts of a unit get the stack, and lose it with the unit."""
    organizations = account.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    made = organizations.create_account(Email="one@example.com", AccountName="one")["CreateAccountStatus"]["AccountId"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="apps")["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=made, SourceParentId=root, DestinationParentId=unit)
    file = here.folder / "environments" / "prod.toml"
    before = file.read_text(encoding="utf-8")

    def write(units: list[str], more: str = "") -> None:
        fleet = f"\n[fleet]\norganizational_units = {json.dumps(units)}\nregions = [{HERE!r}]\n{more}"
        file.write_text(before + fleet, encoding="utf-8")

    write([unit])
    assert "activate-organizations-access" in here.fail("bootstrap", "prod", "--fleet", "--yes")
    account.client("cloudformation").activate_organizations_access()
    here.succeed("bootstrap", "prod", "--fleet", "--yes")
    assert len(stacks(Account(address=sandbox.as_account(made)))) == 1
    write([root], f"accounts = [{made!r}]\naccount_filter = 'difference'\n")
    done = json.loads(here.succeed("bootstrap", "prod", "--fleet", "--yes", "--json"))
    assert [(it["action"], it["account"]) for it in done["changes"]] == [("delete", made)]
    assert stacks(Account(address=sandbox.as_account(made))) == {}
    write(["ou-zzzz-00000000"])
    assert "has no ou-zzzz-00000000" in here.fail("bootstrap", "prod", "--fleet", "--yes")
