"""The longest way through things that wait for each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.estimate.critical_path import find_critical_path

SECONDS = st.floats(min_value=0, max_value=1000)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, set[str]]]:
    """Draw seconds for up to twelve names, each of which may need any that come before it."""
    seconds = draw(st.lists(SECONDS, min_size=1, max_size=12))
    names = [f"n{index}" for index in range(len(seconds))]
    needs = {name: draw(st.sets(st.sampled_from(names[:at]))) if at else set() for at, name in enumerate(names)}
    return dict(zip(names, seconds, strict=True)), needs


@given(graphs())
def test_it_is_at_least_the_longest_and_at_most_the_sum(graph: tuple[dict[str, float], dict[str, set[str]]]) -> None:
    """However things depend on each other."""
    seconds, needs = graph
    found = find_critical_path(seconds, needs)
    length = sum(seconds[name] for name in found)
    assert max(seconds.values()) <= length * (1 + 1e-9)
    assert length <= sum(seconds.values()) * (1 + 1e-9)


@given(graphs())
def test_each_on_the_path_needs_the_one_before(graph: tuple[dict[str, float], dict[str, set[str]]]) -> None:
    """And none that it needs ends later than that one."""
    seconds, needs = graph
    found = find_critical_path(seconds, needs)
    assert not needs[found[0]]
    assert all(before in needs[after] for before, after in pairwise(found))
    ends: dict[str, float] = {}
    for name in seconds:  # what it needs comes before it
        ends[name] = seconds[name] + max((ends[needed] for needed in needs[name]), default=0.0)
    assert sum(seconds[name] for name in found) == pytest.approx(max(ends.values()))


def test_the_longer_of_two_ways_counts() -> None:
    """`d` waits for `b` and `c`, which go side by side."""
    found = find_critical_path({"a": 1, "b": 2, "c": 5, "d": 1}, {"b": {"a"}, "c": {"a"}, "d": {"b", "c"}})
    assert found == ("a", "c", "d")


def test_what_takes_no_time_still_makes_wait() -> None:
    """A resource that does not change keeps its place between two that do."""
    found = find_critical_path({"a": 3, "c": 4}, {"b": {"a"}, "c": {"b"}})
    assert found == ("a", "b", "c")


def test_of_ways_of_the_same_length_the_one_with_more_on_it_counts() -> None:
    """So that there is a path also where all was too quick to be measured."""
    found = find_critical_path({"b": 0.0, "c": 0.0}, {"a": set(), "c": {"b"}})
    assert found == ("b", "c")


def test_nothing_takes_no_time() -> None:
    """An empty graph has an empty path."""
    assert find_critical_path({}, {}) == ()


def test_a_circle_is_refused() -> None:
    """Two that wait for each other never end."""
    with pytest.raises(ValueError, match="cycle"):
        find_critical_path({"a": 1, "b": 1}, {"a": {"b"}, "b": {"a"}})
