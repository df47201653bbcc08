"""The words of a plan: what a person reads in the terminal and in a comment alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.plan.stateful import find_endangered
from stacks.views.plan.essentials import essential_properties

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from stacks.cloudformation.changes import Change, Kind, PropertyChange
    from stacks.plan import Plan

SYMBOLS: Mapping[Kind, str] = {"add": "+", "change": "~", "replace": "-/+", "remove": "-", "import": "<="}
EQUAL = "="
PROVEN_EQUAL = "CloudFormation says maybe; template and parameters are equal: no change"
RESOURCE_EQUAL = "CloudFormation says maybe; its properties are equal: no change"
UNPROVEN = "not proven: only CloudFormation says so"
LONGEST = 56
"""Characters of a value that is shown in passing."""
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def symbol(change: Change) -> str:
    """Return the sign before a change; `=` for what is proven not to change."""
    return EQUAL if change.certainty == "none" else SYMBOLS[change.kind]


def header(plan: Plan) -> str:
    """Where, and in what state the stack is, as far as it is known: `ap-northeast-2 · account ... · ...`."""
    parts = [plan.region, f"account {plan.account_id}" if plan.account_id else "", state(plan)]
    return " · ".join(part for part in parts if part)


def state(plan: Plan) -> str:
    """Return the stack's state and its age, or that it is new."""
    existing = plan.request.existing
    if existing is None or existing.under_review:
        return "new"
    if plan.made_at is None or existing.changed_at is None:
        return existing.state
    return f"{existing.state} {ago(plan.made_at - existing.changed_at)}"


def ago(age: timedelta) -> str:
    """Return `3 days ago`; under a minute `just now`."""
    seconds = age.total_seconds()
    for length, name in UNITS:
        count = int(seconds // length)
        if count:
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def summary(plan: Plan) -> str:
    """Return the summary in one line, in Terraform's words."""
    counts = plan.changes.count()
    imported = f"{counts['import']} to import, " if counts["import"] else ""
    line = (
        f"Plan: {imported}{counts['add']} to add, {counts['change']} to change, "
        f"{counts['replace']} to replace, {counts['remove']} to destroy."
    )
    return line if any(counts.values()) else f"{line} Only outputs, parameters or tags of the stacks change."


def no_changes(plan: Plan) -> str:
    """Return the line for a plan without a change set."""
    if plan.former is not None:
        return f"No changes of {plan.request.stack_name} before its image is in {plan.former.repository}."
    but = ", but for what is said above" if plan.mismatches else ""
    return f"No changes. {plan.request.stack_name} is what the settings say{but}."


def remark(change: Change) -> str:
    """Return what a reader has to know of a resource beside its properties."""
    if change.certainty == "none":
        return RESOURCE_EQUAL
    words = [change.consequence] if change.consequence else []
    if not is_listed(change) and (shown := essence(change)):
        words.append(shown)
    if change.replacement == "Conditional":
        words.append("may be replaced")
    if change.certainty == "unproven":
        words.append(UNPROVEN)
    if change.certainty == "depends" and not any(item.causes for item in change.properties):
        words.append(depends(change.causes))
    return "; ".join(words)


def is_listed(change: Change) -> bool:
    """Whether each property is shown: a resource that is created or deleted as a whole has too many."""
    return change.kind not in {"add", "remove"}


def essence(change: Change) -> str:
    """Return what identifies an added or removed resource: `Family preto-2-prod, Cpu 256, Image .../app:v42`."""
    shown = (
        (item.path, item.before if change.kind == "remove" else item.after) for item in essential_properties(change)
    )
    return ", ".join(f"{path.rsplit('.', 1)[-1]} {middle(value(found), LONGEST)}" for path, found in shown)


def middle(text: str, width: int) -> str:
    """Return the text, shortened in the middle where it is long: ARNs differ at both ends."""
    if len(text) <= width:
        return text
    end = (width - 1) * 2 // 3
    return f"{text[: width - 1 - end]}…{text[len(text) - end :]}"


def nested_remark(change: Change) -> str:
    """Return what a reader has to know of a nested stack."""
    if change.certainty == "none":
        return PROVEN_EQUAL
    if change.nested is not None and not change.nested.changes:
        return UNPROVEN if change.certainty == "unproven" else "(nothing in it changes)"
    return ""


def needs_permission(plan: Plan) -> str:
    """Return the options without which the plan is not executed, or ""."""
    paths = [path for path, _ in find_endangered(plan.changes)]
    if not paths:
        return ""
    return f"To deploy this: {' '.join(f'--allow-replace {path}' for path in paths)}"


def depends(causes: tuple[str, ...]) -> str:
    """Return `depends on Service`; paths are shortened to their last part."""
    return f"depends on {', '.join(dict.fromkeys(cause.rsplit('/', 1)[-1] for cause in causes))}"


def suffix(item: PropertyChange) -> str:
    """Return the remark after a property's values."""
    words = []
    if item.certainty == "unproven":
        words.append("not proven")
    if item.recreates != "no":
        words.append("forces replacement" if item.recreates == "yes" and item.certainty == "certain" else "may replace")
    return f"  ({', '.join(words)})" if words else ""


def values(item: PropertyChange) -> tuple[str, str]:
    """Return old and new value in one line each; a dependency stands for a new value that is not known."""
    before, after = value(item.before), value(item.after)
    if item.causes:
        return ("" if before == after else before, depends(item.causes))
    return before, after


def value(found: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value in one line; `None` where there is none."""
    if found is None:
        return "(none)"
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, sort_keys=True)
    return " ".join(text.split()) or '""'
