"""A stack to which something is happening is watched to the end of it, wherever it was started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.operations import recovery
from stacks.operations.recovery import Answer, Step
from tests.support.clouds import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.cloudformation.events import Event
    from stacks.plan import Plan
    from tests.support.world import World

STACK = "preto-2-prod"
NO_LUCK = {"step": "create", "resource": "Listener", "reason": "no luck"}
TIMEOUT = {"idle_timeout": 301}


def begin(world: World, planned: Plan) -> None:
    """Execute a plan, and do not wait."""
    assert planned.change_set is not None
    world.aws.cloudformation.execute_change_set(ChangeSetName=planned.change_set.change_set_id)


def create(world: World) -> None:
    """A creation that waits."""
    planned = world.plan()
    world.account.inject_faults({"step": "create", "resource": "LoadBalancer"})
    begin(world, planned)


def roll_back(world: World) -> None:
    """The rollback of a creation, which waits."""
    planned = world.plan()
    world.account.inject_faults(NO_LUCK, {"step": "delete", "resource": "Vpc"})
    begin(world, planned)


def update(world: World) -> None:
    """An update that waits."""
    world.deploy()
    planned = world.plan(network=TIMEOUT)
    world.account.inject_faults({"step": "update", "resource": "LoadBalancer"})
    begin(world, planned)


def roll_back_update(world: World) -> None:
    """The rollback of an update, which waits."""
    world.deploy()
    planned = world.plan(network=TIMEOUT)
    world.account.inject_faults(
        {"step": "update", "resource": "LoadBalancer", "reason": "no luck"},
        {"step": "revert", "resource": "LoadBalancer"},
    )
    begin(world, planned)


def delete(world: World) -> None:
    """A deletion that waits."""
    world.deploy()
    world.account.inject_faults({"step": "delete", "resource": "LoadBalancer"})
    world.aws.cloudformation.delete_stack(StackName=STACK)


def clean_up(world: World) -> None:
    """The removal of a service, after an update without an image, which waits."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    planned = world.plan(image_tag="v1", autoscaling={"enabled": False})
    world.account.inject_faults({"step": "delete", "resource": "ScalableTarget"})
    begin(world, planned)


def clean_up_rollback(world: World) -> None:
    """The removal of what a failed update has made, which waits."""
    world.deploy()
    world.push("v1")
    planned = world.plan(image_tag="v1")
    world.account.inject_faults(
        {"step": "create", "resource": "Service", "reason": "no luck"}, {"step": "delete", "resource": "Cluster"}
    )
    begin(world, planned)


def go_on_with_rollback(world: World) -> None:
    """A rollback that has failed once, and goes on, and waits."""
    world.deploy()
    planned = world.plan(network=TIMEOUT)
    world.account.inject_faults(
        {"step": "update", "resource": "LoadBalancer", "reason": "no luck"},
        {"step": "revert", "resource": "LoadBalancer", "reason": "none on the way back"},
    )
    assert world.execute(planned).state == "UPDATE_ROLLBACK_FAILED"
    world.account.inject_faults({"step": "revert", "resource": "LoadBalancer"})
    world.aws.cloudformation.continue_update_rollback(StackName=STACK)


CASES = {
    "CREATE_IN_PROGRESS": (create, "CREATE_COMPLETE"),
    "ROLLBACK_IN_PROGRESS": (roll_back, "ROLLBACK_COMPLETE"),
    "UPDATE_IN_PROGRESS": (update, "UPDATE_COMPLETE"),
    "UPDATE_ROLLBACK_IN_PROGRESS": (roll_back_update, "UPDATE_ROLLBACK_COMPLETE"),
    "DELETE_IN_PROGRESS": (delete, "DELETE_COMPLETE"),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (clean_up, "UPDATE_COMPLETE"),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (clean_up_rollback, "UPDATE_ROLLBACK_COMPLETE"),
}


@pytest.mark.parametrize("state", CASES)
def test_it_is_watched_from_its_first_event_to_its_last(world: World, state: str) -> None:
    """Planning is refused meanwhile; waiting tells all events, and the stack is at rest afterwards."""
    start, end = CASES[state]
    start(world)
    until(lambda: world.states()[STACK] == state)
    found = recovery.diagnose(world.aws, STACK)
    assert found is not None
    assert (found.stack.state, found.answer) == (state, Answer.WAIT)
    with pytest.raises(UserError, match=f"its state is {state}"):
        world.plan()
    operation = recovery.perform_step(world.aws, found, Step.WAIT, on_event=letting_go(world))
    assert operation.state == end
    statuses = [event.status for event in world.events if event.is_root]
    assert statuses[0] == {"U": "UPDATE_IN_PROGRESS", "D": "DELETE_IN_PROGRESS"}.get(state[0], "CREATE_IN_PROGRESS")
    assert statuses[-1] == end


def test_a_rollback_that_goes_on_is_watched_by_itself(world: World) -> None:
    """What it takes back was over before, and is not told again; nor is its failure taken for the end."""
    go_on_with_rollback(world)
    until(lambda: world.states()[STACK] == "UPDATE_ROLLBACK_IN_PROGRESS")
    found = recovery.diagnose(world.aws, STACK)
    assert found is not None
    operation = recovery.perform_step(world.aws, found, Step.WAIT, on_event=letting_go(world))
    statuses = [event.status for event in world.events if event.is_root]
    assert statuses == [
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]
    assert operation.state == "UPDATE_ROLLBACK_COMPLETE"


def letting_go(world: World) -> Callable[[Event], None]:
    """Let everything go on with the first event that is told."""
    world.events.clear()

    def on_event(event: Event) -> None:
        if not world.events:
            world.account.inject_faults()
        world.events.append(event)

    return on_event
