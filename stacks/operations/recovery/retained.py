"""Leaving behind what CloudFormation has failed to delete."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.errors import UserError
from stacks.operations.follow import StackFollower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.operations.recovery.diagnosis import Diagnosis, Stuck


def chosen_to_retain(diagnosis: Diagnosis | None, paths: Sequence[str]) -> tuple[Stuck, ...]:
    """Return the resources of these paths (`Network/Vpc`).

    Raises UserError for one that the last deletion has not failed to delete: CloudFormation retains no others.
    """
    stuck = {} if diagnosis is None else {found.path: found for found in diagnosis.stuck}
    for path in paths:
        if path not in stuck:
            known = f"It was: {', '.join(stuck)}." if stuck else "Repeat the command without --retain."
            raise UserError(f"--retain {path}", "this is not what could not be deleted the last time", known)
    return tuple(stuck[path] for path in paths)


@translate_aws_errors()
def delete_retaining(aws: Aws, diagnosis: Diagnosis, resources: Sequence[Stuck], on_event: OnEvent) -> tuple[str, ...]:
    """Delete the nested stacks that hold these resources, without them; give the logical ids of those of the root.

    Raises UserError where a nested stack cannot be deleted even so.
    """
    root = diagnosis.stack.stack_id
    for stack_id in dict.fromkeys(found.stack_id for found in resources if found.stack_id != root):
        left = [found for found in resources if found.stack_id == stack_id]
        following = StackFollower(aws, stack_id)
        aws.cloudformation.delete_stack(
            StackName=stack_id,
            RetainResources=[found.logical_id for found in left],
            ClientRequestToken=f"retain-{uuid.uuid4().hex}",
        )
        operation = following.follow(on_event)
        if operation.state != "DELETE_COMPLETE":
            name = left[0].path.rpartition("/")[0]
            raise UserError(f"stack {name}", f"it could not be deleted: its state is {operation.state}", "Look above.")
    return tuple(found.logical_id for found in resources if found.stack_id == root)
