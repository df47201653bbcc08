"""`plan --out FILE`, then `deploy --plan FILE`: exactly that change set, or nothing. On the real command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks import plan
from stacks.errors import UserError
from stacks.plan.conditions import NestedStack, describe_change
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

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
    assert "has changed since" in refused(here)


def child(account: Account, name: str) -> dict[str, Any]:
    """A nested stack, by its logical id."""
    cloudformation = account.client("cloudformation")
    found = cloudformation.describe_stack_resource(StackName="preto-2-prod", LogicalResourceId=name)
    stack_id = found["StackResourceDetail"]["PhysicalResourceId"]
    described: dict[str, Any] = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
    return described


def test_a_plan_is_refused_when_a_nested_stack_was_changed_directly(here: Project, account: Account) -> None:
    """Updated, or deleted: the root does not move by that, but what it holds is not what the plan was made of."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    saved = save(here, "--var", "network_idle_timeout=301")
    network = child(account, "Network")
    assert {"path": "Network", "stack_id": network["StackId"], "state": "CREATE_COMPLETE"}.items() <= next(
        it for it in saved["conditions"]["nested"] if it["path"] == "Network"
    ).items()
    cloudformation = account.client("cloudformation")
    template = json.loads(json.dumps(cloudformation.get_template(StackName=network["StackId"])["TemplateBody"]))
    template["Description"] = "by hand"
    template["Resources"]["LoadBalancer"]["Properties"]["Tags"] = [{"Key": "By", "Value": "hand"}]
    cloudformation.update_stack(
        StackName=network["StackId"],
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": it["ParameterKey"], "UsePreviousValue": True} for it in network["Parameters"]],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=network["StackId"], WaiterConfig={"Delay": 1})
    error = refused(here)
    assert "nested stack Network has changed since: it was CREATE_COMPLETE" in error
    assert "and is UPDATE_COMPLETE" in error
    cloudformation.delete_stack(StackName=network["StackId"])
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=network["StackId"], WaiterConfig={"Delay": 1})
    assert "nested stack Network has been deleted since" in refused(here)


def nested(*paths: str, **more: str) -> tuple[NestedStack, ...]:
    """Nested stacks at rest."""
    stack = {"stack_id": "arn", "state": "CREATE_COMPLETE", "changed_at": "2026-11-20T12:00:00+00:00"} | more
    return tuple(NestedStack(path=path, **stack) for path in paths)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (nested("Ecr", "Ecs"), ""),
        (nested("Ecs", "Ecr"), ""),
        (nested("Ecr", "Ecs", "Ecs/More"), "nested stack Ecs/More has been added since"),
        (nested("Ecs"), "nested stack Ecr has been deleted since"),
        (nested("Ecr", "Ecs", stack_id="other"), "nested stack Ecr has been replaced since"),
        (
            nested("Ecr", "Ecs", changed_at="2026-11-21"),
            "nested stack Ecr has changed since: it was CREATE_COMPLETE (2026",
        ),
    ],
)
def test_what_has_happened_to_nested_stacks_is_named(now: tuple[NestedStack, ...], said: str) -> None:
    """One that was added, removed, exchanged or updated since the plan was made; their order says nothing."""
    found = describe_change(nested("Ecr", "Ecs"), now)
    assert found.startswith(said)
    assert bool(found) is bool(said)


