"""Every state that CloudFormation knows for a stack, and how a deployment answers it.

The states: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Answer(StrEnum):
    """What a deployment does about a state before it plans."""

    CREATE = "create"
    """There is nothing (any more): the stack is created."""
    UPDATE = "update"
    """The stack is at rest, and can be changed."""
    WAIT = "wait"
    """Something is happening to it: wait until it has ended, then diagnose again."""
    RECREATE = "recreate"
    """It can only be deleted: delete it, then create it anew."""
    ROLL_BACK = "roll back"
    """An update failed with the rollback switched off: take it back."""
    REPEAT = "repeat"
    """An express update failed with the rollback switched off: only another one in that mode brings it to rest."""
    CONTINUE_ROLLBACK = "continue rollback"
    """A rollback failed: go on with it, without what cannot be rolled back where that is wanted."""
    REFUSE = "refuse"
    """CloudFormation offers no way on: say what is known."""


ANSWERS: Mapping[str, Answer] = {
    "CREATE_COMPLETE": Answer.UPDATE,
    "CREATE_FAILED": Answer.RECREATE,
    "CREATE_IN_PROGRESS": Answer.WAIT,
    "DELETE_COMPLETE": Answer.CREATE,
    "DELETE_FAILED": Answer.RECREATE,
    "DELETE_IN_PROGRESS": Answer.WAIT,
    "IMPORT_COMPLETE": Answer.UPDATE,
    "IMPORT_IN_PROGRESS": Answer.WAIT,
    "IMPORT_ROLLBACK_COMPLETE": Answer.UPDATE,
    "IMPORT_ROLLBACK_FAILED": Answer.REFUSE,
    "IMPORT_ROLLBACK_IN_PROGRESS": Answer.WAIT,
    "REVIEW_IN_PROGRESS": Answer.CREATE,
    "ROLLBACK_COMPLETE": Answer.RECREATE,
    "ROLLBACK_FAILED": Answer.RECREATE,
    "ROLLBACK_IN_PROGRESS": Answer.WAIT,
    "UPDATE_COMPLETE": Answer.UPDATE,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Answer.WAIT,
    "UPDATE_FAILED": Answer.ROLL_BACK,
    "UPDATE_IN_PROGRESS": Answer.WAIT,
    "UPDATE_ROLLBACK_COMPLETE": Answer.UPDATE,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Answer.WAIT,
    "UPDATE_ROLLBACK_FAILED": Answer.CONTINUE_ROLLBACK,
    "UPDATE_ROLLBACK_IN_PROGRESS": Answer.WAIT,
}


def answer_to(state: str, *, stranded: bool = False) -> Answer:
    """Return how a deployment answers this state; one that is not known yet is refused, or waited for by its ending.

    `stranded` is `Stack.is_stranded`.
    """
    if stranded:
        return Answer.REPEAT
    return ANSWERS.get(state, Answer.WAIT if state.endswith("_IN_PROGRESS") else Answer.REFUSE)
