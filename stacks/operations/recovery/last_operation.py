"""The last operation on a stack, whether it has ended or not, by its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cloudformation.events import before_last_operation, newest_event_id
from stacks.operations.follow import Operation, StackFollower

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack

LONGEST = 60.0
"""Seconds for reading an operation that has ended; no more than moments are needed."""


def attach_follower(aws: Aws, stack_id: str) -> StackFollower:
    """Return a follower that reads the operation that is under way from its first event on."""
    return StackFollower(aws, stack_id, seen=before_last_operation(aws, stack_id))


def read_last_operation(aws: Aws, stack: Stack) -> Operation:
    """Return the last operation on a stack at rest, children included, with the changes that a failed rollback left.

    Without events where AWS has none any more. Raises UserError where something else has begun meanwhile, and does not
    end soon.
    """
    if not newest_event_id(aws, stack.stack_id):
        return Operation(state=stack.state, events=())
    begun = before_last_operation(aws, stack.stack_id, with_cause=True)
    return StackFollower(aws, stack.stack_id, seen=begun).follow(lambda _: None, longest=LONGEST)
