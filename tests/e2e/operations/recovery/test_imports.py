"""The states of imports, which only another tool can bring about: told by a server in front of a real stack."""

from __future__ import annotations

import dataclasses
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from stacks.operations import recovery
from stacks.operations.recovery import Answer, Step
from stacks.views import recovery as view
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.world import World

    PassOn = Callable[[Call], Reply]

STACK = "preto-2-prod"


@contextmanager
def in_state(world: World, state: str, *, until: str = "") -> Iterator[World]:
    """The same account, in which the environment's stack is said to be in this state, until this is asked first."""
    over = threading.Event()

    def disguised(call: Call, pass_on: PassOn) -> Reply:
        reply = pass_on(call)
        text = reply.body.replace(b"<StackStatus>CREATE_COMPLETE", f"<StackStatus>{state}".encode())
        headers = {name: value for name, value in reply.headers.items() if name.lower() != "content-length"}
        return dataclasses.replace(reply, body=text, headers=headers)

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        if call.action == until:
            over.set()
        return disguised if call.action == "DescribeStacks" and not over.is_set() else None

    with (
        between(world.account.address.endpoint_url, choose) as proxy,
        closing(dataclasses.replace(world.aws, endpoint_url=proxy.url)) as aws,
    ):
        yield dataclasses.replace(world, aws=aws)


@pytest.mark.parametrize("state", ["IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"])
def test_an_import_that_is_over_is_no_obstacle(world: World, state: str) -> None:
    """Whether it succeeded or was taken back."""
    world.deploy()
    with in_state(world, state) as there:
        assert recovery.diagnose(there.aws, STACK) is None
        assert there.plan(network={"idle_timeout": 301}).change_set is not None


@pytest.mark.parametrize("state", ["IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS"])
def test_an_import_that_is_under_way_is_waited_for(world: World, state: str) -> None:
    """Until its last event."""
    world.deploy()
    with in_state(world, state, until="DescribeStackEvents") as there:
        found = recovery.diagnose(there.aws, STACK)
        assert found is not None
        assert found.answer is Answer.WAIT
        assert (
            recovery.perform_step(there.aws, found, Step.WAIT, on_event=there.events.append).state == "CREATE_COMPLETE"
        )


def test_an_import_that_could_not_be_taken_back_is_refused(world: World) -> None:
    """CloudFormation has no operation for it; nothing is tried."""
    world.deploy()
    with in_state(world, "IMPORT_ROLLBACK_FAILED") as there:
        found = recovery.diagnose(there.aws, STACK)
        assert found is not None
        assert found.answer is Answer.REFUSE
        assert "CloudFormation has no operation that goes on from here" in view.then(found, "deploy")
