"""A plan as a comment on a pull request."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.cloudformation.changes import PropertyChange
from stacks.views import plan as view
from tests.unit.stacks.views.plans import examples

if TYPE_CHECKING:
    from stacks.plan import Plan

GITHUB = 65_536


def test_what_counts_is_read_without_unfolding() -> None:
    """The counts, how long it takes, and what is replaced and what that means stand before the fold."""
    before, _, folded = view.markdown(examples.new_image()).partition("<details>")
    assert "**Plan: 0 to add, 1 to change, 1 to replace, 0 to destroy.**" in before
    assert "About 1 min 20 s (Service 71 s; from 12 earlier deployments)" in before
    assert "| `Ecs/TaskDefinition` | replace | new revision" in before
    assert "ContainerDefinitions[web].Image" in folded
    assert "Autoscaling" in folded


def test_a_large_plan_is_cut_with_a_count() -> None:
    """It fits into a comment, and says how many changes it does not show."""
    text = view.markdown(examples.large(children=40, resources=100))
    assert len(text) < GITHUB
    assert "**Plan: 0 to add, 4000 to change" in text
    shown = len(re.findall(r"^! ~ ", text, re.MULTILINE))
    left = re.search(r"\.\.\. and (\d+) more of 4000", text)
    assert left is not None
    assert shown + int(left[1]) == 4000
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


@settings(max_examples=30, deadline=None)
@given(
    children=st.integers(1, 60),
    resources=st.integers(1, 60),
    value=st.sampled_from(["v", "```", "x" * 5_000, "한" * 2_000]),
    note=st.sampled_from(["", "n" * 100_000]),
)
def test_no_plan_is_too_long(children: int, resources: int, value: str, note: str) -> None:
    """Whatever the number of changes, and the size of values and notes; folds and fences are closed."""
    one = PropertyChange(path="P", before=value, after=f"{value}!")
    changed = [
        examples.change("Modify", f"R{number}", replacement="True", properties=(one,)) for number in range(resources)
    ]
    plan = examples.plan(*(examples.nested(f"C{number}", *changed) for number in range(children)), notes=(note,))
    text = view.markdown(plan)
    assert len(text) < GITHUB
    assert text.count("<details>") == text.count("</details>")
    assert len(re.findall(r"^```", text, re.MULTILINE)) % 2 == 0


@pytest.mark.parametrize("plan", [replace(examples.plan(), change_set=None)])
def test_no_changes_are_one_line(plan: Plan) -> None:
    """And no fold."""
    text = view.markdown(plan)
    assert "**No changes. preto-2-prod is what the settings say.**" in text
    assert "<details>" not in text


def test_what_was_changed_by_hand_is_in_it() -> None:
    """With what the deployment would do about it."""
    text = view.markdown(examples.everything())
    assert "this deployment would overwrite" in text
    assert "`To deploy this: --allow-replace Ecr/Repository --allow-replace Gone/Bucket`" in text
