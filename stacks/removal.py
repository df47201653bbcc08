"""Taking a change set away, and the stacks that only it has brought into being."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from stacks import aws as amazon
from stacks import changes, deployed
from stacks.errors import UserError
from stacks.waiting import looks

if TYPE_CHECKING:
    from stacks.aws import Aws

logger = logging.getLogger(__name__)

CLEAN_SECONDS = 60.0
"""Longest wait for something that is being taken away."""


def take_away(aws: Aws, change_set: str, stack_name: str, *, stack_too: bool) -> None:
    """Delete the change set, wait until it is gone, then delete the stacks that only it brought into being."""
    try:
        root, *nested = _stack_ids(changes.read(aws, change_set, stack_name))
    except amazon.ClientError as error:
        if is_gone(error):
            return
        raise
    _delete(aws, change_set, stack_name)
    for stack_id in reversed(nested):
        _delete_under_review(aws, stack_id)
    if stack_too and not aws.cloudformation.list_change_sets(StackName=root)["Summaries"]:
        _delete_under_review(aws, root)


def _stack_ids(tree: changes.StackChanges) -> list[str]:
    nested = [change.nested for change in tree.changes if change.nested is not None]
    return [tree.stack_id, *(stack_id for child in nested for stack_id in _stack_ids(child))]


def _delete(aws: Aws, change_set: str, stack_name: str) -> None:
    """Delete a change set, and with it the nested ones. While CloudFormation is still busy with it, it refuses that."""
    for _ in looks(CLEAN_SECONDS, f"the change set of {stack_name} to be gone"):
        try:
            aws.cloudformation.delete_change_set(ChangeSetName=change_set, StackName=stack_name)
            next(changes.describe(aws, change_set, stack_name))
        except amazon.ClientError as error:
            if is_gone(error):
                return
            if amazon.code(error) != "InvalidChangeSetStatus":
                raise
    why = f"it is still there {CLEAN_SECONDS:.0f} s after it was deleted"
    raise UserError(f"change set of {stack_name}", why, "It changes nothing as long as nobody executes it.")


def _delete_under_review(aws: Aws, stack_id: str) -> None:
    """Delete a stack that was never created; one that was is left alone."""
    stack = deployed.read(aws, stack_id)
    if stack is None or not stack.under_review:
        return
    try:
        aws.cloudformation.delete_stack(StackName=stack_id)
    except amazon.ClientError as error:
        if amazon.code(error) not in amazon.DENIED:
            raise
        logger.info(
            "%s was never created and stays: the caller may not delete it. The next deploy uses it.", stack.name
        )
        return
    for _ in looks(CLEAN_SECONDS, f"{stack.name} to be gone, which was never created"):
        stack = deployed.read(aws, stack_id)
        if stack is None or stack.state == "DELETE_COMPLETE":
            return


def is_gone(error: amazon.ClientError) -> bool:
    """Whether the error says that a change set does not exist, or its stack."""
    return amazon.code(error) == "ChangeSetNotFound" or amazon.is_absent(error)
