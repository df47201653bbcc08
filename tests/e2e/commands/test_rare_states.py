"""What seldom happens to a stack: its events are gone, a saved plan comes at a bad time, its own resource is stuck."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.clouds import until
from tests.support.commands import Project, project
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.faults import PassOn
    from tests.support.world import World

STACK = "preto-2-prod"
IN_USE = {"step": "delete", "resource": "Vpc", "reason": "it has dependencies"}
NO_LUCK = {"step": "update", "resource": "LoadBalancer", "reason": "no luck"}
NO_WAY_BACK = {"step": "revert", "resource": "LoadBalancer", "reason": "none on the way back"}


@pytest.fixture
def here(tmp_path: Path, world: World) -> Project:
    """Give a project whose `prod` is in the account of this world."""
    return project(tmp_path, world.account.env)


@contextmanager
def forgetful(here: Project, world: World) -> Iterator[Project]:
    """The same project before an AWS that has forgotten all events until now, as it does after 90 days."""
    cloudformation = world.aws.cloudformation
    ids = {
        event["EventId"].encode()
        for stack in cloudformation.list_stacks()["StackSummaries"]
        for event in cloudformation.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    }

    def forget(call: Call, pass_on: PassOn) -> Reply:
        reply = pass_on(call)
        without = re.sub(
            rb"<member>.*?</member>",
            lambda found: b"" if any(event_id in found[0] for event_id in ids) else found[0],
            reply.body,
            flags=re.DOTALL,
        )
        return Reply(reply.status, without, reply.headers)

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        return forget if call.action == "DescribeStackEvents" else None

    with between(world.account.address.endpoint_url, choose) as proxy:
        yield Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url})


def test_a_failed_creation_without_events_is_explained_by_its_state(here: Project, world: World) -> None:
    """No cause is known any more, and none is made up; the way out is the same."""
    world.account.inject_faults({"step": "create", "resource": "LoadBalancer", "reason": "no luck"})
    assert world.execute(world.plan()).state == "ROLLBACK_COMPLETE"
    world.account.inject_faults()
    with forgetful(here, world) as later:
        error = later.fail("plan", "prod")
        assert "its state is ROLLBACK_COMPLETE" in error
        assert "no luck" not in error
        assert "--recreate" in error
        later.succeed("deploy", "prod", "--yes", "--recreate", "--quiet")
    assert world.states()[STACK] == "CREATE_COMPLETE"


def test_a_rollback_that_failed_without_events_can_be_retried_but_not_skipped(here: Project, world: World) -> None:
    """What to skip is known from events only; a retry needs none."""
    world.deploy()
    world.account.inject_faults(NO_LUCK, NO_WAY_BACK)
    assert world.execute(world.plan(network={"idle_timeout": 301})).state == "UPDATE_ROLLBACK_FAILED"
    world.account.inject_faults()
    with forgetful(here, world) as later:
        assert "its events name nothing to skip" in later.fail("deploy", "prod", "--yes", "--skip-failed")
        assert world.states()[STACK] == "UPDATE_ROLLBACK_FAILED"
        later.succeed("deploy", "prod", "--yes", "--quiet")
    assert world.states()[STACK] in {"UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


@pytest.mark.parametrize(
    ("injected", "state"),
    [
        ([{"step": "update", "resource": "LoadBalancer"}], "UPDATE_IN_PROGRESS"),
        ([NO_LUCK, {"step": "revert", "resource": "LoadBalancer"}], "UPDATE_ROLLBACK_IN_PROGRESS"),
        ([NO_LUCK, NO_WAY_BACK], "UPDATE_ROLLBACK_FAILED"),
        ([NO_LUCK], "UPDATE_ROLLBACK_COMPLETE"),
    ],
)
def test_a_saved_plan_is_refused_when_its_stack_is_no_longer_at_rest(
    here: Project, world: World, injected: list[dict[str, str]], state: str
) -> None:
    """Neither waited for nor recovered: what was looked at was planned for another state."""
    world.deploy()
    saved = here.run("plan", "prod", "--out", "plan.json", "--quiet", "--var", "network_idle_timeout=302")
    assert saved.returncode == 2, saved.stderr
    other = world.plan(network={"idle_timeout": 301}).change_set
    assert other is not None
    world.account.inject_faults(*injected)
    world.aws.cloudformation.execute_change_set(ChangeSetName=other.change_set_id)
    until(lambda: world.states()[STACK] == state)
    error = here.fail("deploy", "--plan", "plan.json", "--yes")
    assert "has changed since: it was CREATE_COMPLETE" in error
    assert f"and is {state}" in error
    assert "Plan anew" in error
    assert world.states()[STACK] == state


def test_a_resource_of_the_root_itself_is_left_behind(here: Project, world: World) -> None:
    """Its path is its logical id; the stack is gone, and the resource is there."""
    body = json.dumps({"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}}})
    world.aws.cloudformation.create_stack(StackName=STACK, TemplateBody=body)
    until(lambda: world.states()[STACK] == "CREATE_COMPLETE")
    world.account.inject_faults(IN_USE)
    assert "add --retain Vpc" in here.fail("destroy", "prod", "--yes", "--quiet")
    here.succeed("destroy", "prod", "--yes", "--retain", "Vpc")
    assert STACK not in world.states()
    blocks = [vpc["CidrBlock"] for vpc in world.aws.ec2.describe_vpcs()["Vpcs"]]
    assert "10.9.0.0/16" in blocks
