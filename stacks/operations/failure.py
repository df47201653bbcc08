"""The first failure of an operation: the cause, not the cascade behind it, nor the cancelling because of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.operations.service import TYPE, Stopped

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


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why an operation was cancelled: tasks of the service at `path`, then in `status`, stopped alike.

    `by` is what cancelled it because of that, such as `--fail-fast 2`.
    """

    path: str
    status: str
    stopped: Stopped
    by: str


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What failed first: `path` is `Network/LoadBalancer` for a resource of the child `Network`.

    `requested`: nothing had failed when somebody asked for the operation to be cancelled. `cancelled_for` is why this
    command did, where it was this command.
    """

    path: str
    type: str
    status: str
    reason: str
    requested: bool = False
    cancelled_for: Cause | None = None


def first_failure(events: Iterable[Event]) -> Failure | None:
    """Return the first failed resource, in the innermost stack; a stack itself only where none of its resources failed.

    Where resources were only cancelled, because somebody cancelled the operation, that is the failure.
    """
    events = list(events)
    failed = sorted((event for event in events if event.status.endswith("_FAILED")), key=lambda event: event.time)
    causes = [event for event in failed if not event.reason.startswith(CASCADE)]
    resources = [event for event in causes if not event.is_stack and not event.nested_stack_id]
    cancelled = [] if causes else [event for event in events if event.is_root and _is_cancelling(event)]
    found = next(iter([*resources, *causes, *cancelled, *failed]), None)
    if found is None:
        return None
    requested = found in cancelled
    return Failure(path=found.path, type=found.type, status=found.status, reason=found.reason, requested=requested)


def explain_failure(failure: Failure | None, cause: Cause | None) -> Failure | None:
    """Return the failure; where it is only that the operation was cancelled, the service because of which it was."""
    if failure is None or cause is None or not failure.requested:
        return failure
    return dataclasses.replace(
        failure,
        path=cause.path,
        type=TYPE,
        status=cause.status,
        reason=cause.stopped.reason,
        cancelled_for=cause,
    )


def _is_cancelling(event: Event) -> bool:
    """Whether somebody has asked for it: an update is cancelled, or a stack is deleted that is being created."""
    return event.reason == USER_INITIATED or event.status == "DELETE_IN_PROGRESS"
