"""Watching a deployment from the command line: the live tree, lines, JSON, Ctrl-C, `watch`, tasks that cannot start."""

from __future__ import annotations

import json
import re
import signal
from typing import TYPE_CHECKING

import pytest

from sandbox import Address, running
from sandbox.image import place_image
from tests.support.accounts import REGION, Account
from tests.support.commands import ended, project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.commands import Project

TIME_SCALE = 0.05
"""A load balancer takes 6 s, a service, too: long enough to press keys, short enough to wait for."""
SMALL = ("--var", "ecs_cpu=256", "--var", "ecs_memory=512")
LOG = "ModuleNotFoundError: No module named 'streamlit'"


@pytest.fixture(scope="module")
def slow() -> Iterator[Address]:
    """Give an embedded AWS in which things take time."""
    with running(state_dir=None, region=REGION, time_scale=TIME_SCALE) as address:
        yield address


@pytest.fixture
def here(slow: Address, account: Account, tmp_path: Path) -> Project:
    """Give a project with an artifact bucket in an account of its own."""
    account = Account(address=slow.as_account(account.account_id))
    found = project(tmp_path, account.env)
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


@pytest.fixture
def slow_account(here: Project, slow: Address) -> Account:
    """Give the account in which the project is."""
    return Account(address=slow.as_account(here.env["AWS_ACCESS_KEY_ID"]))


@pytest.fixture
def deployed(here: Project, slow_account: Account) -> Project:
    """Give a project that is deployed without an image; `crash` is one whose container ends at once."""
    here.succeed("deploy", "prod", "--yes", "--quiet", *SMALL)
    place_image(slow_account.address, "preto-2-prod", "v1")
    place_image(slow_account.address, "preto-2-prod", "crash", exit_code=1, log=["Traceback", LOG])
    return here


def state(account: Account, name: str = "preto-2-prod") -> str:
    """The state of a stack by name."""
    found = account.client("cloudformation").describe_stacks()["Stacks"]
    return next((stack["StackStatus"] for stack in found if stack["StackName"] == name), "absent")


def learnt(account: Account, path: str, action: str, seconds: float) -> None:
    """Put what an earlier deployment has taken into the stack's history."""
    stacks = account.client("cloudformation").describe_stacks(StackName="preto-2-bootstrap")["Stacks"]
    bucket = next(it["OutputValue"] for it in stacks[0]["Outputs"] if it["OutputKey"] == "ArtifactBucket")
    resources = [{"path": path, "type": "", "action": action, "seconds": seconds}]
    body = json.dumps({"format_version": 1, "ended": "", "resources": resources})
    account.client("s3").put_object(Bucket=bucket, Key="preto-2-prod/history/1.json", Body=body.encode())


def test_a_terminal_shows_a_tree_that_moves(here: Project, slow_account: Account) -> None:
    """Stacks and resources below each other with their stopwatches; the report comes after it.

    A saved plan has its estimate, and the rest is what the stack's own history says: an hour, where AWS takes minutes.
    """
    learnt(slow_account, "Network/LoadBalancer", "create", 3600.0)
    assert here.run("plan", "prod", "--out", "plan.json", "--quiet", *SMALL).returncode == 2
    with here.on_terminal("deploy", "--plan", "plan.json", "--yes", *SMALL, width=120) as child:
        child.expect("About 1 h")
        child.expect("LoadBalancer .*CREATE_IN_PROGRESS .*0:0")
        child.expect("about (59:5[0-9]|1:00:00) left")
        child.expect("Network.* CREATE_COMPLETE")
        child.expect("Deployed preto-2-prod in ")
        assert ended(child) == 0


@pytest.mark.parametrize("variable", [{"TERM": "dumb"}, {"CI": "true"}, {"NO_COLOR": "1"}])
def test_a_terminal_that_cannot_or_shall_not_move_gets_lines(here: Project, variable: dict[str, str]) -> None:
    """One for each change of a status; the cursor is never moved, nothing is erased."""
    with here.on_terminal("deploy", "prod", "--yes", *SMALL, env=variable, width=120) as child:
        assert ended(child) == 0
    assert not re.search(r"\x1b\[\d*[A-K]", child.before)
    assert "Network/LoadBalancer                  CREATE_COMPLETE" in child.before


