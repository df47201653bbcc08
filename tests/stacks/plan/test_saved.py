"""`plan --out FILE`, then `deploy --plan FILE`: exactly that change set, or nothing. On the real command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox import Account

FILE = "plan.json"


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose AWS is the test's account, with an artifact bucket."""
    found = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": account.address.endpoint_url})
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


def save(here: Project, *words: str) -> dict[str, Any]:
    """Plan into the file, and give what is in it."""
    planned = here.run("plan", "prod", "--out", FILE, "--quiet", *words)
    assert planned.returncode == 2, planned.stderr
    found: dict[str, Any] = json.loads((here.folder / FILE).read_text(encoding="utf-8"))
    return found


def refused(here: Project, *words: str) -> str:
    """What is said by a deployment of the file that is refused, and changes nothing."""
    error = here.fail("deploy", "--plan", FILE, "--yes", *words)
    assert "Nothing was changed" in error or "Plan anew" in error or "plan ENV --out FILE" in error
    return error


def test_a_saved_plan_is_executed_as_it_was_saved(here: Project, account: Account) -> None:
    """The first deployment and a later one; the settings of the moment do not count, and no environment is named."""
    save(here)
    here.succeed("deploy", "--plan", FILE, "--yes", "--quiet")
    saved = save(here, "--var", "network_idle_timeout=301")
    here.succeed("deploy", "--plan", FILE, "--yes", "--quiet")
    change_set = account.client("cloudformation").describe_change_set(ChangeSetName=saved["change_set_id"])
    assert change_set["ExecutionStatus"] == "EXECUTE_COMPLETE"
    assert change_set["ChangeSetName"].startswith("saved-")
    again = here.run("plan", "prod", "--var", "network_idle_timeout=301")
    assert again.returncode == 0, again.stdout


def test_a_plan_whose_stack_has_moved_is_refused(here: Project) -> None:
    """Somebody has deployed in between: what was read is not what would happen."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    save(here, "--var", "network_idle_timeout=301")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--var", "network_idle_timeout=302")
    assert "has moved since" in refused(here)


def test_a_plan_is_executed_once(here: Project) -> None:
    """The second time the stack has moved, by the first."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    save(here, "--var", "network_idle_timeout=301")
    here.succeed("deploy", "--plan", FILE, "--yes", "--quiet")
    assert "has moved since" in refused(here)


def test_a_change_set_that_is_gone_is_refused(here: Project, account: Account) -> None:
    """Deleted by somebody."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    saved = save(here, "--var", "network_idle_timeout=301")
    account.client("cloudformation").delete_change_set(ChangeSetName=saved["change_set_id"])
    assert "its change set is gone" in refused(here)


@pytest.mark.parametrize(
    ("entry", "value", "said"),
    [
        ("environment", "local", "it is for environment local, and this is prod"),
        ("account_id", "000000000000", "it is for account 000000000000"),
        ("region", "eu-west-1", "it is for region eu-west-1"),
        ("stack_name", "other", "it is for stack other"),
        ("state", "CREATE_COMPLETE", "has moved since"),
        ("stack_id", None, "stack_id is missing"),
        ("notes", [1], "notes are not texts"),
        ("more", "", "nothing is known of more"),
        ("format", "preto-2 plan 2", "no saved plan of this version"),
    ],
)
def test_a_plan_for_something_else_is_refused(here: Project, entry: str, value: Any, said: str) -> None:
    """Another environment, account or region, a file of another version, or one that was changed."""
    saved = save(here)
    (here.folder / FILE).write_text(json.dumps(saved | {entry: value}), encoding="utf-8")
    assert said in refused(here, "prod")


@pytest.mark.parametrize("text", [None, "", "{", "[]", '"plan"', "\x00"])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str | None) -> None:
    """Before AWS is asked for anything."""
    here = project(tmp_path)
    if text is not None:
        (here.folder / FILE).write_text(text, encoding="utf-8")
    assert FILE in refused(here)


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_planned(here: Project, account: Account) -> None:
    """No change set is left behind for it."""
    error = here.fail("plan", "prod", "--out", "missing/plan.json")
    assert "missing/plan.json" in error
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in stacks] == ["preto-2-bootstrap"]


def test_words_that_contradict_the_plan_are_refused(tmp_path: Path) -> None:
    """It has its image; and without a plan the environment has to be named."""
    here = project(tmp_path)
    assert "--image does not go with --plan" in here.fail("deploy", "--plan", FILE, "--image", "v1")
    assert "ENV" in here.fail("deploy", "--yes")


def test_a_no_keeps_the_saved_plan(here: Project) -> None:
    """It can still be executed afterwards."""
    save(here)
    here.fail("deploy", "--plan", FILE, stdin="no\n")
    here.succeed("deploy", "--plan", FILE, stdin="prod\n")
