"""A deletion, for people and for programs: before it and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.cloudformation.former import REMEMBERED_DAYS
from stacks.terminal import counted
from stacks.views import duration, failure, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.cloudformation.former import Kept
    from stacks.operations.absence import Absence
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
        "retained": _retained_document(destroyed.retained),
        "failure": failure.document(destroyed.failure),
        "next_step": destroyed.next_step or None,
        "note": destroyed.note or None,
        "time": spans.document(destroyed.spans),
        "estimate": duration.document(destroyed.estimate),
    }


def absence_text(absence: Absence) -> str:
    """Return where there is nothing to destroy, when that was, and what may be left of it."""
    where = f"account {absence.account_id}, {absence.region}"
    lines = [f"Nothing to destroy: there is no stack {absence.stack_name} in {where}."]
    if absence.note:
        return "\n".join([*lines, absence.note])
    if absence.deleted_at is None:
        none = f"Nor was one deleted there in the last {REMEMBERED_DAYS} days: are account and region the right ones?"
        return "\n".join([*lines, none])
    lines.append(f"The last one was deleted on {absence.deleted_at:%Y-%m-%d %H:%M %Z}.")
    title = "It left these behind, which may have been deleted since:"
    return "\n".join([*lines, *(_listed(title, absence.kept) if absence.kept else ["It left nothing behind."])])


def absence_document(absence: Absence) -> dict[str, Any]:
    """Return the same with the entries of a deletion; `state` is null."""
    return {
        "environment": absence.environment,
        "stack": absence.stack_name,
        "account": absence.account_id,
        "region": absence.region,
        "state": None,
        "succeeded": True,
        "seconds": 0.0,
        "deleted_at": absence.deleted_at.isoformat() if absence.deleted_at else None,
        "retained": _retained_document(absence.kept),
        "failure": None,
        "next_step": None,
        "note": absence.note or None,
        "time": spans.document(()),
        "estimate": None,
    }


def _retained_document(retained: Sequence[Held | Kept]) -> list[dict[str, str]]:
    return [{"path": held.path, "type": held.type, "physical_id": held.physical_id} for held in retained]


def _retained(retained: Sequence[Held]) -> list[str]:
    if not retained:
        return ["Nothing is retained."]
    return _listed("Retained, with what is in it:", retained)


def _listed(title: str, held: Sequence[Held | Kept]) -> list[str]:
    width = max(len(it.path) for it in held)
    return [title, *(f"  {it.path:<{width}}  {it.physical_id}" for it in held)]