def test_json_is_one_event_a_line_on_stderr(deployed: Project) -> None:
    """None twice, services among them, with one document on stdout all the same."""
    done = deployed.run("deploy", "prod", "--yes", "--json", "--image", "v1", *SMALL)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["type"] for line in lines} == {"message", "event", "service"}
    events = [line for line in lines if line["type"] == "event"]
    assert events[-1]["status"] == "UPDATE_COMPLETE"
    assert len({event["id"] for event in events}) == len(events)
    assert [line["running"] for line in lines if line["type"] == "service"][-1] == 2
    assert json.loads(done.stdout)["succeeded"]


def durations_kept(account: Account) -> int:
    """How many operations there are to estimate by."""
    s3 = account.client("s3")
    (bucket,) = (found["Name"] for found in s3.list_buckets()["Buckets"])
    return len(s3.list_objects_v2(Bucket=bucket, Prefix="preto-2-prod/history/").get("Contents", []))


def test_ctrl_c_detaches_and_watch_comes_back(deployed: Project, slow_account: Account) -> None:
    """The deployment goes on; `watch` shows it from its first event on and ends with the report of a deployment."""
    with deployed.on_terminal("deploy", "prod", "--yes", "--image", "v1", *SMALL, width=120) as child:
        child.expect("Service .*CREATE_IN_PROGRESS")
        child.sendintr()
        child.expect("python build.py watch prod")
        child.sendline("")
        assert ended(child) == 130
    assert state(slow_account) == "UPDATE_IN_PROGRESS"
    watched = deployed.run("watch", "prod", "--timeline", "watched.html")
    assert watched.returncode == 0, watched.stderr
    assert watched.stderr.splitlines()[0].split()[1:3] == ["preto-2-prod", "UPDATE_IN_PROGRESS"]
    assert watched.stdout.startswith("Deployed preto-2-prod in ")
    assert "7 added, 0 changed, 0 replaced, 0 destroyed." in watched.stdout
    assert "Ecs/Service" in watched.stdout.split("Where the time went")[1]
    assert 'data-path="Ecs/Service"' in (deployed.folder / "watched.html").read_text(encoding="utf-8")
    assert durations_kept(slow_account) == 2
    again = deployed.run("watch", "prod")
    assert (again.returncode, again.stdout) == (
        0,
        "Nothing is happening to preto-2-prod; its state is UPDATE_COMPLETE.\n",
    )


def test_a_second_ctrl_c_cancels_an_update_after_a_question(deployed: Project, slow_account: Account) -> None:
    """Everything goes back, and is watched until it has; exit code 1, as for every deployment that did not succeed."""
    with deployed.on_terminal("deploy", "prod", "--yes", "--image", "v1", *SMALL, width=120) as child:
        child.expect("Service .*CREATE_IN_PROGRESS")
        child.sendintr()
        child.expect("Ctrl-C once more")
        child.sendintr()
        child.expect("Type 'cancel' to go on")
        child.sendline("cancel")
        child.expect("The update is being cancelled")
        child.expect("was cancelled after .* its state is now UPDATE_ROLLBACK_COMPLETE")
        child.expect("It was cancelled: somebody has asked for that, and nothing had failed")
        assert ended(child) == 1
    assert "First failure" not in child.before
    assert state(slow_account) == "UPDATE_ROLLBACK_COMPLETE"


def test_a_second_ctrl_c_deletes_a_stack_that_is_being_created(here: Project, slow_account: Account) -> None:
    """Nothing is left of it."""
    with here.on_terminal("deploy", "prod", "--yes", *SMALL, width=120) as child:
        child.expect("LoadBalancer .*CREATE_IN_PROGRESS")
        child.sendintr()
        child.expect("Ctrl-C once more")
        child.sendintr()
        child.expect("Type 'cancel' to go on")
        child.sendline("cancel")
        child.expect("The creation is being cancelled")
        child.expect("its state is now DELETE_COMPLETE")
        assert ended(child) == 1
    assert state(slow_account) == "absent"


