"""Steps on one stack: wait until it is at rest, import into it, update it, delete it with all of it retained."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.execution.templates import PLACEHOLDER_TYPE, adoption_of
from stacks.aws.session import Aws
from stacks.cloudformation.change_set import (
    create_change_set,
    discard_change_set,
    execute_change_set,
    update_stack,
)
from stacks.cloudformation.changes import read_changes
from stacks.cloudformation.events import OnEvent, before_last_operation
from stacks.cloudformation.stack import DELETED, Stack, find_stack, stack_resources, stack_template, wait_for_state
from stacks.errors import Code, UserError
from stacks.operations.failure import first_failure
from stacks.operations.follow import OnInterrupt, OnPoll, StackFollower, detach, do_nothing
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cloudformation.change_set import ChangeSet, Request
    from stacks.cloudformation.events import Event
    from stacks.operations.follow import Operation

ROLLED_BACK = frozenset({"CREATE_FAILED", "IMPORT_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"})
"""States of a stack that an import or a creation has left without resources. AWS's pages name IMPORT_ROLLBACK_COMPLETE
for an import; for one into a new stack ROLLBACK_COMPLETE was seen as well."""
UNTOUCHED = "No resource was changed."


@dataclass(frozen=True, kw_only=True)
class Follow:
    """How operations are followed; `on_event` gets the events of all stacks under their places in the tree."""

    on_event: OnEvent
    on_poll: OnPoll = do_nothing
    on_interrupt: OnInterrupt = detach


@dataclass(frozen=True, kw_only=True)
class StackSteps:
    """What is done to one stack of a takeover. `child` is its logical id in the root, "" for the root itself."""

    aws: Aws
    follow: Follow
    name: str
    child: str = ""

    def at_rest(self) -> Stack | None:
        """Return the stack; where an operation is under way, it is followed to its end first. None: there is none."""
        stack = find_stack(self.aws, self.name)
        if stack is None or not stack.is_busy:
            return stack
        seen = before_last_operation(self.aws, stack.stack_id)
        operation = self._followed(StackFollower(self.aws, stack.stack_id, seen=seen))
        return wait_for_state(self.aws, stack.stack_id if operation.state != DELETED else self.name, operation.state)

    def create(self, request: Request) -> Stack:
        """Create the stack by a change set."""
        change_set = create_change_set(self.aws, _as_new(request))
        if change_set is None:
            raise UserError(f"change set of {self.name}", "it is empty", UNTOUCHED)
        return self._executed(change_set, "CREATE_COMPLETE")

    def import_into(self, request: Request) -> Stack:
        """Import by a change set that does nothing else.

        Raises UserError, and leaves neither change set nor a new stack, where CloudFormation would do anything else.
        """
        change_set = create_change_set(self.aws, _as_new(request))
        if change_set is None:
            raise UserError(f"change set of {self.name}", "it is empty", UNTOUCHED)
        try:
            self._refuse_other_actions(change_set, request)
        except BaseException:
            discard_change_set(self.aws, change_set)
            raise
        return self._executed(change_set, "IMPORT_COMPLETE")

    def _refuse_other_actions(self, change_set: ChangeSet, request: Request) -> None:
        found = read_changes(self.aws, change_set.change_set_id).changes
        others = [f"{it.action} {it.logical_id}" for it in found if it.action != "Import"]
        missing = {it.logical_id for it in request.imports} - {it.logical_id for it in found}
        if others or missing:
            does = [*others, *(f"no Import of {it}" for it in sorted(missing))]
            why = f"it would not only import: {', '.join(does)}"
            raise UserError(f"change set of {self.name}", why, f"It was deleted. {UNTOUCHED}", code=Code.STATE)

    def update(self, request: Request) -> Stack:
        """Update the stack, which must end in UPDATE_COMPLETE."""
        follower = StackFollower(self.aws, self._id(request))
        update_stack(self.aws, request)
        return self._ended(self._followed(follower), self._id(request), "UPDATE_COMPLETE")

    def _id(self, request: Request) -> str:
        return request.existing.stack_id if request.existing else self.name

    def _executed(self, change_set: ChangeSet, wanted: str) -> Stack:
        follower = StackFollower(self.aws, change_set.stack_id)
        execute_change_set(self.aws, change_set)
        return self._ended(self._followed(follower), change_set.stack_id, wanted)

    def _ended(self, operation: Operation, stack_id: str, wanted: str) -> Stack:
        if operation.state != wanted:
            failure = first_failure(operation.events)
            why = (
                f"{failure.path}: {failure.reason}" if failure else f"CloudFormation has ended it as {operation.state}"
            )
            then = f"{UNTOUCHED} Fix the cause, then repeat the command: it goes on from here."
            raise UserError(f"stack {self.name}", why, then, code=Code.STATE)
        stack = wait_for_state(self.aws, stack_id, operation.state)
        if stack is None:
            raise UserError(f"stack {self.name}", "it was deleted meanwhile", code=Code.STATE)
        return stack

    def _followed(self, follower: StackFollower) -> Operation:
        it = self.follow
        return follower.follow(self._placed, on_poll=it.on_poll, on_interrupt=it.on_interrupt)

    def _placed(self, event: Event) -> None:
        """Report an event under the stack's place in the tree: a child is not yet, or no longer, in its root."""
        if not self.child:
            self.follow.on_event(event)
            return
        if event.is_root:  # As its root would report it.
            placed = dataclasses.replace(event, stack=(), logical_id=self.child, type=NESTED_STACK, is_stack=False)
        else:
            placed = dataclasses.replace(event, stack=(self.child, *event.stack))
        self.follow.on_event(placed)

    def delete_retaining(self, stack: Stack) -> None:
        """Delete the stack, all of whose resources are retained.

        Raises UserError, before anything is deleted, where its template does not retain each of them.
        """
        if stack.under_review:
            self._delete(stack)
            return
        declared = stack_template(self.aws, stack.stack_id)
        lost = [it.logical_id for it in stack_resources(self.aws, stack.stack_id) if it.is_there]
        lost = [it for it in lost if _is_lost(declared["Resources"].get(it, {}))]
        if lost:
            why = f"its template does not retain {', '.join(lost)}"
            raise UserError(f"stack {self.name}", why, "It was not deleted.", code=Code.STATE)
        self._delete(stack)

    def _delete(self, stack: Stack) -> None:
        follower = StackFollower(self.aws, stack.stack_id)
        self.aws.cloudformation.delete_stack(StackName=stack.stack_id, ClientRequestToken=f"undo-{uuid.uuid4().hex}")
        operation = self._followed(follower)
        if operation.state != DELETED:
            failure = first_failure(operation.events)
            why = f"{failure.path}: {failure.reason}" if failure else f"its deletion has ended as {operation.state}"
            raise UserError(f"stack {self.name}", why, f"{UNTOUCHED} Repeat the command.", code=Code.STATE)

    def clear_failed(self, stack: Stack | None) -> Stack | None:
        """Return the stack; one that a failed import or creation has left without resources is deleted, and None."""
        if stack is None or stack.under_review:
            return None
        if stack.state not in ROLLED_BACK or any(it.is_there for it in stack_resources(self.aws, stack.stack_id)):
            return stack
        self._delete(stack)
        return None

    def refuse_foreign(self, stack: Stack, marks: Mapping[str, object]) -> None:
        """Raise UserError for a stack that another takeover has made, or none."""
        if adoption_of(stack_template(self.aws, stack.stack_id)) != marks:
            why = "it is there already, and not by a takeover of this state"
            raise UserError(f"stack {self.name}", why, _instead(self.child), code=Code.STATE)

    def refuse_state(self, stack: Stack, allowed: frozenset[str]) -> None:
        """Raise UserError for a stack at rest in a state from which it does not go on, by the state's name."""
        if stack.state not in allowed:
            why = f"its state is {stack.state}" + (f": {stack.state_reason}" if stack.state_reason else "")
            raise UserError(f"stack {self.name}", why, _way_out(stack), code=Code.STATE)


