"""Stacks that were deleted: CloudFormation keeps their events for 90 days, under their ids.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.events import events_since
from stacks.cloudformation.stack import DELETED

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from stacks.aws.session import Aws

REMEMBERED_DAYS = 90
"""Days for which a deleted stack is listed."""
SKIPPED = "DELETE_SKIPPED"
"""The status of a resource that outlived its stack."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A resource that outlived its stack, and may have been deleted since; `path` is `Ecr/Repository`."""

    path: str
    type: str
    physical_id: str


@dataclass(frozen=True, kw_only=True)
class FormerStack:
    """A deleted stack."""

    stack_id: str
    deleted_at: dt.datetime | None


def former_stacks(aws: Aws, *names: re.Pattern[str]) -> tuple[FormerStack, ...]:
    """Return the deleted stacks of such names that CloudFormation still lists, newest first."""
    pages = aws.cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
    found = [it for page in pages for it in page["StackSummaries"] if any(n.fullmatch(it["StackName"]) for n in names)]
    found.sort(key=lambda it: it["CreationTime"], reverse=True)
    return tuple(FormerStack(stack_id=it.get("StackId", ""), deleted_at=it.get("DeletionTime")) for it in found)


def kept_resources(aws: Aws, stack_id: str, within: tuple[str, ...] = ()) -> Iterator[Kept]:
    """Yield what outlived a deleted stack and the stacks in it, by the events of their deletion."""
    nested: dict[str, str] = {}
    for event in events_since(aws, stack_id, within, seen="", start=None):
        if event.status == SKIPPED:
            yield Kept(path=event.path, type=event.type, physical_id=event.physical_id)
        elif event.nested_stack_id and event.status == DELETED:
            nested[event.logical_id] = event.nested_stack_id
    for logical_id, nested_id in nested.items():
        yield from kept_resources(aws, nested_id, (*within, logical_id))
