"""Cancelling what is under way: an update is rolled back, a stack that is being created is deleted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import find_stack
from stacks.errors import UserError

if TYPE_CHECKING:
    from stacks.aws.session import Aws

CREATING = frozenset({"CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
UPDATING = "UPDATE_IN_PROGRESS"


@translate_aws_errors()
def cancel_operation(aws: Aws, stack_id: str) -> str:
    """Cancel the operation, and say what happens now; its events go on.

    Raises UserError where there is nothing that can be cancelled: CloudFormation finishes rollbacks and deletions.
    """
    stack = find_stack(aws, stack_id)
    state = stack.state if stack else "DELETE_COMPLETE"
    token = f"cancel-{uuid.uuid4().hex}"
    if state == UPDATING:
        aws.cloudformation.cancel_update_stack(StackName=stack_id, ClientRequestToken=token)
        return "The update is being cancelled: everything goes back to what it was."
    if state in CREATING:
        aws.cloudformation.delete_stack(StackName=stack_id, ClientRequestToken=token)
        return "The creation is being cancelled: the stack is deleted."
    raise UserError("cancelling", f"its state is {state}: only a creation or an update can be cancelled")
