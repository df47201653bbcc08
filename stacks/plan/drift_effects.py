"""What a deployment does with what was changed by hand, property by property.

CloudFormation compares templates, not what is there: a resource that it does not update stays as somebody has made it.
One that it updates gets its whole desired state, also the properties that the templates do not change
(https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html). So a property that
is in the new template is set to the template's value, and what was put into such a property by hand is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stacks.cloudformation.drift import Difference, Drifted
from stacks.plan.differences import NAMES
from stacks.rendered.expressions import plain
from stacks.rendered.values import Later, Value, equal, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.cloudformation.drift import Drift

Outcome = Literal["overwritten", "same", "stays", "removed", "unknown"]
"""The deployment sets it to another value, or to the same; it does not touch it, or removes the resource; not known."""

OUTSIDE = frozenset({"CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"})
"""Attributes that say what CloudFormation does with a resource, and are not sent to it."""
RETAINED = frozenset({"Retain", "Snapshot"})
UNTOUCHED = "this deployment does not touch the resource"
ABSENT = object()


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What becomes of one thing that was changed by hand; `planned` is the new template's value, None without one.

    `reason` says why, "" where it goes without saying; `certain`: the resource is updated for sure, and not only if
    something else changes.
    """

    outcome: Outcome
    planned: Any = None
    reason: str = ""
    certain: bool = True


@dataclass(frozen=True, kw_only=True)
class DriftEffects:
    """One drifted resource: the fate of each of its differences, or its own where it was deleted.

    `touched`: the deployment changes the resource, perhaps.
    """

    drifted: Drifted
    touched: bool
    properties: tuple[tuple[Difference, Effect], ...] = ()
    whole: Effect | None = None


def drift_effects(drift: Drift, changes: StackChanges) -> Iterator[DriftEffects]:
    """Yield what the deployment of these changes does with each resource that has drifted."""
    planned = {path: change for path, change in changes.paths() if change.certainty != "none"}
    for item in drift.drifted:
        change = planned.get(item.path)
        yield DriftEffects(
            drifted=item,
            touched=change is not None,
            properties=tuple((found, _sure(_fate(found, change), change)) for found in item.differences),
            whole=None if item.differences else _sure(_of_deleted(change), change),
        )


def _sure(fate: Effect, change: Change | None) -> Effect:
    """Return the fate, less certain where the resource may not be changed at all."""
    if change is None or change.certainty == "certain" or fate.outcome == "unknown":
        return fate
    why = f"if {', '.join(change.causes)} changes it" if change.causes else "not proven that the resource is updated"
    return Effect(outcome=fate.outcome, planned=fate.planned, reason=fate.reason or why, certain=False)


def _of_deleted(change: Change | None) -> Effect:
    """Return the fate of a resource that somebody has deleted."""
    if change is None:
        return Effect(outcome="stays", reason=UNTOUCHED)
    match change.kind:
        case "replace":
            return Effect(outcome="overwritten", reason="a new one is made")
        case "remove":
            return Effect(outcome="removed")
        case _:
            return Effect(outcome="unknown", reason="it would be updated, but is not there: most types fail then")


def _fate(found: Difference, change: Change | None) -> Effect:
    if change is None:
        return Effect(outcome="stays", reason=UNTOUCHED)
    if change.kind == "remove":
        kept = change.policy in RETAINED
        return Effect(outcome="stays", reason="the resource is retained") if kept else Effect(outcome="removed")
    attributes = {detail["Target"].get("Attribute", "") for detail in change.details}
    if change.kind == "change" and attributes and attributes <= OUTSIDE:
        return Effect(outcome="unknown", reason=f"only {', '.join(sorted(attributes))} changes")
    if change.old is None or change.new is None:
        return Effect(outcome="unknown", reason="the templates could not be compared")
    return _compared(found, change.old, change.new)


def _compared(found: Difference, old: Mapping[str, Value], new: Mapping[str, Value]) -> Effect:
    """Return the fate of a property of a resource that is sent its new state."""
    if not (sides := _counterparts(found.pointer, old, new)):
        return Effect(outcome="unknown", reason="the list has changed, and its elements have no names")
    before, after = sides
    if before is not ABSENT and found.expected is not None and equal(before, found.expected) is False:
        return Effect(outcome="unknown", reason="CloudFormation orders the list otherwise than the template")
    if after is ABSENT and found.pointer[0] not in new:
        return Effect(outcome="unknown", reason="the new template does not have the property")
    if after is ABSENT:
        return Effect(outcome="overwritten")
    if parts(after):
        if before is ABSENT or equal(before, after) is not True or found.expected is None:
            return Effect(outcome="unknown", planned=plain(after), reason="the new value is not known yet")
        after = found.expected
    is_same = found.actual is not None and equal(found.actual, after) is True
    return Effect(outcome="same" if is_same else "overwritten", planned=after)


def _counterparts(pointer: Sequence[str], old: Value, new: Value) -> tuple[Value, Value] | None:
    """Return what both templates say at this place: `ABSENT` where nothing, None where the new one lacks the place."""
    for part in pointer:
        if isinstance(new, Later):
            return old, new
        if isinstance(old, list) or isinstance(new, list):
            if not part.isdigit() or (places := _places(int(part), old, new)) is None:
                return None
            old, new = places
        else:
            old, new = (side.get(part, ABSENT) if isinstance(side, Mapping) else ABSENT for side in (old, new))
    return old, new


def _places(index: int, old: Value, new: Value) -> tuple[Value, Value] | None:
    """Return the elements of the old and the new list with the same name or, in equal lists, the same place."""
    before = old if isinstance(old, list) else []
    if not isinstance(new, list):
        return (before[index] if index < len(before) else ABSENT), ABSENT
    if index >= len(before):
        return ABSENT, ABSENT  # An element that was added by hand.
    element = before[index]
    for key in NAMES:
        if all(isinstance(it, Mapping) and isinstance(it.get(key), str) for it in [*before, *new]):
            same = [it for it in new if it[key] == element[key]]
            return element, same[0] if same else ABSENT
    return (element, new[index]) if len(before) == len(new) else None
