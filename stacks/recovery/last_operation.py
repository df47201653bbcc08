"""The last operation on a stack, whether it has ended or not, by its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import events
from stacks.watch import Operation, Watch

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.deployed import Deployed

LONGEST = 60.0
"""Seconds for reading an operation that has ended; no more than moments are needed."""
BEGINNINGS = frozenset({"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
"""States of a stack with which an operation begins; a rollback belongs to what is rolled back."""


def attach(aws: Aws, stack_id: str) -> Watch:
    """A watch that reads the last operation from its first event on."""
    return Watch(aws, stack_id, seen=_before_last_operation(aws, stack_id))


def read(aws: Aws, stack: Deployed) -> Operation:
    """The last operation on a stack that is at rest, children included; without events where AWS has none any more.

    Raises UserError where something else has begun meanwhile, and does not end soon.
    """
    if not events.newest(aws, stack.stack_id):
        return Operation(state=stack.state, events=())
    return attach(aws, stack.stack_id).follow(lambda _: None, longest=LONGEST)


def _before_last_operation(aws: Aws, stack_id: str) -> str:
    """The id of the last event before it; "" where there was none."""
    begun = False
    for page in aws.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for item in page["StackEvents"]:
            if begun:
                return item["EventId"]
            begun = item.get("PhysicalResourceId") == stack_id and item.get("ResourceStatus", "") in BEGINNINGS
    return ""
