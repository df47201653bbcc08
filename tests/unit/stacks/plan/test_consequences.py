"""What a plan says of a service that changes: how it is replaced, and on which capacity."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.cloudformation.changes import Change
from stacks.plan.comparison import Definitions
from stacks.plan.consequences import consequence_of
from tests.support.templates import properties, tree

BESIDE = "new tasks beside the old ones"


def said(before: dict[str, Any], after: dict[str, Any]) -> str:
    """The words for a service with these settings of `[ecs]` before and after."""
    sides = [
        {"Properties": properties(tree(ecs=ecs)["Ecs"], "Service") | {"DesiredCount": 2}} for ecs in (before, after)
    ]
    change = Change(action="Modify", logical_id="Service", type="AWS::ECS::Service")
    return consequence_of(change, Definitions(before=sides[0], after=sides[1]))


@pytest.mark.parametrize(
    ("deployment", "words"),
    [
        ({}, "rolling update, 2 tasks, circuit breaker on"),
        ({"bake_minutes": 5}, "rolling update, 2 tasks, circuit breaker on, 5 min to go back"),
        ({"strategy": "blue_green"}, f"blue/green: {BESIDE}, 2 tasks, 15 min to go back"),
        (
            {"strategy": "linear", "step_percent": 20},
            f"linear: {BESIDE}, 2 tasks, 20 % of the requests every 6 min, 15 min to go back",
        ),
        (
            {"strategy": "canary"},
            f"canary: {BESIDE}, 2 tasks, 5 % of the requests 10 min before the rest, 15 min to go back",
        ),
    ],
)
def test_how_a_service_moves_to_what_is_new(deployment: dict[str, Any], words: str) -> None:
    """The strategy, the tasks, the steps and the time in which it can be taken back."""
    assert said({}, {"deployment": deployment}) == words


def test_spot_is_said_where_it_begins_and_ends() -> None:
    """And not where it stays."""
    assert said({}, {"spot": {}}).endswith(", new tasks may run on Spot")
    assert said({"spot": {}}, {}).endswith(", no new tasks on Spot")
    assert "Spot" not in said({"spot": {}}, {"spot": {"weight": 2}})
