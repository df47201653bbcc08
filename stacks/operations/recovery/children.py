"""Nested stacks that block their root although it is at rest: changed by hand, or not deleted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.cloudformation.stack import DELETED, find_stack
from stacks.operations.follow import Operation, StackFollower
from stacks.operations.recovery.states import ANSWERS, Answer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.cloudformation.stack import Stack

IN_THE_WAY = {
    Answer.WAIT: Answer.WAIT,
    Answer.ROLL_BACK: Answer.REFUSE,
    Answer.CONTINUE_ROLLBACK: Answer.REFUSE,
}
"""Answers to a child's state where the root is at rest: CloudFormation rolls children back through their root only
(https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html)."""


def blocking_child(aws: Aws, root_id: str) -> tuple[Stack, Answer] | None:
    """Return the first child without whose recovery no update of the root succeeds, and what to do about it."""
    for child in _in(aws, root_id, IN_THE_WAY):
        return child, IN_THE_WAY[ANSWERS[child.state]]
    return None


def leftover_children(aws: Aws, root_id: str) -> tuple[Stack, ...]:
    """Return the children that an update was to delete, and could not: they are there and cost, and stop nothing."""
    return tuple(child for child in _in(aws, root_id, {Answer.RECREATE}) if child.state == "DELETE_FAILED")


def children_outside(aws: Aws, root_id: str, known: Collection[str]) -> tuple[Stack, ...]:
    """Return the nested stacks of this root that exist, but are none of its resources: their ids are not `known`.

    An update that cannot delete what was removed from a stack succeeds all the same, and forgets it.
    """
    answers = set(Answer) - {Answer.CREATE}
    return tuple(child for child in _in(aws, root_id, answers) if child.stack_id not in known)


def delete_children_outside(aws: Aws, stacks: Iterable[Stack], whole: Operation, on_event: OnEvent) -> Operation:
    """Delete these nested stacks after their root; its operation with theirs ends as the first that fails."""
    for child in stacks:
        following = StackFollower(aws, child.stack_id)
        aws.cloudformation.delete_stack(StackName=child.stack_id, ClientRequestToken=f"outside-{uuid.uuid4().hex}")
        done = following.follow(on_event)
        whole = Operation(state=done.state, events=(*whole.events, *done.events))
        if done.state != DELETED:
            break
    return whole


def _in(aws: Aws, root_id: str, answers: Collection[Answer]) -> list[Stack]:
    """Return the children whose state has one of these answers; none where the caller may not list stacks."""
    states = [state for state, answer in ANSWERS.items() if answer in answers]
    pages = aws.cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=states)  # type: ignore[arg-type]  # texts, and not literals
    try:
        listed = [found for page in pages for found in page["StackSummaries"] if found.get("RootId") == root_id]
    except ClientError as error:
        if not is_denied(error):
            raise
        return []
    return [child for found in listed if (child := find_stack(aws, found["StackId"]))]
