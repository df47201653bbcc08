"""Where two sets of properties differ."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stacks.plan.differences import differences
from stacks.rendered.values import equal

SCALARS = st.one_of(st.booleans(), st.integers(-5, 5), st.text("abc", max_size=3))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(st.sampled_from(["One", "Two", "Three"]), JSON, max_size=3)


def paths(before: Any, after: Any) -> list[str]:
    """Where they differ."""
    return [item.path for item in differences(before, after)]


@given(before=PROPERTIES, after=PROPERTIES)
def test_no_difference_is_lost_and_none_invented(before: dict[str, Any], after: dict[str, Any]) -> None:
    """There are differences exactly where the values are not equal."""
    assert (paths(before, after) == []) == (equal(before, after) is True)
    assert paths(before, before) == []


def test_elements_are_found_by_their_name() -> None:
    """Containers, variables and tags are called by name, wherever they stand in their list."""
    variables = [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}]
    before = {"ContainerDefinitions": [{"Name": "web", "Image": "x", "Environment": variables}]}
    after = {"ContainerDefinitions": [{"Name": "web", "Image": "y", "Environment": [variables[1]]}]}
    assert paths(before, after) == ["ContainerDefinitions[web].Image", "ContainerDefinitions[web].Environment[A]"]
    assert paths({"Tags": [{"Key": "k", "Value": 1}]}, {"Tags": [{"Key": "k", "Value": 2}]}) == ["Tags[k]"]


def test_other_lists_are_compared_by_position_or_as_a_whole() -> None:
    """Objects without names by position; lists of another length, or of plain values, are one value."""
    assert paths({"R": [{"P": 1}, {"P": 2}]}, {"R": [{"P": 1}, {"P": 3}]}) == ["R[1].P"]
    assert paths({"R": [{"P": 1}]}, {"R": [{"P": 1}, {"P": 3}]}) == ["R"]
    assert paths({"S": ["a", "b"]}, {"S": ["a", "c"]}) == ["S"]