def test_a_plan_whose_image_is_gone_is_refused(here: Project, account: Account) -> None:
    """A lifecycle rule or somebody has removed it: the service could not start."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    place_image(account.address, "preto-2-prod", "v1")
    saved = save(here, "--image", "v1", "--var", "ecs_cpu=256", "--var", "ecs_memory=512")
    assert (saved["conditions"]["repository"], saved["conditions"]["image_tag"]) == ("preto-2-prod", "v1")
    account.client("ecr").batch_delete_image(repositoryName="preto-2-prod", imageIds=[{"imageTag": "v1"}])
    assert "its image v1 is not in repository preto-2-prod any more" in refused(here)
    place_image(account.address, "preto-2-prod", "v1")
    here.succeed("deploy", "--plan", FILE, "--yes", "--quiet")


def test_a_saved_plan_keeps_its_estimate(here: Project) -> None:
    """What was said when it was made is said again when it is executed."""
    planned = here.run("plan", "prod", "--out", FILE)
    words = next(line for line in planned.stdout.splitlines() if "About " in line)
    estimate = json.loads((here.folder / FILE).read_text(encoding="utf-8"))["estimate"]
    assert "from typical durations on AWS" in words
    assert len(estimate["every"]) > len(estimate["steps"]) > 1
    assert words in here.run("deploy", "--plan", FILE, "--yes").stderr


def test_a_plan_is_executed_once(here: Project) -> None:
    """The second time the stack has moved, by the first."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    save(here, "--var", "network_idle_timeout=301")
    here.succeed("deploy", "--plan", FILE, "--yes", "--quiet")
    assert "has changed since" in refused(here)


def test_a_change_set_that_is_gone_is_refused(here: Project, account: Account) -> None:
    """Deleted by somebody."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    saved = save(here, "--var", "network_idle_timeout=301")
    account.client("cloudformation").delete_change_set(ChangeSetName=saved["change_set_id"])
    assert "its change set does not exist any more" in refused(here)


def test_a_plan_for_something_else_is_refused(here: Project) -> None:
    """Another environment, stack, account or region, or a stack that has come to another state."""
    saved = save(here)
    for entry, value, said in (
        ("environment", "local", "it is for environment local, and this is prod"),
        ("account_id", "000000000000", "it is for account 000000000000"),
        ("region", "eu-west-1", "it is for region eu-west-1"),
        ("stack_name", "other", "it is for stack other"),
        ("state", "CREATE_COMPLETE", "has changed since"),
    ):
        (here.folder / FILE).write_text(json.dumps(saved | {entry: value}), encoding="utf-8")
        assert said in refused(here, "prod")


STEP = {"path": "A", "type": "T", "action": "create", "seconds": 1, "learnt_from": 0}
WRITTEN: dict[str, Any] = {
    "format": "preto-2 plan 2",
    **dict.fromkeys(("environment", "account_id", "region", "stack_name", "stack_id", "change_set_id"), "x"),
    **dict.fromkeys(("state", "changed_at", "made_at", "artifact_bucket"), ""),
    "creates": True,
    "notes": ["a note"],
    "architecture": "X86_64",
    "conditions": {"nested": [], "repository": "", "image_tag": ""},
    "estimate": {"seconds": 1.5, "steps": [STEP], "every": [STEP]},
}


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    """The plan below, in which the next test changes one thing at a time."""
    (tmp_path / FILE).write_text(json.dumps(WRITTEN), encoding="utf-8")
    found = plan.read_plan(tmp_path / FILE)
    assert found.estimate is not None
    assert (found.notes, found.estimate.seconds, found.estimate.every[0].path) == (("a note",), 1.5, "A")


@pytest.mark.parametrize(
    ("entry", "value", "said"),
    [
        ("stack_id", None, "stack_id is missing"),
        ("notes", [1], "notes is missing or invalid"),
        ("creates", 1, "creates is missing or invalid"),
        ("conditions", {"nested": []}, "conditions is missing or invalid"),
        ("estimate", {"seconds": float("nan"), "steps": [], "every": []}, "estimate is missing"),
        ("estimate", {"seconds": True, "steps": [], "every": []}, "estimate is missing"),
        ("estimate", {"seconds": 1, "steps": [{"path": "A"}], "every": []}, "estimate is missing"),
        ("estimate", {"seconds": 1, "steps": [STEP | {"seconds": 10**400}], "every": []}, "estimate is missing"),
        ("more", "", "unknown entries: more"),
        ("format", "preto-2 plan 1", "not a saved plan of this version"),
    ],
)
def test_a_plan_that_was_changed_is_refused(tmp_path: Path, entry: str, value: Any, said: str) -> None:
    """A file of another version, or one in which something is not as it was written."""
    (tmp_path / FILE).write_text(json.dumps(WRITTEN | {entry: value}), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        plan.read_plan(tmp_path / FILE)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '"plan"', "\x00", "[" * 100_000])
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
