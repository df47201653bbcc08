"""Tasks that stop while a service is deployed, on the real command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import Project, project
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

STACK = "preto-2-prod"


@pytest.fixture
def here(tmp_path: Path, world: World) -> Project:
    """Give a project whose `prod` is in the account of this world."""
    return project(tmp_path, world.account.env)


@pytest.mark.parametrize("code", ["SpotInterruption", "ServiceSchedulerInitiated", "UserInitiated"])
def test_tasks_that_are_meant_to_stop_cancel_nothing(here: Project, world: World, code: str) -> None:
    """With `--fail-fast 1`: Spot takes one back, the service scales in, somebody stops one; all of it is normal."""
    world.deploy()
    world.push("v1")
    world.account.inject_faults({"step": "stabilise", "resource": "Service"})
    arn = f"arn:aws:ecs:ap-northeast-2:{world.account.account_id}:task/{STACK}/{'0' * 32}"
    stopped = {
        "taskArn": arn,
        "lastStatus": "STOPPED",
        "stopCode": code,
        "stoppedReason": "in ECS's words",
        "containers": [{"name": "app", "exitCode": 143}],
    }

    def answer(call: Call, _: object) -> Reply:
        is_list = call.action == "ListTasks"
        if not is_list:
            world.account.inject_faults()
        body = {"taskArns": [arn]} if is_list else {"tasks": [stopped], "failures": []}
        return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/x-amz-json-1.1"})

    with between(
        world.account.address.endpoint_url,
        lambda call: answer if call.action in {"ListTasks", "DescribeTasks"} else None,
    ) as proxy:
        behind = Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url})
        done = behind.run("deploy", "prod", "--yes", "--image", "v1", "--fail-fast", "1")
    assert done.returncode == 0, done.stderr
    assert proxy.calls["DescribeTasks"] > 0
    assert "Tasks stopped" not in done.stdout
