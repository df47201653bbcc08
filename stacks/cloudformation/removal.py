"""Deletion of a change set, and of the stacks that exist only because of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied, is_missing_stack, translate_aws_errors
from stacks.aws.polling import poll
from stacks.cloudformation.changes import StackChanges, describe_change_set, read_changes
from stacks.cloudformation.stack import find_stack
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws

logger = logging.getLogger(__name__)

CLEAN_SECONDS = 60.0
"""Longest wait for a deletion."""
DELETED, GOING = "DELETE_COMPLETE", frozenset({"DELETE_PENDING", "DELETE_IN_PROGRESS"})
"""States of a change set that is deleted: nested ones take a while, and it may go on being described
(https://github.com/aws/aws-cdk-cli/pull/1404)."""
HARMLESS = "It stays, and changes nothing as long as nobody executes it."
TRIES = 3
"""Times that a change set is deleted whose deletion ends in DELETE_FAILED."""


def delete_change_set(
    aws: Aws, change_set: str, stack_name: str, *, stack_too: bool, tree: StackChanges | None = None
) -> None:
    """Delete the change set, and then the stacks that exist only because of it.

    `tree` is what it changes, where that has been read, which nothing changes any more.
    Where there are none, nothing is waited for. What does not go is told, and is no error: what was found out with the
    change set, or why it failed, counts for more.
    """
    try:
        with translate_aws_errors():
            _delete_change_set(aws, change_set, stack_name, stack_too=stack_too, tree=tree)
    except UserError as error:
        logger.warning("%s: %s. %s", error.what, error.why, HARMLESS)


def _delete_change_set(
    aws: Aws, change_set: str, stack_name: str, *, stack_too: bool, tree: StackChanges | None
) -> None:
    try:
        tree = tree or read_changes(aws, change_set, stack_name)
    except ClientError as error:
        if is_gone(error):
            return
        raise
    new = list(_added(tree))
    _delete(aws, change_set, stack_name, waits=bool(new) or stack_too)
    for stack_id in reversed(new):
        _delete_under_review(aws, stack_id)
    if stack_too and not _others(aws, tree.stack_id):
        _delete_under_review(aws, tree.stack_id)


def _added(tree: StackChanges) -> Iterator[str]:
    """Yield the nested stacks that the change set would create, parents first."""
    for change in tree.changes:
        if change.nested is not None and change.action != "Remove":
            if change.action == "Add":
                yield change.nested.stack_id
            yield from _added(change.nested)


def _others(aws: Aws, stack_id: str) -> list[str]:
    """Return the change sets that the stack still has, and that do not go."""
    listed = aws.cloudformation.list_change_sets(StackName=stack_id)["Summaries"]
    return [item["ChangeSetId"] for item in listed if item["Status"] not in {DELETED, *GOING}]


def _delete(aws: Aws, change_set: str, stack_name: str, *, waits: bool) -> None:
    """Delete a change set, and with it the nested ones. While CloudFormation is still busy with it, it refuses that."""
    left, status, goes = TRIES, "", False
    for _ in poll(CLEAN_SECONDS, f"the change set of {stack_name} to be gone"):
        try:
            if not goes and left:
                aws.cloudformation.delete_change_set(ChangeSetName=change_set, StackName=stack_name)
                left, goes = left - 1, True
                if not waits:
                    return
            status = next(describe_change_set(aws, change_set, stack_name))["Status"]
        except ClientError as error:
            if is_gone(error):
                return
            if error_code(error) != "InvalidChangeSetStatus":
                raise
        if status == DELETED:
            return
        if status == "DELETE_FAILED" and not left:
            break
        goes = status in GOING
    raise UserError(f"change set of {stack_name}", f"it does not go: its state is {status}")


def _delete_under_review(aws: Aws, stack_id: str) -> None:
    """Delete a stack that was never created; one that was is left alone."""
    stack = find_stack(aws, stack_id)
    if stack is None or not stack.under_review:
        return
    try:
        aws.cloudformation.delete_stack(StackName=stack_id)
    except ClientError as error:
        if not is_denied(error):
            raise
        logger.info(
            "%s was never created and stays: the caller may not delete it. The next deploy uses it.", stack.name
        )
        return
    for _ in poll(CLEAN_SECONDS, f"{stack.name} to be gone, which was never created"):
        stack = find_stack(aws, stack_id)
        if stack is None or stack.state == "DELETE_COMPLETE":
            return


def is_gone(error: ClientError) -> bool:
    """Whether the error says that a change set does not exist, or its stack."""
    return error_code(error) == "ChangeSetNotFound" or is_missing_stack(error)
