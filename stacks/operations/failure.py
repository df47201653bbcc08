"""The first failure of an operation: the cause, not the cascade behind it, nor the cancelling because of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.failures import first_cause
from stacks.operations.service import TYPE, Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.cloudformation.events import Event


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
    found = first_cause(events)
    if found is None:
        return None
    requested = not found.status.endswith("_FAILED")
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
