"""What an expression can be, and to what it refers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.rendered.expressions import MOST, Reference, atoms, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "*"
KNOWN = {"Stage": ("prod",), "AWS::Partition": ("aws",), "AWS::NoValue": ()}


def spelt(value: Any) -> set[str]:
    """All texts of a value where some references are known."""

    def of(reference: Reference) -> Iterator[str]:
        yield from KNOWN.get(reference.name, (UNKNOWN,))

    return {*texts(value, of, UNKNOWN)}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a", {"a"}),
        (["a", ["b"]], {"a", "b"}),
        ({"Ref": "Stage"}, {"prod"}),
        ({"Ref": "Name"}, {UNKNOWN}),
        ({"Ref": "AWS::Partition"}, {"aws"}),
        ({"Ref": "AWS::NoValue"}, set()),
        ({"Fn::If": ["Any", "a", {"Fn::If": ["Other", "b", "c"]}]}, {"a", "b", "c"}),
        ({"Fn::Sub": "${Stage}-${Name}-${!Kept}"}, {"prod-*-${Kept}"}),
        ({"Fn::Sub": ["${It}${Stage}", {"It": {"Fn::If": ["Any", "a", "b"]}}]}, {"aprod", "bprod"}),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, {"Fn::GetAtt": ["X", "Arn"]}]]}, {"a-prod-*"}),
        ({"Fn::ImportValue": "x"}, {UNKNOWN}),
        (None, {UNKNOWN}),
    ],
)
def test_functions_are_resolved_as_far_as_their_references_are_known(value: Any, found: set[str]) -> None:
    """What only a deployment knows stays unknown, in its place."""
    assert spelt(value) == found


def test_too_many_texts_are_unknown() -> None:
    """A text of many conditions does not take forever."""
    either = {"Fn::If": ["Any", "a", "b"]}
    assert len(spelt({"Fn::Join": ["", [either] * 6]})) == MOST
    assert spelt({"Fn::Join": ["", [either] * 7]}) == {UNKNOWN}
    assert spelt({"Fn::Join": ["", [either] * 100]}) == {UNKNOWN}


def test_a_list_on_its_way_into_another_stack_is_a_list() -> None:
    """Joined by commas it is a parameter's text there."""
    assert spelt({"Fn::Join": [",", ["a", {"Ref": "Stage"}]]}) == {"a", "prod"}


def test_references_are_found_however_deep() -> None:
    """In their order, with the texts between them; of an `Fn::Sub` only the variables that it uses, and no literals."""
    value = {"A": [{"Fn::Sub": ["${X}-${B.Arn}-${!C}", {"X": {"Ref": "D"}, "Y": {"Ref": "E"}}]}], "F": {"Ref": "G"}}
    assert [*atoms(value)] == [Reference("D"), "-", Reference("B", "Arn"), "-", "${C}", Reference("G")]


FUNCTIONS = st.sampled_from(["Ref", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::GetAtt", "Key"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FUNCTIONS, inner, max_size=2),
    max_leaves=12,
)


@given(VALUES)
def test_no_value_breaks_it(value: Any) -> None:
    """Whatever stands in a template gives texts and references."""
    assert all(isinstance(text, str) for text in spelt(value))
    assert all(isinstance(atom, (str, Reference)) for atom in atoms(value))
