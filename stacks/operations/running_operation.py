"""Following the operation that runs on a stack, whoever has started it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.events import before_last_operation
from stacks.cloudformation.spans import REPLACES, spans_of
from stacks.cloudformation.stack import existing_stack
from stacks.estimate.history import write_history
from stacks.operations.deploy import report_operation
from stacks.operations.destroy import Destroyed, Held, after_failed_deletion
from stacks.operations.failure import first_failure
from stacks.operations.follow import StackFollower, detach, do_nothing
from stacks.plan import publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import Kind
    from stacks.cloudformation.events import Event, OnEvent
    from stacks.cloudformation.stack import Stack
    from stacks.operations.deploy import Deployment
    from stacks.operations.follow import OnInterrupt, OnPoll, Operation
    from stacks.settings import Settings


@translate_aws_errors()
def find_followed_stack(aws: Aws, settings: Settings) -> Stack:
    """Return the environment's root stack. Raises UserError where there is none."""
    return existing_stack(aws, settings.identity.name, "Nothing to watch.")


@translate_aws_errors()
def follow_operation(
    aws: Aws,
    stack: Stack,
    *,
    settings: Settings,
    on_event: OnEvent,
    on_poll: OnPoll = do_nothing,
    on_interrupt: OnInterrupt = detach,
) -> Deployment | Destroyed:
    """Tell the events of the operation that is under way, from its first on, until it is over.

    Its durations are kept: whoever started it may follow it no more; where they do, the same is written twice.
    `on_poll` and `on_interrupt` are as in `StackFollower.follow`. Raises UserError where it cannot be followed.
    """
    following = StackFollower(aws, stack.stack_id, seen=before_last_operation(aws, stack.stack_id))
    operation = following.follow(on_event, on_poll=on_poll, on_interrupt=on_interrupt)
    done: Deployment | Destroyed
    if operation.state.startswith("DELETE_"):
        done = _destroyed(settings.environment, stack, operation)
    else:
        counts = count_changes(operation.events)
        done = report_operation(
            aws,
            environment=settings.environment,
            stack=stack,
            operation=operation,
            counts=counts,
            architecture=settings.ecs.architecture,
        )
    bucket = publish.known_bucket(aws, settings) if done.succeeded else ""
    note = write_history(aws, bucket, stack.name, done.spans)
    return dataclasses.replace(done, note=" ".join(filter(None, [done.note, note])))


def count_changes(happened: Iterable[Event]) -> Mapping[Kind, int]:
    """Return how many resources were added, changed, replaced, removed and imported, by their events."""
    kinds: dict[str, Kind] = {}
    for event in happened:
        if event.is_stack or event.nested_stack_id:
            continue
        match event.status:
            case "CREATE_COMPLETE":
                kinds[event.path] = "add"
            case "UPDATE_IN_PROGRESS" if event.reason.startswith(REPLACES):
                kinds[event.path] = "replace"
            case "IMPORT_COMPLETE":
                kinds[event.path] = "import"
            case "UPDATE_COMPLETE":
                kinds.setdefault(event.path, "change")
            case "DELETE_COMPLETE" | "DELETE_SKIPPED":
                kinds.setdefault(event.path, "remove")
    names: tuple[Kind, ...] = ("add", "change", "replace", "remove", "import")
    found = list(kinds.values())
    return {name: found.count(name) for name in names}


def _destroyed(environment: str, stack: Stack, operation: Operation) -> Destroyed:
    skipped = [event for event in operation.events if event.status == "DELETE_SKIPPED"]
    held = {event.path: Held(path=event.path, type=event.type, physical_id=event.physical_id) for event in skipped}
    succeeded, failed = operation.state == "DELETE_COMPLETE", first_failure(operation.events)
    return Destroyed(
        environment=environment,
        stack_name=stack.name,
        state=operation.state,
        succeeded=succeeded,
        retained=tuple(held.values()),
        seconds=operation.seconds,
        failure=None if succeeded else failed,
        next_step="" if succeeded else after_failed_deletion(environment, failed),
        spans=spans_of(operation.events),
    )
