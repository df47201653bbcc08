"""What failed first, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.failure import Failure


def lines(failure: Failure | None, next_step: str) -> list[str]:
    """The cause and what to do about it, as far as they are known."""
    cause = "CloudFormation names no cause; look at the events above."
    if failure is not None:
        cause = (
            f"First failure: {failure.path} ({failure.type}), {failure.status}: {failure.reason or 'no reason given'}"
        )
    return [cause, *([next_step] if next_step else [])]


def document(failure: Failure | None) -> dict[str, str] | None:
    """The cause as a JSON object."""
    if failure is None:
        return None
    return {"path": failure.path, "type": failure.type, "status": failure.status, "reason": failure.reason}
