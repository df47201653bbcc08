"""A plan, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.views import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.changes import Change, Kind, StackChanges
    from stacks.plan import Plan

SYMBOLS: Mapping[Kind, str] = {"add": "+", "change": "~", "replace": "-/+", "remove": "-", "import": "<="}
COLUMN = 3


def text(plan: Plan) -> str:
    """The changes of each stack under its name, and a last line that counts them."""
    name, notes = plan.request.stack_name, plan.request.notes
    if plan.change_set is None:
        return "\n".join([*notes, f"No changes. {name} is what the settings say."])
    return "\n".join([*notes, name, *_lines(plan.changes, "  "), "", summary(plan), *_time(plan)])


def summary(plan: Plan) -> str:
    """One line, in Terraform's words."""
    counts = plan.changes.count()
    imported = f"{counts['import']} to import, " if counts["import"] else ""
    line = (
        f"Plan: {imported}{counts['add']} to add, {counts['change']} to change, "
        f"{counts['replace']} to replace, {counts['remove']} to destroy."
    )
    return line if any(counts.values()) else f"{line} Only outputs, parameters or tags of the stacks change."


def _time(plan: Plan) -> list[str]:
    return [duration.estimate(plan.estimate)] if plan.estimate else []


def document(plan: Plan) -> dict[str, Any]:
    """The plan as a JSON document."""
    return {
        "environment": plan.request.environment,
        "stack": plan.request.stack_name,
        "changed": plan.change_set is not None,
        "summary": dict(plan.changes.count()),
        "estimate": duration.document(plan.estimate),
        "notes": list(plan.request.notes),
        "changes": _documents(plan.changes),
    }


def _lines(tree: StackChanges, indent: str) -> Iterator[str]:
    width = max((len(change.logical_id) for change in tree.changes if change.nested is None), default=0)
    for change in tree.changes:
        symbol = f"{indent}{SYMBOLS[change.kind]:>{COLUMN}} "
        if change.nested is None:
            yield f"{symbol}{change.logical_id:<{width}}  {change.type}{_remark(change)}"
        else:
            nothing = "" if change.nested.changes else "  (nothing in it changes)"
            yield f"{symbol}{change.logical_id}{nothing}"
            yield from _lines(change.nested, indent + " " * (COLUMN + 1))


def _remark(change: Change) -> str:
    return "  (may be replaced)" if change.replacement == "Conditional" else ""


def _documents(tree: StackChanges) -> list[dict[str, Any]]:
    return [
        {
            "action": change.kind,
            "logical_id": change.logical_id,
            "type": change.type,
            "physical_id": change.physical_id or None,
            "replacement": change.replacement or None,
        }
        | ({} if change.nested is None else {"changes": _documents(change.nested)})
        for change in tree.changes
    ]
