"""Events: what CloudFormation says has happened to a stack and its resources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.consistency import retry_while_empty
from stacks.aws.errors import ClientError, is_missing_stack
from stacks.aws.polling import poll
from stacks.cloudformation.stack import LATE_SECONDS
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation.type_defs import StackEventTypeDef

    from stacks.aws.session import Aws


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of one stack; `stack` is the way to it from the root, in logical ids: () is the root itself.

    `is_stack`: it is about the stack itself, and no resource of it. `physical_id` and `reason` may be "", and so may
    `token`, with which the caller has marked the operation.
    """

    id: str
    time: dt.datetime
    stack: tuple[str, ...]
    logical_id: str
    type: str
    physical_id: str
    status: str
    reason: str
    is_stack: bool
    token: str = ""

    @property
    def path(self) -> str:
        """`Network/LoadBalancer` for a resource of a child, the stack's name for the root itself."""
        return "/".join(self.stack if self.is_stack and self.stack else (*self.stack, self.logical_id))

    @property
    def is_root(self) -> bool:
        """Whether it is about the root stack itself."""
        return self.is_stack and not self.stack

    @property
    def is_final(self) -> bool:
        """Whether its subject has come to rest."""
        return not self.status.endswith("_IN_PROGRESS")

    @property
    def nested_stack_id(self) -> str:
        """The id of the nested stack that it is about, seen from its parent; "" for anything else."""
        return self.physical_id if self.type == NESTED_STACK and not self.is_stack else ""


OnEvent = Callable[[Event], None]
BEGINNINGS = frozenset({"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
"""States of a stack with which an operation begins; a rollback belongs to what is rolled back."""


def newest_event_id(aws: Aws, stack_id: str) -> str:
    """Return the id of the last event until now; "" if there is none.

    Every stack has events; if an empty page were believed, an earlier operation would be reported as a new one. A
    stack that has just come into being may not be known everywhere yet.
    """
    for _ in poll(LATE_SECONDS, f"the events of {stack_id}"):
        try:
            found = retry_while_empty(
                lambda: aws.cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
            )
            break
        except ClientError as error:
            if not is_missing_stack(error):
                raise
    else:
        return ""
    return found[0]["EventId"] if found else ""


def before_last_operation(aws: Aws, stack_id: str, *, with_cause: bool = False) -> str:
    """Return the id of the last event before the operation that is under way, or ended last; "" where there was none.

    A rollback that is gone on with after it had failed is an operation of its own, unless it is wanted `with_cause`:
    then it begins with the update that failed.
    """
    within = begun = False
    for page in aws.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for item in page["StackEvents"]:
            if begun:
                return item["EventId"]
            if item.get("PhysicalResourceId") != stack_id:
                continue
            status = item.get("ResourceStatus", "")
            if within and not with_cause and not status.endswith("_IN_PROGRESS"):
                return item["EventId"]
            within, begun = True, status in BEGINNINGS
    return ""


def events_since(
    aws: Aws, stack_id: str, stack: tuple[str, ...], *, seen: str, start: dt.datetime | None
) -> list[Event]:
    """Return the events after the one with the id `seen` and not before `start`, oldest first, from all pages."""
    found: list[Event] = []
    for event in read_events(aws, stack_id, stack):
        if event.id == seen or (start is not None and event.time < start):
            break
        found.append(event)
    return found[::-1]


def read_events(aws: Aws, stack_id: str, stack: tuple[str, ...]) -> Iterator[Event]:
    """Yield the events of a stack, newest first; a page is read when it is needed."""
    for page in aws.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for item in page["StackEvents"]:
            yield _event(item, stack)


def _event(item: StackEventTypeDef, stack: tuple[str, ...]) -> Event:
    physical_id = item.get("PhysicalResourceId", "")
    return Event(
        id=item["EventId"],
        time=item["Timestamp"],
        stack=stack,
        logical_id=item.get("LogicalResourceId", ""),
        type=item.get("ResourceType", ""),
        physical_id=physical_id,
        status=item.get("ResourceStatus", ""),
        reason=item.get("ResourceStatusReason", ""),
        is_stack=physical_id == item["StackId"],
        token=item.get("ClientRequestToken", ""),
    )
