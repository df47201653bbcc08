"""Nested stacks that block their root although it is at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.operations import recovery
from stacks.operations.recovery import Answer, Step
from tests.support import faults
from tests.support.clouds import until

if TYPE_CHECKING:
    from tests.support.world import World

STACK = "preto-2-prod"


def child(world: World, logical_id: str) -> str:
    """The name of the child."""
    return next(name for name in world.states() if name.startswith(f"{STACK}-{logical_id}-"))


def update_by_itself(world: World, logical_id: str, *injected: dict[str, str], without_rollback: bool = False) -> str:
    """Update a child past its root, and give its name."""
    name = child(world, logical_id)
    world.account.inject_faults(*injected)
    described = world.aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    world.aws.cloudformation.update_stack(
        StackName=name,
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": it["ParameterKey"], "UsePreviousValue": True} for it in described.get("Parameters", [])
        ],
        Tags=[{"Key": "touched", "Value": "by hand"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        DisableRollback=without_rollback,
    )
    return name


def test_a_child_that_is_being_changed_is_waited_for(world: World) -> None:
    """An update of the root would fail meanwhile."""
    world.deploy()
    name = update_by_itself(world, "Network", {"step": "update", "resource": "LoadBalancer"})
    until(lambda: world.states()[name] == "UPDATE_IN_PROGRESS")
    found = recovery.diagnose(world.aws, STACK)
    assert found is not None
    assert (found.stack.name, found.answer) == (name, Answer.WAIT)
    ended = recovery.perform_step(world.aws, found, Step.WAIT, on_event=lambda _: world.account.inject_faults())
    assert ended.state == "UPDATE_COMPLETE"
    assert recovery.diagnose(world.aws, STACK) is None


def test_a_child_that_somebody_has_broken_is_named(world: World) -> None:
    """With what failed in it; nothing is tried."""
    world.deploy()
    failing = {"step": "update", "resource": "LoadBalancer", "reason": "no luck"}
    name = update_by_itself(world, "Network", failing, without_rollback=True)
    until(lambda: world.states()[name] == "UPDATE_FAILED")
    found = recovery.diagnose(world.aws, STACK)
    assert found is not None
    assert (found.stack.name, found.answer) == (name, Answer.REFUSE)
    assert found.failure is not None
    assert (found.failure.path, found.failure.reason) == ("LoadBalancer", "no luck")


def test_a_child_that_did_not_go_is_told(world: World) -> None:
    """It stops nothing, and how it is deleted is said each time."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    name = child(world, "Autoscaling")
    world.account.inject_faults({"step": "delete", "resource": "ScalableTarget", "reason": "in use"})
    world.deploy(image_tag="v1", autoscaling={"enabled": False})
    assert world.states()[name] == "DELETE_FAILED"
    assert recovery.diagnose(world.aws, STACK) is None
    recovery.clear_leftovers(world.aws, STACK, emit=world.said.append)
    assert world.said[-1].startswith(f"{name} was to go, and could not be deleted")


def test_a_caller_who_may_not_list_stacks_can_deploy_all_the_same(world: World) -> None:
    """Looking at children is a service, and no condition."""
    world.deploy()
    denied = (403, faults.refusal("AccessDenied", "not authorized to perform: cloudformation:ListStacks"))
    with world.behind(lambda action: denied if action == "ListStacks" else None) as there:
        assert recovery.diagnose(there.aws, STACK) is None
        recovery.clear_leftovers(there.aws, STACK, emit=there.said.append)
