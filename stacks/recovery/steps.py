"""The ways out of a state: wait, delete, roll back, go on with a rollback that failed."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

from stacks import watch
from stacks.aws import reported
from stacks.recovery import last_operation

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.events import OnEvent
    from stacks.recovery.diagnosis import Diagnosis
    from stacks.watch import Operation


class Step(StrEnum):
    """What is done about a stack; the value is what is typed to choose it."""

    WAIT = "wait"
    DELETE = "recreate"
    ROLL_BACK = "roll back"
    RETRY = "retry"
    SKIP = "skip"


@reported()
def perform(
    aws: Aws, diagnosis: Diagnosis, step: Step, *, on_event: OnEvent, longest: float = watch.WAIT_SECONDS
) -> Operation:
    """Take the step, and tell its events until it is over, at most `longest` seconds.

    A step that fails is a result: the stack's state says so. Raises UserError where it cannot be started or watched.
    """
    stack_id = diagnosis.stack.stack_id
    if step is Step.WAIT:
        return last_operation.attach(aws, stack_id).follow(on_event, longest=longest)
    following = watch.Watch(aws, stack_id)
    token = f"recover-{uuid.uuid4().hex}"
    match step:
        case Step.DELETE:
            aws.cloudformation.delete_stack(StackName=stack_id, ClientRequestToken=token)
        case Step.ROLL_BACK:
            aws.cloudformation.rollback_stack(StackName=stack_id, ClientRequestToken=token)
        case _:
            skipped = [found.skip for found in diagnosis.stuck] if step is Step.SKIP else []
            aws.cloudformation.continue_update_rollback(
                StackName=stack_id, ResourcesToSkip=skipped, ClientRequestToken=token
            )
    return following.follow(on_event, longest=longest)
