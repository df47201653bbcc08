"""The effect of a deployment on drift, property by property.

CloudFormation compares templates, not resources: a resource that it does not update keeps its drift. A resource that
it updates gets its whole desired state, including the properties that do not change between the templates
(https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html). So each
property in the new template is set to the template's value, which overwrites a change by hand.
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
"""The deployment sets another value, or the same; it does not touch the property, or removes the resource; unknown."""

OUTSIDE = frozenset({"CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"})
"""Attributes that CloudFormation reads itself, and does not send to the resource."""
RETAINED = frozenset({"Retain", "Snapshot"})
UNTOUCHED = "this deployment does not touch the resource"
ABSENT = object()


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The effect on one change by hand; `planned` is the new template's value, or None.

    `reason` may be "". `certain`: the resource is updated in any case, not only if something else changes.
    """

    outcome: Outcome
    planned: Any = None
    reason: str = ""
    certain: bool = True


@dataclass(frozen=True, kw_only=True)
class DriftEffects:
    """One drifted resource: the effect on each difference, or on the `whole` resource if it was deleted.

    `touched`: the deployment changes the resource, or may change it.
    """

    drifted: Drifted
    touched: bool
    properties: tuple[tuple[Difference, Effect], ...] = ()
    whole: Effect | None = None


def drift_effects(drift: Drift, changes: StackChanges) -> Iterator[DriftEffects]:
    """Yield the effects of these changes on each drifted resource."""
    planned = {path: change for path, change in changes.paths() if change.certainty != "none"}
    for item in drift.drifted:
        change = planned.get(item.path)
        yield DriftEffects(
            drifted=item,
            touched=change is not None,
            properties=tuple(
                (found, _with_certainty(_property_effect(found, change), change)) for found in item.differences
            ),
            whole=None if item.differences else _with_certainty(_deleted_effect(change), change),
        )


def _with_certainty(effect: Effect, change: Change | None) -> Effect:
    """Return the effect; it is not certain if the resource may stay unchanged."""
    if change is None or change.certainty == "certain" or effect.outcome == "unknown":
        return effect
    why = f"if {', '.join(change.causes)} changes it" if change.causes else "not proven that the resource is updated"
    return Effect(outcome=effect.outcome, planned=effect.planned, reason=effect.reason or why, certain=False)


def _deleted_effect(change: Change | None) -> Effect:
    """Return the effect on a resource that was deleted by hand."""
    if change is None:
        return Effect(outcome="stays", reason=UNTOUCHED)
    match change.kind:
        case "replace":
            return Effect(outcome="overwritten", reason="a new one is created")
        case "remove":
            return Effect(outcome="removed")
        case _:
            return Effect(outcome="unknown", reason="it would be updated, but does not exist: most types fail then")


def _property_effect(found: Difference, change: Change | None) -> Effect:
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
    """Return the effect on a property of a resource that is updated or replaced."""
    if not (values := _counterparts(found.pointer, old, new)):
        return Effect(outcome="unknown", reason="the list has changed, and its elements have no names")
    before, after = values
    if before is not ABSENT and found.expected is not None and equal(before, found.expected) is False:
        return Effect(outcome="unknown", reason="CloudFormation lists the elements in another order than the template")
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
    """Return the values at this path in both templates, or `ABSENT`; None if the path has no counterpart."""
    for part in pointer:
        if isinstance(new, Later):
            return old, new
        if isinstance(old, list) or isinstance(new, list):
            if not part.isdigit() or (elements := _elements(int(part), old, new)) is None:
                return None
            old, new = elements
        else:
            old, new = (it.get(part, ABSENT) if isinstance(it, Mapping) else ABSENT for it in (old, new))
    return old, new


def _elements(index: int, old: Value, new: Value) -> tuple[Value, Value] | None:
    """Return the elements with the same name or, in lists of equal length, the same index."""
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
