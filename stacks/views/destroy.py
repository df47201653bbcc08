"""A deletion, for people and for programs: before it and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.terminal import counted
from stacks.views import duration, failure, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.operations.destroy import Destroyed, Destruction, Held


def question(destruction: Destruction) -> str:
    """Return what will go and how long that takes, and what will stay."""
    count = len(destruction.deleted)
    lines = [f"{destruction.stack_name}: {counted(count, 'resource')} will be deleted."]
    lines += [line for line in (duration.estimate(destruction.estimate, "deletion"), destruction.note) if line]
    lines += [f"{child.name} goes with it: an update was to delete it, and could not." for child in destruction.outside]
    lines += [f"{held.path} has deletion protection, which is lifted first." for held in destruction.protected]
    return "\n".join([*lines, *_retained(destruction.retained)])


def text(destroyed: Destroyed) -> str:
    """Return what is gone and what stays; or what failed first, and what to do."""
    name, seconds = destroyed.stack_name, destroyed.seconds
    if not destroyed.succeeded:
        state = f"{name} could not be deleted; its state is now {destroyed.state}."
        return "\n".join([state, *failure.lines(destroyed.failure, destroyed.next_step)])
    note = [destroyed.note] if destroyed.note else []
    took = spans.lines(destroyed.spans)
    return "\n".join([f"Deleted {name} in {seconds:.0f} s.", *took, *note, *_retained(destroyed.retained)])


def document(destroyed: Destroyed) -> dict[str, Any]:
    """Return the deletion as a JSON document."""
    return {
        "environment": destroyed.environment,
        "stack": destroyed.stack_name,
        "state": destroyed.state,
        "succeeded": destroyed.succeeded,
        "seconds": destroyed.seconds,
        "retained": [
            {"path": held.path, "type": held.type, "physical_id": held.physical_id} for held in destroyed.retained
        ],
        "failure": failure.document(destroyed.failure),
        "next_step": destroyed.next_step or None,
        "note": destroyed.note or None,
        "time": spans.document(destroyed.spans),
        "estimate": duration.document(destroyed.estimate),
    }


def _retained(retained: Sequence[Held]) -> list[str]:
    if not retained:
        return ["Nothing is retained."]
    width = max(len(held.path) for held in retained)
    return ["Retained, with what is in it:", *(f"  {held.path:<{width}}  {held.physical_id}" for held in retained)]
