"""What a deployment does when AWS or the network stumbles: it goes on, or it is one clear error, and never a loss."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import Project, project
from tests.proxy import Call, between
from tests.stacks import faults
from tests.stacks.conftest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.proxy import Proxy
    from tests.sandbox import Account

STAGES = ["GetCallerIdentity", "DescribeStacks", "HeadBucket", "HeadObject", "PutObject", "CreateChangeSet",
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


def operations(account: Account) -> list[str]:
    """The states of the root from its first event to its last."""
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName="preto-2-prod")
    events = [event for page in pages for event in page["StackEvents"]]
    return [it["ResourceStatus"] for it in reversed(events) if it["PhysicalResourceId"] == it["StackId"]]


@pytest.mark.parametrize("fault", ONCE, ids=lambda fault: fault.__name__)
def test_every_call_stumbles_once(here: Project, account: Account, fault: Any) -> None:
    """Each action's first call fails: the deployment succeeds all the same, once, and its events are all told."""
    with behind(account, lambda call: fault if call.number == 0 else None) as proxy:
        done = here.run("deploy", "prod", "--yes", env={"AWS_ENDPOINT_URL": proxy.url})
    assert done.returncode == 0, done.stderr
    assert "26 added" in done.stdout
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
        done = here.run("deploy", "prod", "--yes", "--image", "v1", env={"AWS_ENDPOINT_URL": proxy.url})
    assert done.returncode == 0, done.stderr
    assert "7 added" in done.stdout
    assert "Ecs/Service" in done.stderr
    assert "Network/LoadBalancer" not in done.stderr
