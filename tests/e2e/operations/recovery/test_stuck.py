"""What may be skipped when a failed rollback goes on: exactly that, in the words that CloudFormation wants."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.cloudformation.events import Event
from stacks.cloudformation.stack import find_stack
from stacks.operations import recovery
from stacks.operations.recovery import Answer, Step
from stacks.operations.recovery.diagnosis import stuck_resources

if TYPE_CHECKING:
    from stacks.operations.recovery import Diagnosis
    from tests.support.world import World

STACK = "preto-2-prod"
TIMEOUT = {"idle_timeout": 301}
FORWARD = {"step": "update", "resource": "LoadBalancer", "reason": "no luck"}
BACK = {"step": "revert", "resource": "LoadBalancer", "reason": "none on the way back"}


def diagnosed(world: World) -> Diagnosis:
    """What is the matter with the environment's stack."""
    found = recovery.diagnose(world.aws, STACK)
    assert found is not None
    return found


def rollback_failed(world: World) -> Diagnosis:
    """Let an update of the child Network fail, and its rollback, too."""
    world.deploy()
    world.account.inject_faults(FORWARD, BACK)
    assert world.execute(world.plan(network=TIMEOUT)).state == "UPDATE_ROLLBACK_FAILED"
    return diagnosed(world)


def test_a_resource_of_a_child_is_named_by_the_childs_own_name(world: World) -> None:
    """People read the path; CloudFormation gets the nested stack's name, which is not its logical id."""
    found = rollback_failed(world)
    (left,) = found.stuck
    name = next(name for name in world.states() if name.startswith(f"{STACK}-Network-"))
    assert found.answer is Answer.CONTINUE_ROLLBACK
    assert (left.path, left.skip) == ("Network/LoadBalancer", f"{name}.LoadBalancer")
    assert left.reason == "none on the way back"
    assert found.failure is not None
    assert found.failure.reason == "no luck"


def test_skipping_brings_the_tree_to_rest(world: World) -> None:
    """Root and child, although the resource still fails."""
    found = rollback_failed(world)
    assert recovery.perform_step(world.aws, found, Step.SKIP, on_event=world.events.append).state == (
        "UPDATE_ROLLBACK_COMPLETE"
    )
    name = next(name for name in world.states() if name.startswith(f"{STACK}-Network-"))
    assert world.states()[name] == "UPDATE_ROLLBACK_COMPLETE"


def test_what_failed_or_was_cancelled_in_the_update_is_not_skipped(world: World) -> None:
    """CloudFormation refuses that. At any depth a stack's own rollback counts, even if it began before its root's."""
    events = [
        event("", "UPDATE_IN_PROGRESS"),
        event("A", "UPDATE_IN_PROGRESS", nested=True),
        event("A/B", "UPDATE_IN_PROGRESS", nested=True),
        event("A/B/Bad", "UPDATE_FAILED"),
        event("A/B/Cancelled", "UPDATE_FAILED"),
        event("A/B", "UPDATE_ROLLBACK_IN_PROGRESS", own=True),
        event("A/B/Stuck", "UPDATE_FAILED"),
        event("A/B/Beside", "UPDATE_FAILED", reason="Resource update cancelled"),
        event("Other", "UPDATE_FAILED"),
        event("", "UPDATE_ROLLBACK_IN_PROGRESS"),
        event("A/B", "UPDATE_FAILED", nested=True),
        event("", "UPDATE_ROLLBACK_FAILED"),
    ]
    world.deploy()
    root = find_stack(world.aws, STACK)
    assert root is not None
    failed = replace(root, stack_id=arn(""), state="UPDATE_ROLLBACK_FAILED")
    assert [(found.path, found.skip) for found in stuck_resources(failed, events)] == [("A/B/Stuck", "name-A-B.Stuck")]


def arn(path: str) -> str:
    """The id of the stack at this path."""
    return f"arn:aws:cloudformation:ap-northeast-2:123456789012:stack/name-{path.replace('/', '-')}/1"


def event(path: str, status: str, *, nested: bool = False, own: bool = False, reason: str = "") -> Event:
    """An event of what is at this path: of a nested stack as its parent tells it, or as it tells its own."""
    stack, _, logical_id = path.rpartition("/")
    is_stack = own or not path
    return Event(
        id="1",
        time=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        stack=tuple((path if is_stack else stack).split("/")) if (path if is_stack else stack) else (),
        logical_id="name" if is_stack else logical_id,
        type="AWS::CloudFormation::Stack" if nested or is_stack else "AWS::ECS::Service",
        physical_id=arn(path) if nested or is_stack else logical_id,
        status=status,
        reason=reason,
        is_stack=is_stack,
    )


def test_a_retry_that_fails_again_leaves_the_same_in_the_way(world: World) -> None:
    """The attempts before the last one do not count twice."""
    first = rollback_failed(world)
    assert recovery.perform_step(world.aws, first, Step.RETRY, on_event=world.events.append).state == (
        "UPDATE_ROLLBACK_FAILED"
    )
    assert diagnosed(world).stuck == first.stuck


def test_nothing_is_the_matter_with_a_stack_at_rest(world: World) -> None:
    """Nor with one that is not there."""
    assert recovery.diagnose(world.aws, STACK) is None
    world.deploy()
    assert recovery.diagnose(world.aws, STACK) is None
