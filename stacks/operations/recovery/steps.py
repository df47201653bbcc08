"""The ways out of a state: wait, delete, roll back, go on with a rollback that failed."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied, translate_aws_errors
from stacks.cloudformation.stack import DELETED, tree_stack_ids, wait_for_state
from stacks.errors import UserError
from stacks.operations.follow import StackFollower, detach, do_nothing
from stacks.operations.recovery.children import children_outside, delete_children_outside
from stacks.operations.recovery.last_operation import attach_follower
from stacks.operations.unprotecting import deletion_protected, lift_deletion_protection, load_balancers

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.cloudformation.stack import Stack
    from stacks.operations.follow import OnInterrupt, OnPoll, Operation
    from stacks.operations.recovery.diagnosis import Diagnosis


class Step(StrEnum):
    """What is done about a stack; the value is what is typed to choose it."""

    WAIT = "wait"
    DELETE = "recreate"
    ROLL_BACK = "roll back"
    RETRY = "retry"
    SKIP = "skip"


@translate_aws_errors()
def perform_step(
    aws: Aws,
    diagnosis: Diagnosis,
    step: Step,
    *,
    on_event: OnEvent,
    on_poll: OnPoll = do_nothing,
    on_interrupt: OnInterrupt = detach,
) -> Operation:
    """Take the step, and report its events until it is over, as `StackFollower.follow` does.

    What would keep the stack from being deleted, deletion protection, is lifted before that.

    A step that fails is a result: the stack's state says so. Raises UserError where it cannot be started or followed.
    """
    outside: tuple[Stack, ...] = ()
    if step is Step.WAIT:
        following = attach_follower(aws, diagnosis.stack.stack_id)
    else:
        if step is Step.DELETE:
            stack_id = diagnosis.stack.stack_id
            outside = children_outside(aws, stack_id, list(tree_stack_ids(aws, stack_id)))
            _unprotect(aws, stack_id)
        following = StackFollower(aws, diagnosis.stack.stack_id)
        _start(aws, diagnosis, step)
    operation = following.follow(on_event, on_poll=on_poll, on_interrupt=on_interrupt)
    if step is Step.DELETE and operation.state == DELETED:
        operation = delete_children_outside(aws, outside, operation, on_event)
    for stack in (diagnosis.stack.stack_id, diagnosis.stack.name):  # The next command finds it by its name.
        wait_for_state(aws, stack, operation.state)
    return operation


def _unprotect(aws: Aws, stack_id: str) -> None:
    """Lift what AWS would refuse the deletion for; where that may not be done, the deletion says so itself."""
    try:
        lift_deletion_protection(aws, deletion_protected(aws, load_balancers(aws, stack_id)))
    except ClientError as error:
        if not is_denied(error):
            raise


def _start(aws: Aws, diagnosis: Diagnosis, step: Step) -> None:
    stack_id, token = diagnosis.stack.stack_id, f"recover-{uuid.uuid4().hex}"
    match step:
        case Step.DELETE:
            aws.cloudformation.delete_stack(StackName=stack_id, ClientRequestToken=token)
        case Step.ROLL_BACK:
            aws.cloudformation.rollback_stack(StackName=stack_id, ClientRequestToken=token)
        case Step.RETRY:
            aws.cloudformation.continue_update_rollback(StackName=stack_id, ClientRequestToken=token)
        case Step.SKIP:
            skipped = [found.skip for found in diagnosis.stuck]
            if not skipped:
                raise UserError(f"stack {diagnosis.stack.name}", "its events name nothing to skip", "Retry instead.")
            aws.cloudformation.continue_update_rollback(
                StackName=stack_id, ResourcesToSkip=skipped, ClientRequestToken=token
            )
