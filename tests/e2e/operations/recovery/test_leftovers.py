"""What interrupted commands leave behind, and deployments that come in between."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.operations import recovery
from tests.support.clouds import until

if TYPE_CHECKING:
    from tests.support.world import World

STACK = "preto-2-prod"
AT_ONCE = dt.timedelta(0)


def test_what_an_interrupted_plan_left_behind_goes(world: World) -> None:
    """The change set, the nested ones, and the stack that was there for them only."""
    world.plan()
    assert world.states()[STACK] == "REVIEW_IN_PROGRESS"
    recovery.clear_leftovers(world.aws, STACK, emit=world.said.append, old=AT_ONCE)
    assert "interrupted command has left behind: plan-" in world.said[-1]
    assert set(world.states()) == {"preto-2-bootstrap"}


def test_a_stack_that_was_only_planned_is_created(world: World) -> None:
    """REVIEW_IN_PROGRESS is no obstacle, whoever has left it behind."""
    world.plan()
    assert recovery.diagnose(world.aws, STACK) is None
    assert world.deploy().state == "CREATE_COMPLETE"


def test_a_deployed_stack_stays_as_it_is(world: World) -> None:
    """Only its change set goes."""
    world.deploy()
    world.plan(network={"idle_timeout": 301})
    recovery.clear_leftovers(world.aws, STACK, emit=world.said.append, old=AT_ONCE)
    assert world.states()[STACK] == "CREATE_COMPLETE"
    assert world.change_sets() == []


def test_what_is_young_is_told_and_stays(world: World) -> None:
    """Somebody may be deciding about it."""
    world.plan()
    recovery.clear_leftovers(world.aws, STACK, emit=world.said.append)
    assert world.said[-1].startswith(f"Another plan of {STACK} is there since")
    assert any(name.startswith("plan-") for name in world.change_sets())


def test_change_sets_of_other_names_are_left_alone(world: World) -> None:
    """Saved plans, and what others have made."""
    world.deploy()
    world.aws.cloudformation.create_change_set(
        StackName=STACK,
        ChangeSetName="saved-1",
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "AutoscalingMaxCapacity", "ParameterValue": "5"},
            {"ParameterKey": "AvailabilityZones", "UsePreviousValue": True},
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    recovery.clear_leftovers(world.aws, STACK, emit=world.said.append, old=AT_ONCE)
    listed = world.aws.cloudformation.list_change_sets(StackName=STACK)["Summaries"]
    assert "saved-1" in {item["ChangeSetName"] for item in listed}


def test_a_stack_that_is_not_there_has_none(world: World) -> None:
    """Nothing is said."""
    said = len(world.said)
    recovery.clear_leftovers(world.aws, STACK, emit=world.said.append, old=AT_ONCE)
    assert len(world.said) == said


def test_a_deployment_in_between_wins(world: World) -> None:
    """The second plan is refused, nothing of it is executed, and no change set stays."""
    world.deploy()
    first = world.plan(network={"idle_timeout": 301})
    second = world.plan(network={"idle_timeout": 302})
    assert world.execute(first).succeeded
    with pytest.raises(UserError, match="another deployment has come between the plan and its execution") as error:
        world.execute(second)
    assert "its state is UPDATE_COMPLETE" in error.value.why
    assert error.value.then.startswith("Nothing of this plan was executed")
    assert world.change_sets() == []
    assert world.states()[STACK] == "UPDATE_COMPLETE"


def test_a_deployment_that_is_under_way_is_not_disturbed(world: World) -> None:
    """The later one is told which state the stack is in; the earlier one ends as it would have."""
    world.deploy()
    first = world.plan(network={"idle_timeout": 301})
    second = world.plan(network={"idle_timeout": 302})
    assert first.change_set is not None
    world.account.inject_faults({"step": "update", "resource": "LoadBalancer"})
    world.aws.cloudformation.execute_change_set(ChangeSetName=first.change_set.change_set_id)
    until(lambda: world.states()[STACK] == "UPDATE_IN_PROGRESS")
    with pytest.raises(UserError, match="its state is UPDATE_IN_PROGRESS"):
        world.execute(second)
    world.account.inject_faults()
    until(lambda: world.states()[STACK] == "UPDATE_COMPLETE")