def _as_new(request: Request) -> Request:
    """Return the request; a stack that was never created goes with its change set, like a new one."""
    return dataclasses.replace(request, existing=None) if request.creates else request


def _is_lost(definition: Mapping[str, object]) -> bool:
    """Whether a resource goes with its stack, other than the placeholder, which is nothing outside of it."""
    return definition.get("DeletionPolicy") != "Retain" and definition.get("Type") != PLACEHOLDER_TYPE


def _instead(child: str) -> str:
    if child:
        return "Delete it, if it is left from another takeover and has no resources, then repeat the command."
    return (
        "A takeover makes the environment's stack itself. `status ENV` shows what is in this one; take over into "
        "another environment, or destroy this one first."
    )


def _way_out(stack: Stack) -> str:
    match stack.state:
        case "UPDATE_ROLLBACK_FAILED":
            command = f"aws cloudformation continue-update-rollback --stack-name {stack.name}"
            return f"Let its rollback end, then repeat the command: {command}"
        case "IMPORT_ROLLBACK_FAILED" | "ROLLBACK_FAILED" | "DELETE_FAILED":
            return "`adopt ENV --undo` deletes it, and retains all that is in it; then begin anew."
        case _:
            return "`adopt ENV --undo` takes back what was imported; then begin anew."
