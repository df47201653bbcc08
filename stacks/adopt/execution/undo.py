"""Taking a takeover back: what was imported leaves CloudFormation untouched, and what was made for it is deleted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.execution.journal import Owned, Serving, read_journal
from stacks.adopt.execution.recording import Recorder, resume
from stacks.adopt.execution.serving import read_serving
from stacks.adopt.execution.stack_steps import Follow, StackSteps
from stacks.adopt.execution.takeover import child_name
from stacks.adopt.execution.templates import adoption_marks, adoption_of
from stacks.adopt.live import ABSENT, UNREADABLE
from stacks.adopt.owners import owner_of
from stacks.aws.errors import (
    ClientError,
    error_code,
    error_message,
    is_denied,
    translate_aws_errors,
)
from stacks.cloudformation.schemas import paths
from stacks.cloudformation.stack import find_stack, stack_template
from stacks.errors import Code, UserError, coded
from stacks.operations.recovery import clear_leftovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stacks.adopt.execution.journal import Journal
    from stacks.aws.session import Aws

NO_WAY_BACK = (
    "What was imported belongs to CloudFormation now. `destroy ENV` deletes it with all that is not retained. To give "
    "it back to Terraform, set DeletionPolicy: Retain on each resource, delete the stacks, and `terraform import` them."
)


@dataclass(frozen=True, kw_only=True)
class Undone:
    """A takeover that was taken back: the resources, all of which are there still, and what serves requests.

    `unproven` are the paths of resources that could not be read, with why.
    """

    root: str
    resources: tuple[Owned, ...]
    deleted: tuple[str, ...]
    before: Serving | None
    after: Serving | None
    unproven: tuple[str, ...] = ()


@coded(Code.STATE)
@translate_aws_errors()
def undo(aws: Aws, bucket: str, root: str, follow: Follow, *, emit: Callable[[str], None]) -> Undone:
    """Delete the root and then each child, from wherever the takeover has come to, with all resources retained.

    Raises UserError where there is nothing to take back, or where the root has been deployed since.
    """
    journal = refuse_undo(aws, bucket, root)
    recorder = resume(aws, bucket, root, "undoing")
    if recorder is None:
        raise UserError(f"journal of {root}", "it was deleted meanwhile")
    before = read_serving(aws, _identified(journal))
    deleted = tuple(_delete_stacks(aws, recorder, follow, emit=emit))
    with recorder.step("Prove that all resources are there, in no stack"):
        emit("Proving that all resources are there, and in no stack")
        unproven = tuple(why for it in journal.resources if (why := _refuse_owned(aws, it)))
    after = read_serving(aws, _identified(journal))
    _delete_templates(aws, bucket, journal)
    recorder.write(status="undone", root_id="", stack_ids={}, template_keys=(), drift=())
    return Undone(
        root=root, resources=journal.resources, deleted=deleted, before=before, after=after, unproven=unproven
    )


def refuse_undo(aws: Aws, bucket: str, root: str) -> Journal:
    """Return the journal of what can be taken back.

    Raises UserError where there is nothing, or where the root has been deployed since. So before anything is asked.
    """
    journal = read_journal(aws, bucket, root)
    if journal is None or journal.status == "undone":
        why = "nothing was taken over into it" if journal is None else "it was taken back already"
        raise UserError(f"stack {root}", why, "There is nothing to undo.", code=Code.ABSENT)
    marks = _marks(journal)
    stack = find_stack(aws, root)
    if stack is not None and not stack.under_review and adoption_of(stack_template(aws, stack.stack_id)) != marks:
        raise UserError(f"stack {root}", "it has been deployed since it was taken over", NO_WAY_BACK, code=Code.STATE)
    return journal


def _delete_stacks(aws: Aws, recorder: Recorder, follow: Follow, *, emit: Callable[[str], None]) -> Iterator[str]:
    """Delete the root, then the children in reverse order, and yield their names.

    Plans of an interrupted proof go first, with the stacks that exist because of them only.
    """
    journal = recorder.journal
    names = dict.fromkeys(it.child for it in journal.resources)
    root = StackSteps(aws=aws, follow=follow, name=journal.root)
    children = [_child(aws, follow, journal, name) for name in reversed(names)]
    clear_leftovers(aws, journal.root, emit=emit, old=dt.timedelta())
    for steps in (root, *children):
        stack = steps.at_rest()
        if stack is None:
            continue
        if not stack.under_review:
            steps.refuse_foreign(stack, _marks(journal))
        emit(f"Delete the stack {steps.name}, and retain what is in it")
        with recorder.step(f"Delete {steps.name}"):
            steps.delete_retaining(stack)
        yield steps.name


def _child(aws: Aws, follow: Follow, journal: Journal, child: str) -> StackSteps:
    return StackSteps(aws=aws, follow=follow, name=child_name(journal.root, child, _lineage(journal)), child=child)


def _lineage(journal: Journal) -> str:
    return journal.state.lineage or journal.state.md5


def _marks(journal: Journal) -> Mapping[str, object]:
    return adoption_marks(journal.root, _lineage(journal))


def _identified(journal: Journal) -> Iterator[tuple[str, Mapping[str, str]]]:
    return ((it.type, it.identifier) for it in journal.resources)


def _refuse_owned(aws: Aws, it: Owned) -> str:
    """Raise UserError unless the resource is there, and in no stack; return why it could not be read, or ""."""
    keys = [path[0] for path in paths(aws.region, it.type, "primaryIdentifier")]
    identifier = "|".join(it.identifier[key] for key in keys)
    unread = ""
    try:
        aws.cloudcontrol.get_resource(TypeName=it.type, Identifier=identifier)
    except ClientError as error:
        if error_code(error) == ABSENT:
            why = "it is not there any more, and nothing here has deleted it"
            raise UserError(it.path, f"{identifier}: {why}", "Look who has.", code=Code.STATE) from error
        if error_code(error) not in UNREADABLE and not is_denied(error):
            raise
        unread = f"{it.path}: {error_message(error)}"
    if it.physical_id and (owner := owner_of(aws, it.physical_id)):
        raise UserError(it.path, f"{identifier}: it is in the stack {owner}", "Repeat the command.", code=Code.STATE)
    return unread


def _delete_templates(aws: Aws, bucket: str, journal: Journal) -> None:
    """Delete the adoption templates, which no stack uses any more; older versions of the bucket's objects expire."""
    for key in journal.template_keys:
        aws.s3.delete_object(Bucket=bucket, Key=key, ExpectedBucketOwner=aws.account_id)
