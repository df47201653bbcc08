"""Operations on a stack, by its own events: when each began, how it ended, and which task definition it made.

AWS documents no limit for the events of a stack that exists; those of a deleted one are found by its id
(https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_missing_stack
from stacks.cloudformation.events import BEGINNINGS, Event, read_events
from stacks.cloudformation.failures import USER_INITIATED, first_cause
from templates.root import SERVICE_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.aws.session import Aws

DEFINITION = "AWS::ECS::TaskDefinition"
MADE = frozenset({"CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE"})
DESTROY = "destroy"
KINDS = {"CREATE": "create", "UPDATE": "update", "IMPORT": "import", "DELETE": DESTROY}
"""What an operation is called, by the beginning of the status with which it begins."""


class Outcome(StrEnum):
    """How a deployment ended."""

    RUNNING = "in progress"
    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled back"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation on the root stack. `ended` is None while it is under way; `state` is CloudFormation's last word.

    `definition` is the ARN of the task definition that it made, "" where it made none; `reason` why it did not succeed.
    `token` is what the caller has marked it with.
    """

    kind: str
    began: dt.datetime
    ended: dt.datetime | None
    state: str
    outcome: Outcome
    definition: str = ""
    reason: str = ""
    token: str = ""


def read_operations(aws: Aws, stack_id: str, count: int) -> list[Operation]:
    """Return the newest operations on a stack, the newest first. Raises botocore's ClientError."""
    groups = list(islice(grouped(read_events(aws, stack_id, ())), count))
    if not groups:
        return []
    oldest = groups[-1][0].time
    inner = [event for child in _service_stacks(groups) for event in _events_of(aws, child, oldest)]
    return [operation(group, inner) for group in groups]


def grouped(newest_first: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the events of one operation after the other, the newest operation first, and its events oldest first.

    A rollback that is gone on with belongs to the operation that is rolled back. What comes before the first operation,
    such as the review of a change set, belongs to none.
    """
    current: list[Event] = []
    for event in newest_first:
        current.append(event)
        if event.is_root and event.status in BEGINNINGS:
            yield current[::-1]
            current = []


def _service_stacks(groups: Iterable[list[Event]]) -> list[str]:
    """Return the ids of the nested stack of the service: another one, where it was deleted meanwhile."""
    events = (event for group in groups for event in group if event.logical_id == SERVICE_STACK)
    return list(dict.fromkeys(event.nested_stack_id for event in events if event.nested_stack_id))


def _events_of(aws: Aws, child: str, oldest: dt.datetime) -> Iterator[Event]:
    try:
        for event in read_events(aws, child, (SERVICE_STACK,)):
            if event.time < oldest:
                return
            yield event
    except ClientError as error:
        if not is_missing_stack(error):
            raise


def operation(events: list[Event], inner: list[Event]) -> Operation:
    """Return the operation of these events of the root, oldest first; `inner` are those of the service's stack."""
    first, roots = events[0], [event for event in events if event.is_root]
    last = roots[-1]
    ended = last.time if last.is_final else None
    within = [it for it in inner if first.time <= it.time and (ended is None or it.time <= ended)]
    outcome = _outcome(roots, last)
    cause = first_cause([*events, *within]) if outcome is not Outcome.SUCCEEDED else None
    return Operation(
        kind=KINDS[first.status.partition("_")[0]],
        began=first.time,
        ended=ended,
        state=last.status,
        outcome=outcome,
        definition=_definition(within),
        reason=f"{cause.path}: {cause.reason}" if cause is not None and cause.reason else "",
        token=first.token,
    )


def _definition(within: list[Event]) -> str:
    """Return the task definition that was made, which a rollback deletes again, and may name the one before."""
    made = [it for it in within if it.type == DEFINITION and it.status in MADE]
    return min(made, key=lambda it: it.time).physical_id if made else ""


def _outcome(roots: list[Event], last: Event) -> Outcome:
    if not last.is_final:
        return Outcome.RUNNING
    if any(_is_cancelled(event) for event in roots[1:]):
        return Outcome.CANCELLED
    if last.status.endswith("_FAILED"):
        return Outcome.FAILED
    if "ROLLBACK" in last.status:
        return Outcome.ROLLED_BACK
    return Outcome.SUCCEEDED


def _is_cancelled(event: Event) -> bool:
    """Whether somebody has asked for a rollback: CloudFormation says so where a call has cancelled the update."""
    return event.status.endswith("ROLLBACK_IN_PROGRESS") and event.reason == USER_INITIATED
