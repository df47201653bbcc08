"""What changes of a resource, by its change set and by both templates."""

from __future__ import annotations

from typing import Any

from stacks.cloudformation.changes import Change
from stacks.plan.comparison import Definitions, compare
from stacks.rendered.values import Later

TARGET = {"Attribute": "Properties", "Name": "MinCapacity"}


def certainty(before: Any, after: Any, source: str = "ParameterReference") -> str:
    """How certain a change is that the change set names, between these values in the templates."""
    details = (
        {"Target": TARGET, "Evaluation": "Dynamic", "ChangeSource": "DirectModification"},
        {"Target": TARGET, "Evaluation": "Static", "ChangeSource": source, "CausingEntity": "Min"},
    )
    change = Change(action="Modify", logical_id="It", type="AWS::X::Y", details=details)
    old, new = ({"Type": "AWS::X::Y", "Properties": {"MinCapacity": it}} for it in (before, after))
    return compare(change, Definitions(before=old, after=new), None).certainty


def test_a_parameter_with_the_value_of_a_text_changes_nothing() -> None:
    """CloudFormation names the property, because the template has another expression in it."""
    assert certainty(1, "1") == "none"
    assert certainty({"a": ["x"]}, {"a": ["x"]}) == "none"


def test_what_is_not_known_on_both_sides_is_not_proven() -> None:
    """Nor is it where CloudFormation fills something in later, differs, or has another reason."""
    later = Later("${Vpc}", is_open=True)
    assert certainty(later, later) == "unproven"
    assert certainty(1, 2) == "certain"
    assert certainty(1, 1, "DirectModification") == "unproven"
