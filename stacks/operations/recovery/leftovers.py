"""What earlier commands have left behind: change sets, removed when they are old, and children that did not go."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.change_set import ChangeSet, discard_change_set
from stacks.cloudformation.stack import find_stack
from stacks.operations.recovery.children import leftover_children

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws

TEMPORARY = "plan-"
"""How the names of change sets begin that no command means to keep."""
OLD = dt.timedelta(hours=1)
"""The age from which nobody is deciding about one any more: no command waits so long for an answer with good reason."""


@translate_aws_errors()
def clear_leftovers(aws: Aws, stack_name: str, *, emit: Callable[[str], None], old: dt.timedelta = OLD) -> None:
    """Remove temporary change sets of at least the age `old`, and the stack that only they brought into being.

    Younger ones are only reported, since somebody may be reading them, as are children that could not be deleted.
    Change sets of other names, saved ones among them, are left alone.
    """
    stack = find_stack(aws, stack_name)
    if stack is None:
        return
    for child in leftover_children(aws, stack.stack_id):
        emit(
            f"{child.name} was to go, and could not be deleted; it is still there. Delete it again with: "
            f"aws cloudformation delete-stack --stack-name {child.stack_id}"
        )
    now = dt.datetime.now(dt.UTC)
    pages = aws.cloudformation.get_paginator("list_change_sets").paginate(StackName=stack_name)
    found = [item for page in pages for item in page["Summaries"] if item["ChangeSetName"].startswith(TEMPORARY)]
    for item in found:
        name, created = item["ChangeSetName"], item["CreationTime"]
        if item["ExecutionStatus"].startswith("EXECUTE") or item["Status"].startswith("DELETE"):
            continue
        if now - created < old:
            emit(f"Another plan of {stack_name} is there since {created:%H:%M} UTC: {name}")
            continue
        left = ChangeSet(
            change_set_id=item["ChangeSetId"],
            stack_id=stack.stack_id,
            stack_name=stack_name,
            stack_is_new=stack.under_review,
        )
        discard_change_set(aws, left)
        emit(f"Removed a change set that an interrupted command has left behind: {name}")
