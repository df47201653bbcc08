"""What a deployment does with what was changed by hand: property by property."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.cloudformation.changes import Change
from stacks.cloudformation.drift import Difference, Drift, Drifted
from stacks.plan.drift_effects import DriftEffects, Effect, drift_effects
from stacks.rendered.values import Later
from tests.support.plan_trees import child, stack

KNOWN, LATER = Later("${Role.Arn}"), Later("${Role.Arn}", causes=("Iam/Role",))
WEB = {"Name": "web", "Image": "app:v1", "Cpu": 1}
SIDE = {"Name": "log", "Image": "log:v1"}


def updated(old: Any, new: Any, **more: Any) -> Change:
    """A resource that the deployment updates."""
    return Change(action="Modify", logical_id="R", type="T", replacement="False", old=old, new=new, **more)


def fate(change: Change | None, pointer: str, expected: Any, actual: Any) -> Effect:
    """What becomes of one property of `Ecs/R`."""
    found = Difference(pointer=tuple(pointer.split("/")), expected=expected, actual=actual)
    item = Drifted(path="Ecs/R", type="T", physical_id="r", deleted=False, differences=(found,))
    return judged(item, change).properties[0][1]


def judged(item: Drifted, change: Change | None) -> DriftEffects:
    """The verdict on one resource."""
    drift = Drift(environment="prod", stack_name="preto-2-prod", drifted=(item,), checked=1)
    (verdict,) = drift_effects(drift, stack("root", child("Ecs", *([change] if change else []))))
    return verdict


@pytest.mark.parametrize(
    ("old", "new", "pointer", "hand", "outcome", "planned"),
    [
        ({"A": 30}, {"A": 60}, "A", ("30", "7"), "overwritten", 60),
        ({"A": 30}, {"A": 30, "B": 1}, "A", ("30", "7"), "overwritten", 30),
        ({"A": 30}, {"A": 7}, "A", ("30", "7"), "same", 7),
        ({"A": True}, {"A": False}, "A", ("true", "false"), "same", False),
        ({"A": {"B": 1}}, {"A": {"B": 1}, "C": 1}, "A/D", (None, "2"), "overwritten", None),
        ({"A": [1]}, {"A": [1, 2]}, "A", (["1"], ["1", "2"]), "same", [1, 2]),
        ({"C": [WEB, SIDE]}, {"C": [SIDE, WEB]}, "C/0/Image", ("app:v1", "app:x"), "overwritten", "app:v1"),
        ({"C": [WEB]}, {"C": [WEB | {"Image": "app:x"}]}, "C/0/Image", ("app:v1", "app:x"), "same", "app:x"),
        ({"C": [WEB, SIDE]}, {"C": [WEB]}, "C/1/Image", ("log:v1", "x"), "overwritten", None),
        ({"C": [WEB]}, {"C": [WEB], "D": 1}, "C/1", (None, {"Name": "hand"}), "overwritten", None),
        ({"A": KNOWN}, {"A": KNOWN, "B": 1}, "A", ("arn:1", "arn:2"), "overwritten", "arn:1"),
        ({"A": LATER}, {"A": LATER}, "A", ("arn:1", "arn:2"), "unknown", "${Role.Arn}"),
        ({"A": 1, "B": 1}, {"B": 2}, "A", ("1", "2"), "unknown", None),
        ({"L": [{"X": 1}]}, {"L": [{"X": 1}, {"X": 2}]}, "L/0/X", ("1", "5"), "unknown", None),
        ({"L": [{"X": 1}, {"X": 2}]}, {"L": [{"X": 1}, {"X": 2}]}, "L/0/X", ("2", "5"), "unknown", None),
        (None, None, "A", ("30", "7"), "unknown", None),
    ],
    ids=[
        "set",
        "sent-along",
        "same",
        "same-as-text",
        "put-in-by-hand",
        "same-list",
        "element-moved",
        "same-in-element",
        "element-gone",
        "element-by-hand",
        "reference-stays",
        "reference-changes",
        "property-gone",
        "elements-without-names",
        "other-order",
        "templates-unknown",
    ],
)
def test_a_resource_that_is_updated_gets_its_whole_state(
    old: Any, new: Any, pointer: str, hand: tuple[Any, Any], outcome: str, planned: Any
) -> None:
    """What is in the new template is set, also where the templates agree; what cannot be told is not guessed."""
    found = fate(updated(old, new), pointer, *hand)
    assert (found.outcome, found.planned) == (outcome, planned)
    assert bool(found.reason) is (outcome == "unknown")


@pytest.mark.parametrize(
    ("change", "outcome", "certain"),
    [
        (None, "stays", True),
        (updated({"A": 1}, {"A": 1}, certainty="none"), "stays", True),
        (updated({"A": 1}, {"A": 3}, certainty="depends", causes=("Ecs/X",)), "overwritten", False),
        (updated({"A": 1}, {"A": 3}, certainty="unproven"), "overwritten", False),
        (updated({"A": 1}, {"A": 1}, details=({"Target": {"Attribute": "Metadata"}},)), "unknown", True),
        (Change(action="Remove", logical_id="R", type="T", policy="Delete"), "removed", True),
        (Change(action="Remove", logical_id="R", type="T", policy="Retain"), "stays", True),
    ],
    ids=["untouched", "proven-equal", "depends", "unproven", "only-metadata", "removed", "retained"],
)
def test_it_depends_on_whether_the_resource_is_updated(change: Change | None, outcome: str, certain: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What is not touched stays; what is updated only perhaps is overwritten only perhaps, and it is said why."""
    found = fate(change, "A", "1", "2")
    assert (found.outcome, found.certain) == (outcome, certain)
    if not certain:
        assert found.reason in {"if Ecs/X changes it", "not proven that the resource is updated"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (None, "stays"),
        (updated({}, {}), "unknown"),
        (Change(action="Modify", logical_id="R", type="T", replacement="True"), "overwritten"),
        (Change(action="Remove", logical_id="R", type="T"), "removed"),
    ],
    ids=["untouched", "updated", "replaced", "removed"],
)
def test_what_was_deleted_by_hand(change: Change | None, outcome: str) -> None:
    """It stays away, unless a new one is made; an update of what is not there is not predicted."""
    item = Drifted(path="Ecs/R", type="T", physical_id="r", deleted=True)
    whole = judged(item, change).whole
    assert whole is not None
    assert whole.outcome == outcome
