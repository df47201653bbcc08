"""What a deployment does when AWS or the network stumbles: it goes on, or it is one clear error, and never a loss."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import faults
from tests.support.commands import CLEAN, PATIENCE, ROOT, Project, project
from tests.support.proxy import Call, between
from tests.support.world import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.proxy import Proxy, Reply

STAGES = ["GetCallerIdentity", "DescribeStacks", "ListObjects", "PutObject", "CreateChangeSet",
          "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents"]  # fmt: skip
"""The calls of a first deployment, in the order in which they come."""
ONCE = [faults.throttle, faults.request_limit, faults.internal, faults.unavailable, faults.reset, faults.lost,
        faults.truncate, faults.duplicate, faults.delay, faults.empty_page]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with an artifact bucket, whose AWS is an account of the test's own."""
    made = project(tmp_path, account.env)
    made.succeed("bootstrap", "prod", "--yes", "--quiet")
    return made


def behind(account: Account, choose: Callable[[Call], Any]) -> AbstractContextManager[Proxy]:
    """A proxy before the account."""
    return between(account.address.endpoint_url, choose)


def there(here: Project, proxy: Proxy) -> Project:
    """The same project, with the proxy for its AWS."""
    return Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url})


def operations(account: Account) -> list[str]:
    """The states of the root from its first event to its last."""
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName="preto-2-prod")
    events = [event for page in pages for event in page["StackEvents"]]
    return [it["ResourceStatus"] for it in reversed(events) if it["PhysicalResourceId"] == it["StackId"]]


@pytest.mark.parametrize("fault", ONCE, ids=lambda fault: fault.__name__)
def test_every_call_stumbles_once(here: Project, account: Account, fault: Any) -> None:
    """Each action's first call fails: the deployment succeeds all the same, once, and its events are all told."""
    with behind(account, lambda call: fault if call.number == 0 else None) as proxy:
        done = there(here, proxy).run("deploy", "prod", "--yes")
    assert done.returncode == 0, done.stderr
    assert "30 added" in done.stdout
    assert set(STAGES) <= set(proxy.calls)
    assert operations(account)[-2:] == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert operations(account).count("CREATE_IN_PROGRESS") == 1
    assert "alb_dns_name" in here.succeed("outputs", "prod")


def push(account: Account, tag: str) -> None:
    """Put an image into the repository, without content."""
    account.client("ecr").put_image(repositoryName="preto-2-prod", imageTag=tag, imageManifest=json.dumps(MANIFEST))


@pytest.mark.parametrize("stage", ["DescribeStacks", "DescribeChangeSet", "DescribeStackEvents"])
def test_a_page_that_lies(here: Project, account: Account, stage: str) -> None:
    """A list that is empty for a moment is not believed: no change is overlooked, no earlier event is told again."""
    here.succeed("deploy", "prod", "--yes", "--quiet")
    push(account, "v1")
    with behind(account, lambda call: faults.empty_page if call.action == stage and call.number < 2 else None) as proxy:
        done = there(here, proxy).run("deploy", "prod", "--yes", "--image", "v1")
    assert done.returncode == 0, done.stderr
    assert "7 added" in done.stdout
    assert "Ecs/Service" in done.stderr
    assert "Network/LoadBalancer" not in done.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_credentials_expire(here: Project, account: Account, stage: str) -> None:
    """From any call on: it is said, with exit code 1, and a fresh session brings the deployment to its end."""
    ended = threading.Event()

    def choose(call: Call) -> Any:
        if call.action == stage:
            ended.set()
        return faults.expired if ended.is_set() else None

    with behind(account, choose) as proxy:
        done = there(here, proxy).run("deploy", "prod", "--yes")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "expired" in done.stderr
    assert "Log in again" in done.stderr
    here.succeed("deploy", "prod", "--yes")
    assert operations(account)[-1] == "CREATE_COMPLETE"
    assert "alb_dns_name" in here.succeed("outputs", "prod")


def test_the_network_breaks_off_while_the_deployment_begins(here: Project, account: Account) -> None:
    """Whether it has begun cannot be seen any more: that is what is said, and how to see it."""
    gone = threading.Event()

    def choose(call: Call) -> Any:
        if call.action == "ExecuteChangeSet" and not gone.is_set():
            gone.set()
            return faults.lost
        return faults.expired if gone.is_set() else None

    with behind(account, choose) as proxy:
        error = there(here, proxy).fail("deploy", "prod", "--yes")
    assert "could not be asked whether the deployment has begun" in error
    assert "aws cloudformation describe-stacks --stack-name preto-2-prod" in error
    here.succeed("deploy", "prod", "--yes")
    assert operations(account).count("CREATE_IN_PROGRESS") == 1


@pytest.mark.parametrize("passes_on", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("stage", ["PutObject", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet",
                                   "DescribeStackEvents"])  # fmt: skip
def test_the_process_is_killed(here: Project, account: Account, stage: str, passes_on: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """At any call, before it arrives or after: the next deployment succeeds, and nothing happens twice."""
    running: list[subprocess.Popen[str]] = []

    def kill(call: Call, pass_on: Callable[[Call], Reply]) -> None:
        if passes_on:
            pass_on(call)
        running[0].kill()

    with (
        behind(account, lambda call: kill if call.action == stage else None) as proxy,
        there(here, proxy).start("deploy", "prod", "--yes") as started,
    ):
        running.append(started.process)
        code, _ = started.end()
    assert code == -signal.SIGKILL
    here.succeed("deploy", "prod", "--yes")
    assert operations(account)[-1] == "CREATE_COMPLETE"
    assert operations(account).count("CREATE_IN_PROGRESS") == 1
    assert "alb_dns_name" in here.succeed("outputs", "prod")


def leftovers(account: Account) -> list[str]:
    """Change sets that nobody has executed, and stacks that exist because of one only."""
    client = account.client("cloudformation")
    stacks = {stack["StackName"]: stack["StackStatus"] for stack in client.describe_stacks()["Stacks"]}
    found = [name for name, state in stacks.items() if state == "REVIEW_IN_PROGRESS"]
    for name in stacks:
        listed = client.list_change_sets(StackName=name)["Summaries"]
        found += [it["ChangeSetName"] for it in listed if it["ExecutionStatus"] == "AVAILABLE"]
    return found


@pytest.mark.parametrize("room", [0, 8192], ids=["no byte", "not all"])
def test_a_full_disk(here: Project, account: Account, room: int) -> None:
    """Files end after so many bytes: one clear error, nothing is done in the account, and the next command works."""

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "deploy", "prod", "--yes"],
        cwd=here.folder,
        env={**CLEAN, **here.env},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=full,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "temporary folder" in done.stderr
    assert leftovers(account) == []
    here.succeed("deploy", "prod", "--yes")


@pytest.mark.parametrize("stage", ["CreateChangeSet", "DescribeStackEvents"])
def test_aws_does_not_answer_any_more(here: Project, account: Account, stage: str) -> None:
    """The attempts are told while they are made; then it is one error, and the next deployment succeeds."""
    with behind(account, lambda call: faults.reset if call.action == stage else None) as proxy:
        error = there(here, proxy).fail("deploy", "prod", "--yes")
    assert f"AWS {stage}: still no answer after 2 attempts" in error
    assert "AWS endpoint: " in error
    here.succeed("deploy", "prod", "--yes")
    assert operations(account)[-1] == "CREATE_COMPLETE"
