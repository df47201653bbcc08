"""What a string in a template can be once its intrinsic functions are resolved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.lint.spellings import UNKNOWN, spellings
from stacks.rendered.expressions import MOST

PARAMETERS = {"Stage": {"Type": "String", "Default": "prod"}, "Name": {"Type": "String"}}


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a", {"a"}),
        (["a", ["b"]], {"a", "b"}),
        ({"Ref": "Stage"}, {"prod"}),
        ({"Ref": "Name"}, {UNKNOWN}),
        ({"Ref": "AWS::Partition"}, {"aws"}),
        ({"Ref": "AWS::NoValue"}, set()),
        ({"Fn::If": ["Any", "a", {"Fn::If": ["Other", "b", "c"]}]}, {"a", "b", "c"}),
        ({"Fn::Sub": "${Stage}-${Name}-${!Kept}"}, {f"prod-{UNKNOWN}-${{Kept}}"}),
        ({"Fn::Sub": ["${It}${Stage}", {"It": {"Fn::If": ["Any", "a", "b"]}}]}, {"aprod", "bprod"}),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, {"Fn::GetAtt": ["X", "Arn"]}]]}, {f"a-prod-{UNKNOWN}"}),
        ({"Fn::ImportValue": "x"}, {UNKNOWN}),
        (None, {UNKNOWN}),
    ],
)
def test_intrinsic_functions_are_resolved_as_far_as_the_template_says(value: Any, texts: set[str]) -> None:
    """What only a deployment knows stays unknown, in its place."""
    assert spellings(value, PARAMETERS) == texts


def test_too_many_spellings_are_unknown() -> None:
    """A string of many conditions does not take forever."""
    either = {"Fn::If": ["Any", "a", "b"]}
    assert spellings({"Fn::Join": ["", [either] * 8]}, {}) != {UNKNOWN}
    assert spellings({"Fn::Join": ["", [either] * 100]}, {}) == {UNKNOWN}
    assert len(spellings({"Fn::Join": ["", [either] * 8]}, {})) <= MOST


FUNCTIONS = st.sampled_from(["Ref", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::GetAtt", "Key"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FUNCTIONS, inner, max_size=2),
    max_leaves=12,
)


@given(VALUES)
def test_no_value_breaks_it(value: Any) -> None:
    """Whatever stands in a template gives strings."""
    assert all(isinstance(text, str) for text in spellings(value, PARAMETERS))
