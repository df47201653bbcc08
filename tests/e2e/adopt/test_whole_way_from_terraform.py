"""The whole way from Terraform, with the real Terraform: apply, take over, release, deploy, destroy."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from tests.e2e.adopt.running import NAME, Application
from tests.support.commands import Project
from tests.support.takeover import apply_project, without_code
from tests.support.terraform import Terraform, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Account

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

STACK = "preto-2-prod"
READS = re.compile(r"(Describe|Get|List|Head|BatchGet|Detect|Validate|Simulate|Select|AssumeRole|Search)\w*")
OUR_OWN = {"cloudformation", "s3", "sts"}
"""Services in which a takeover makes what is its own: stacks, and the journal."""

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
PLACEHOLDER = "AWS::CloudFormation::WaitConditionHandle"
PLACEHOLDERS = ["create", "delete", "create"]
"""What CloudFormation does to resources in a takeover, its undoing, and another one: only to the root's placeholder."""


def test_what_terraform_runs_is_taken_over_and_nobody_notices(tmp_path: Path, account: Account) -> None:
    """From `terraform apply` to `destroy`: the first `deploy` is the first to touch anything, and replaces nothing."""
    terraform, application = apply_project(tmp_path, account), Application(account)
    here = Project(tmp_path, account.env)
    before = application.described()
    take_over = ("adopt", "prod", "--state", str(terraform.folder))

    announced = look(here, take_over, terraform)
    here.succeed("bootstrap", "prod", "--yes")
    seen = len(account.calls())
    here.succeed(*take_over, "--execute", "--yes")
    assert owned(account) == application.physical_ids()
    here.succeed("adopt", "prod", "--undo", "--yes")
    assert owned(account) == set()
    assert application.described() == before
    here.succeed(*take_over, "--execute", "--yes")
    assert owned(account) == application.physical_ids()
    assert application.described() == before
    assert changes(account, seen) == PLACEHOLDERS

    let_go(here, terraform)
    assert application.described() == before
    assert planned(here) <= announced
    deploy_another_image(here, account, application)
    assert application.described().keys() >= before.keys() - {it for it in before if ":task/" in it}
    assert "No changes" in here.succeed("plan", "prod")

    here.succeed("destroy", "prod", "--yes")
    assert set(terraform.plan().values()) <= {"read"}


def look(here: Project, take_over: tuple[str, ...], terraform: Terraform) -> set[str]:
    """Look before there is an environment file, write it, and look again; return what is announced to change."""
    written = here.run(*take_over, "--write", "environments/prod.toml")
    assert written.returncode == 2, written.stderr
    for address in terraform.addresses():
        assert address in written.stdout or ".data." in f".{address}"
    again = here.run(*take_over, "--json")
    assert again.returncode == 2, again.stderr
    found = json.loads(again.stdout)
    assert not found["blocked"]
    assert {it["effect"] for it in found["differences"]} <= {"in_place", "rollout"}
    changed = {f"{it['path']} {outermost(it['property'])}" for it in found["differences"]}
    return changed | {it["path"] for it in found["made"]}


def planned(here: Project) -> set[str]:
    """Return what the first deployment certainly changes or makes; it replaces and deletes nothing of the application.

    Without the policies of deletion, which are CloudFormation's own.
    """
    done = here.run("plan", "prod", "--json")
    assert done.returncode == 2, done.stderr
    changes = [it for child in json.loads(done.stdout)["changes"] for it in child.get("changes", ())]
    assert {it["action"] for it in changes} <= {"add", "change", "none"}
    changed = {
        f"{it['path']} {outermost(item['path'])}"
        for it in changes
        if it["action"] == "change"
        for item in it["properties"]
        if item["certainty"] == "certain" and item["path"] not in POLICIES
    }
    return changed | {it["path"] for it in changes if it["action"] == "add"}


def outermost(path: str) -> str:
    """Return the property of the resource that a path is in."""
    return re.split(r"[.\[]", path)[0]


def let_go(here: Project, terraform: Terraform) -> None:
    """Delete the code of what was taken over; `removed` blocks would let go of it, and the script does."""
    script = here.succeed("adopt", "prod", "--release")
    blocks = terraform.folder / "removed.tf"
    blocks.write_text(here.succeed("adopt", "prod", "--release", "--as", "removed"), encoding="utf-8")
    without_code(terraform)
    managed = {it for it in terraform.addresses() if ".data." not in f".{it}"}
    assert terraform.plan() == dict.fromkeys(managed, "remove")
    blocks.unlink()
    terraform.shell(script)
    assert terraform.plan() == {}


def deploy_another_image(here: Project, account: Account, application: Application) -> None:
    """Deploy, while no moment has fewer healthy tasks than are wanted."""
    tasks, wanted = application.tasks(), application.service()["desiredCount"]
    place_image(account.address, NAME, "v2", architecture="arm64")
    with fewest_healthy(application) as fewest:
        here.succeed("deploy", "prod", "--yes", "--image", "v2")
    assert fewest() >= wanted
    assert application.tasks().isdisjoint(tasks)
    assert application.service()["desiredCount"] == wanted


def owned(account: Account) -> set[str]:
    """Return the physical ids of all resources in stacks of the environment but stacks and the placeholder."""
    cloudformation = account.client("cloudformation")
    stacks = [it for it in cloudformation.describe_stacks()["Stacks"] if it["StackName"].startswith(f"{STACK}")]
    return {
        it["PhysicalResourceId"]
        for stack in stacks
        for it in cloudformation.list_stack_resources(StackName=stack["StackName"])["StackResourceSummaries"]
        if not it["ResourceType"].startswith("AWS::CloudFormation::")
    }


def changes(account: Account, since: int) -> list[str]:
    """Return what was called since then, by anybody, that is no look at something and not in a service of our own."""
    return [
        f"{it['service']}: {it['operation']}".removeprefix("cloudformation-handler: ").removesuffix(f" {PLACEHOLDER}")
        for it in account.calls()[since:]
        if it["service"] not in OUR_OWN and not READS.fullmatch(it["operation"])
    ]


@contextmanager
def fewest_healthy(application: Application) -> Iterator[Any]:
    """Look at the load balancer's targets all the time; yield a function that returns the smallest number healthy."""
    seen, ended = [application.healthy()], threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            seen.append(application.healthy())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield lambda: min(seen)
    finally:
        ended.set()
        watching.join()
