"""A plan as one JSON document, whose form docs/reference/plan.schema.json says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.plan.stateful import find_endangered
from stacks.views import duration
from stacks.views.plan import by_hand, cost

if TYPE_CHECKING:
    from stacks.cloudformation.changes import PropertyChange, StackChanges
    from stacks.plan import Plan

FORMAT_VERSION = "1.2"
"""The first number changes when a reader of the old form would fail, the second when something is added."""


def document(plan: Plan) -> dict[str, Any]:
    """Return the plan as a JSON document."""
    existing = plan.request.existing
    return {
        "format_version": FORMAT_VERSION,
        "environment": plan.request.environment,
        "stack": plan.request.stack_name,
        "account": plan.account_id or None,
        "region": plan.region or None,
        "state": existing.state if existing else None,
        "state_since": existing.changed_at.isoformat() if existing and existing.changed_at else None,
        "changed": plan.change_set is not None,
        "summary": dict(plan.changes.count()),
        "estimate": duration.document(plan.estimate),
        "cost": None if plan.cost is None else cost.document(plan.cost),
        "notes": list(plan.request.notes),
        "needs_allow_replace": [path for path, _ in find_endangered(plan.changes)],
        "changes": _changes(plan.changes, ""),
        "drift": None if plan.drift is None else by_hand.document(plan.drift, plan.changes),
    }


def _changes(tree: StackChanges, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            "action": "none" if change.certainty == "none" else change.kind,
            "path": prefix + change.logical_id,
            "logical_id": change.logical_id,
            "type": change.type,
            "physical_id": change.physical_id or None,
            "replacement": change.replacement or None,
            "certainty": change.certainty,
            "depends_on": list(change.causes),
            "consequence": change.consequence or None,
            "policy": change.policy or None,
            "properties": [_property(item) for item in change.properties],
        }
        | ({} if change.nested is None else {"changes": _changes(change.nested, f"{prefix}{change.logical_id}/")})
        for change in tree.changes
    ]


def _property(item: PropertyChange) -> dict[str, Any]:
    return {
        "path": item.path,
        "before": item.before,
        "after": item.after,
        "certainty": item.certainty,
        "depends_on": list(item.causes),
        "recreates": item.recreates,
    }