def test_without_a_terminal_ctrl_c_detaches_at_once(deployed: Project) -> None:
    """No question: there is nobody to answer."""
    with deployed.start("deploy", "prod", "--yes", "--image", "v1", *SMALL) as started:
        started.hear("Ecs/Service")
        started.process.send_signal(signal.SIGINT)
        code, rest = started.end()
    assert code == 130
    assert "CloudFormation goes on by itself" in rest
    assert "python build.py watch prod" in rest


def test_tasks_that_stop_are_explained_while_it_goes_on(deployed: Project) -> None:
    """How many, why, with what exit code and with their last words; and again in the report of the failure."""
    done = deployed.run("deploy", "prod", "--yes", "--image", "crash", *SMALL)
    assert done.returncode == 1
    during, _, report = done.stderr.partition("preto-2-prod failed after")
    assert "2 desired, 0 running, 0 pending, 1 failed" in during
    assert "Essential container in task exited (container web, exit code 1)" in during.partition("CREATE_FAILED")[0]
    assert LOG in during.partition("CREATE_FAILED")[0]
    assert "3 × Essential container in task exited" in report  # noqa: RUF001 - the sign for times
    assert LOG in report


def test_fail_fast_cancels_by_itself(deployed: Project, slow_account: Account) -> None:
    """After as many tasks as were said, before the circuit breaker opens; the report names why it was cancelled."""
    done = deployed.run("deploy", "prod", "--yes", "--image", "crash", "--fail-fast", "2", *SMALL)
    assert done.returncode == 1
    assert "--fail-fast 2: The update is being cancelled" in done.stderr
    assert "Circuit Breaker" not in done.stderr
    assert state(slow_account) == "UPDATE_ROLLBACK_COMPLETE"
    report = re.sub(r"\d ×", "N ×", done.stderr.partition("preto-2-prod failed after")[2]).splitlines()  # noqa: RUF001 - the sign for times
    what = "N × Essential container in task exited (container web, exit code 1)"  # noqa: RUF001 - the sign for times
    assert report[1:] == [
        f"First failure: Ecs/Service (AWS::ECS::Service), CREATE_IN_PROGRESS: {what}",
        "Tasks stopped:",
        f"  {what}",
        "    | Traceback",
        f"    | {LOG}",
        "It was cancelled because of that: --fail-fast 2.",
        "Everything is as it was before. Fix the cause, then deploy again.",
    ]


def test_one_task_is_enough_where_no_further_attempt_helps(deployed: Project, slow_account: Account) -> None:
    """An image of the wrong platform never runs, however often ECS tries; programs read what it was cancelled for."""
    words = ["exec /usr/local/bin/python: exec format error"]
    place_image(slow_account.address, "preto-2-prod", "arm", exit_code=255, log=words)
    done = deployed.run("deploy", "prod", "--yes", "--json", "--image", "arm", "--fail-fast", "3", *SMALL)
    assert done.returncode == 1
    assert "No retry remedies this:" in done.stderr
    report = json.loads(done.stdout)
    assert report["failure"] == {
        "path": "Ecs/Service",
        "type": "AWS::ECS::Service",
        "status": "CREATE_IN_PROGRESS",
        "reason": "Essential container in task exited",
        "requested": True,
        "cancelled_by": "--fail-fast 3",
    }
    assert [(group["count"], group["exit_code"], group["log"]) for group in report["stopped"]] == [(1, 255, words)]


def test_cancelling_is_offered_on_a_terminal(deployed: Project, slow_account: Account) -> None:
    """After two tasks that stopped alike; the word that it names does it."""
    place_image(slow_account.address, "preto-2-prod", "crash2", exit_code=1)
    wide = ("--var", "ecs_desired_count=30", "--var", "autoscaling_max_capacity=30")
    with deployed.on_terminal("deploy", "prod", "--image", "crash2", *SMALL, *wide, width=120) as child:
        child.expect("Type '(yes|prod)'")
        child.sendline(child.match[1])
        child.expect("Type 'cancel' and Enter to cancel")
        child.sendline("cancel")
        child.expect("The update is being cancelled")
        child.expect(r"First failure: Ecs/Service .* Essential container in task exited \(container web, exit code 1\)")
        child.expect("It was cancelled because of that: as was asked for")
        assert ended(child) == 1
    assert state(slow_account) == "UPDATE_ROLLBACK_COMPLETE"
