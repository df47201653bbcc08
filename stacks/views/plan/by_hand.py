"""What was changed by hand, beside a plan: what its deployment does about each property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.plan.drift_effects import drift_effects
from stacks.terminal import counted
from stacks.views import drift as view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.cloudformation.changes import StackChanges
    from stacks.cloudformation.drift import Difference, Drift
    from stacks.plan.drift_effects import DriftEffects, Effect, Outcome

HEADINGS: Mapping[Outcome, str] = {
    "overwritten": "Changed by hand; this deployment would overwrite:",
    "removed": "Changed by hand; this deployment would remove the resource:",
    "same": "Changed by hand; the new template says the same:",
    "stays": "Changed by hand; this deployment would leave it as it is:",
    "unknown": "Changed by hand; what this deployment does to it is not known:",
}


def lines(drift: Drift, changes: StackChanges) -> Iterator[str]:
    """Yield each property below its outcome: the template's value, the one by hand, and the future one."""
    if not drift.drifted:
        checked, verb = counted(drift.checked, "resource"), "is" if drift.checked == 1 else "are"
        yield f"Nothing was changed by hand: {checked} {verb} as deployed."
    found = list(drift_effects(drift, changes))
    for outcome, heading in HEADINGS.items():
        below = [line for effects in found for line in _resource(effects, outcome)]
        if below:
            yield heading
            yield from below
    yield from view.left_out(drift)


def document(drift: Drift, changes: StackChanges) -> dict[str, Any]:
    """Return what was changed by hand as a part of the plan's document."""
    return view.document(drift) | {"drifted": [_document(effects) for effects in drift_effects(drift, changes)]}


def _resource(effects: DriftEffects, outcome: Outcome) -> Iterator[str]:
    """Yield a resource, if anything of it has this outcome."""
    item = effects.drifted
    head = f"  {item.path}  {item.type}{'  deleted' if item.deleted else ''}"
    if effects.whole is not None and effects.whole.outcome == outcome:
        yield f"{head}{_remark(effects.whole)}"
    own = [pair for pair in effects.properties if pair[1].outcome == outcome]
    if own:
        yield head
        yield from _properties(own)


def _properties(own: Sequence[tuple[Difference, Effect]]) -> Iterator[str]:
    width = max(len(found.path) for found, _ in own)
    for found, effect in own:
        values = f"{view.value(found.expected)} → {view.value(found.actual)} by hand"
        planned = f" → {view.value(effect.planned)}" if effect.outcome == "overwritten" else ""
        yield f"      {found.path:<{width}}  {values}{planned}{_remark(effect)}"


def _remark(effect: Effect) -> str:
    """Return the reason, unless the heading has it."""
    in_heading = effect.outcome == "stays" and effect.certain
    return f"  ({effect.reason})" if effect.reason and not in_heading else ""


def _document(effects: DriftEffects) -> dict[str, Any]:
    own = view.resource(effects.drifted)
    properties = [
        found | _effect(effect) for found, (_, effect) in zip(own["properties"], effects.properties, strict=True)
    ]
    whole = {} if effects.whole is None else {"outcome": effects.whole.outcome, "reason": effects.whole.reason or None}
    return own | {"properties": properties, "overwritten": effects.touched} | whole


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "outcome": effect.outcome,
        "planned": effect.planned,
        "certain": effect.certain and effect.outcome != "unknown",
        "reason": effect.reason or None,
    }
