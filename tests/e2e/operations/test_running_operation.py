"""Following the operation that runs: it is told from its first event on, also when it ends at that very moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.operations.deploy import Deployment
from stacks.operations.destroy import Destroyed
from stacks.operations.running_operation import find_followed_stack, follow_operation
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.cloudformation.events import Event
    from tests.support.world import World


def last(world: World) -> tuple[Deployment | Destroyed, list[Event]]:
    """Attach to the last operation, and give its report and its events."""
    events: list[Event] = []
    stack = find_followed_stack(world.aws, settings())
    return follow_operation(world.aws, stack, settings=settings(), on_event=events.append), events


def test_a_creation_is_told_from_its_beginning(world: World) -> None:
    """All events of the tree, as whoever started it has seen them; the plan before it is no part of it."""
    world.deploy()
    done, events = last(world)
    assert isinstance(done, Deployment)
    assert done.succeeded
    assert {event.id for event in events} == {event.id for event in world.events}
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert events[0].status == "CREATE_IN_PROGRESS"
    assert done.counts == {"add": 30, "change": 0, "replace": 0, "remove": 0, "import": 0}
    assert done.push


def test_an_update_is_told_without_what_was_before_it(world: World) -> None:
    """Seven resources come with the first image, and none is told of those that were there."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    done, events = last(world)
    assert isinstance(done, Deployment)
    assert done.counts["add"] == 7
    assert sum(done.counts.values()) == 7
    assert {event.id for event in events} == {event.id for event in world.events}


def test_a_rollback_is_a_failure_with_its_cause(world: World) -> None:
    """The operation is the update and what takes it back."""
    world.deploy()
    world.execute(world.plan(iam={"github_actions_role_name": "nobody"}))
    done, events = last(world)
    assert not done.succeeded
    assert done.state == "UPDATE_ROLLBACK_COMPLETE"
    assert done.failure is not None
    assert done.failure.path == "Iam/GitHubActionsPolicy"
    assert events[0].status == "UPDATE_IN_PROGRESS"


def test_a_deletion_is_told_with_what_stays(world: World) -> None:
    """As `destroy` tells it."""
    world.deploy()
    stack = find_followed_stack(world.aws, settings())
    destroyed = world.destroy()
    done = follow_operation(world.aws, stack, settings=settings(), on_event=lambda _: None)
    assert isinstance(done, Destroyed)
    assert (done.succeeded, done.state) == (True, "DELETE_COMPLETE")
    assert done.retained == destroyed.retained
    assert [held.path for held in done.retained] == ["Ecr/Repository"]
