"""Every state that a stack can be in has an answer, in code and in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from botocore.session import get_session

from stacks.cloudformation.stack import CHANGEABLE, REVIEW_IN_PROGRESS
from stacks.operations.recovery import ANSWERS, Answer
from stacks.operations.recovery.states import answer_to

STATES = get_session().get_service_model("cloudformation").shape_for("StackStatus").enum  # type: ignore[attr-defined]  # a string's shape has it
GUIDE = Path(__file__).parents[5] / "docs" / "guides" / "recover.md"


def test_each_state_of_cloudformation_has_an_answer() -> None:
    """All that botocore knows, and none besides."""
    assert set(ANSWERS) == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_what_is_in_progress_is_waited_for_and_what_can_be_updated_is(state: str) -> None:
    """But for a stack that was never created, which is in progress by name only."""
    assert (answer_to(state) is Answer.WAIT) == (state.endswith("_IN_PROGRESS") and state != REVIEW_IN_PROGRESS)
    assert (answer_to(state) is Answer.UPDATE) == (state in CHANGEABLE)


def test_a_state_that_is_not_known_yet_is_not_touched() -> None:
    """It is waited for where its name says so, and refused otherwise."""
    assert answer_to("REFACTOR_IN_PROGRESS") is Answer.WAIT
    assert answer_to("REFACTOR_FAILED") is Answer.REFUSE


def test_the_guide_names_each_state_once() -> None:
    """With what `plan`, `deploy` and `destroy` do."""
    section = GUIDE.read_text().partition("## States")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    named = [state for row in rows for state in re.findall(r"`([A-Z_]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(STATES)
    assert {row.count("|") for row in rows} == {5}
