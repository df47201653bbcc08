"""What failed first, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.views import service

if TYPE_CHECKING:
    from stacks.operations.failure import Failure


def lines(failure: Failure | None, next_step: str) -> list[str]:
    """Return the cause and what to do about it, as far as they are known."""
    cause = "CloudFormation names no cause; look at the events above."
    if failure is not None and failure.cancelled_for is not None:
        what = service.reason(failure.cancelled_for.stopped)[0]
        cause = f"First failure: {failure.path} ({failure.type}), {failure.status}: {what}"
    elif failure is not None and failure.requested:
        cause = "It was cancelled: somebody has asked for that, and nothing had failed."
    elif failure is not None:
        cause = (
            f"First failure: {failure.path} ({failure.type}), {failure.status}: {failure.reason or 'no reason given'}"
        )
    return [cause, *([next_step] if next_step else [])]


def cancelled(failure: Failure | None) -> list[str]:
    """That it was cancelled because of what failed, and by what; nothing where it was not."""
    if failure is None or failure.cancelled_for is None:
        return []
    return [f"It was cancelled because of that: {failure.cancelled_for.by}."]


def document(failure: Failure | None) -> dict[str, Any] | None:
    """Return the cause as a JSON object."""
    if failure is None:
        return None
    cause = failure.cancelled_for
    return {
        "path": failure.path,
        "type": failure.type,
        "status": failure.status,
        "reason": failure.reason,
        "requested": failure.requested,
        "cancelled_by": None if cause is None else cause.by,
    }
