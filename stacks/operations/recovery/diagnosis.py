"""Diagnose a stack: its state, why it is in it, and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.failures import CASCADE
from stacks.cloudformation.stack import Stack, find_stack
from stacks.operations.failure import Failure, first_failure
from stacks.operations.recovery.children import blocking_child
from stacks.operations.recovery.last_operation import read_last_operation
from stacks.operations.recovery.states import Answer, answer_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import Event

READY = frozenset({Answer.CREATE, Answer.UPDATE})
"""Answers that need nothing before a plan is made."""
ROLLBACK_BEGINS = "UPDATE_ROLLBACK_IN_PROGRESS"


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A resource that could not be rolled back or deleted.

    `path` is `Ecs/Service` for one of the child `Ecs`. `skip` is its name for ContinueUpdateRollback, which wants the
    name of the nested stack itself: `preto-2-prod-Ecs-1ABC.Service`
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html).
    `stack_id` is the stack that holds it.
    """

    path: str
    logical_id: str
    type: str
    physical_id: str
    reason: str
    skip: str
    stack_id: str


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """A stack that cannot be changed as it is.

    `failure` is the first failure of the last operation, `stuck` what could not be rolled back or deleted by it; both
    are left empty while something is happening.
    """

    stack: Stack
    answer: Answer
    failure: Failure | None = None
    stuck: tuple[Stuck, ...] = ()


@translate_aws_errors()
def diagnose(aws: Aws, stack_name: str) -> Diagnosis | None:
    """Return what has to be done before this stack can be planned; None where it is absent or can be changed at once.

    It may be about a nested stack that blocks updates while its root is at rest.
    """
    stack = find_stack(aws, stack_name)
    if stack is None:
        return None
    found = stack, answer_to(stack.state, stranded=stack.is_stranded)
    if found[1] in READY:
        if stack.under_review or (child := blocking_child(aws, stack.stack_id)) is None:
            return None
        found = child
    return _explained(aws, *found)


def _explained(aws: Aws, stack: Stack, answered: Answer) -> Diagnosis:
    if answered is Answer.WAIT:
        return Diagnosis(stack=stack, answer=answered)
    events = read_last_operation(aws, stack).events
    return Diagnosis(
        stack=stack,
        answer=answered,
        failure=first_failure(events),
        stuck=stuck_resources(stack, events),
    )


def stuck_resources(stack: Stack, events: Sequence[Event]) -> tuple[Stuck, ...]:
    """Return the resources that failed in the rollback or the deletion with which these events end, in all stacks.

    What failed in the update itself, or was cancelled there or in its rollback because something else had failed, may
    not be skipped when its rollback goes on: "only resources that are in the UPDATE_FAILED state because a rollback
    failed" (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html).
    """
    status = {"UPDATE_ROLLBACK_FAILED": "UPDATE_FAILED", "DELETE_FAILED": "DELETE_FAILED"}.get(stack.state)
    stack_ids = {(): stack.stack_id} | {
        (*event.stack, event.logical_id): event.nested_stack_id for event in events if event.nested_stack_id
    }
    last: dict[str, Event] = {}
    for path in sorted(stack_ids):
        own = [event for event in events if event.stack == path]
        last |= {event.path: event for event in _since_rollback(own) if not event.is_stack}
    return tuple(
        _stuck(event, stack_ids[event.stack])
        for event in last.values()
        if event.status == status and not event.nested_stack_id and not _was_cancelled(event)
    )


def _was_cancelled(event: Event) -> bool:
    return event.status == "UPDATE_FAILED" and event.reason.startswith(CASCADE)


def _since_rollback(events: Iterable[Event]) -> list[Event]:
    """Return one stack's events since its last rollback has begun; all of them where there was none."""
    found: list[Event] = []
    for event in events:
        found = [] if event.is_stack and event.status == ROLLBACK_BEGINS else [*found, event]
    return found


def _stuck(event: Event, stack_id: str) -> Stuck:
    name = stack_id.split("/")[1]
    return Stuck(
        path=event.path,
        logical_id=event.logical_id,
        type=event.type,
        physical_id=event.physical_id,
        reason=event.reason,
        skip=f"{name}.{event.logical_id}" if event.stack else event.logical_id,
        stack_id=stack_id,
    )
