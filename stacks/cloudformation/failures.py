"""The event that says why an operation failed, among those that only follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.cloudformation.events import Event

CASCADE = (
    "Embedded stack",
    "Resource creation cancelled",
    "Resource update cancelled",
    "Resource deletion cancelled",
    "Resource cancelled",
    "The following resource(s) failed",
)
"""How CloudFormation's reasons begin where something else had failed before."""
USER_INITIATED = "User Initiated"
"""CloudFormation's reason for what was asked for by a call."""


def first_cause(events: Iterable[Event]) -> Event | None:
    """Return the event of the first failed resource, in the innermost stack; that of a stack itself only else.

    Where nothing had failed when somebody asked for the operation to be cancelled, it is the event that says so, and
    no `_FAILED` one.
    """
    events = list(events)
    failed = sorted((event for event in events if event.status.endswith("_FAILED")), key=lambda event: event.time)
    causes = [event for event in failed if not event.reason.startswith(CASCADE)]
    resources = [event for event in causes if not event.is_stack and not event.nested_stack_id]
    cancelled = [] if causes else [event for event in events if event.is_root and is_cancelling(event)]
    return next(iter([*resources, *causes, *cancelled, *failed]), None)


def is_cancelling(event: Event) -> bool:
    """Whether somebody has asked for it: an update is cancelled, or a stack is deleted that is being created."""
    return event.reason == USER_INITIATED or event.status == "DELETE_IN_PROGRESS"
