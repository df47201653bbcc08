"""A plan as a comment for a pull request: details folded, and never longer than GitHub takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.views import duration
from stacks.views.plan import by_hand, cost, leaves, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.cloudformation.changes import Change
    from stacks.plan import Plan

LIMIT = 65_536
"""Characters of a comment: https://docs.github.com/en/rest/issues/comments (`body is too long (maximum is 65536)`)."""
RESERVE = 400
"""Characters kept for the fold's end and the line that counts what was left out."""
VALUE = 300
"""Characters of one value."""
KEPT_NOTES = 4_000
SIGNS = {"+": "+", "-": "-", "-/+": "!", "~": "!", "<=": "+", "=": " "}
"""The first column by which GitHub colours a diff: green, red, orange."""


def markdown(plan: Plan) -> str:
    """Return the plan as Markdown: a summary, then every resource in a fold; what does not fit is counted."""
    where = words.header(plan)
    head = [f"### Plan for `{plan.request.stack_name}`", "", *([where, ""] if where else [])]
    head += [f"> {note}" for note in plan.request.notes] + ([""] if plan.request.notes else [])
    if plan.change_set is None:
        return "\n".join([*head, f"**{words.no_changes(plan)}**", ""])
    head += [f"**{words.summary(plan)}**", ""]
    if permission := words.needs_permission(plan):
        head += [f"`{permission}`", ""]
    if plan.estimate:
        head += [duration.estimate(plan.estimate), ""]
    if plan.cost:
        first, *rest = cost.lines(plan.cost)
        head += [first, *([""] if rest else []), *(f"- {_cell(line.strip())}" for line in rest), ""]
    head += _replacements(plan)
    text = cut("\n".join(head), KEPT_NOTES * 2)
    text += "\n" + _folded("What was changed by hand", _by_hand(plan), KEPT_NOTES)
    return text + _folded("Every change", _changes(plan), LIMIT - len(text) - RESERVE)


def _replacements(plan: Plan) -> list[str]:
    """Return what is replaced or removed, with what that means: to be read without unfolding."""
    grave = [
        (path, change)
        for path, change in plan.changes.paths()
        if change.kind in {"replace", "remove"} and change.certainty != "none"
    ]
    rows = [f"| `{path}` | {change.kind} | {_cell(words.remark(change))} |" for path, change in grave[:30]]
    if len(grave) > len(rows):
        rows.append(f"| and {len(grave) - len(rows)} more | | |")
    return ["| resource | | what it means |", "|---|---|---|", *rows, ""] if rows else []


def _by_hand(plan: Plan) -> list[str]:
    return [] if plan.drift is None else ["\n".join(by_hand.lines(plan.drift, plan.changes))]


def _changes(plan: Plan) -> list[str]:
    return ["\n".join(_resource(path, change)) for path, change in _listed(plan)]


def _listed(plan: Plan) -> Iterator[tuple[str, Change]]:
    """Resources, and in their place the nested stacks that are proven equal."""
    equal = {
        f"{change.logical_id}/": change
        for change in plan.changes.changes
        if change.nested is not None and change.certainty == "none"
    }
    yield from ((path.rstrip("/"), change) for path, change in equal.items())
    for path, change in plan.changes.paths():
        if f"{path.split('/')[0]}/" not in equal:
            yield path, change


def _resource(path: str, change: Change) -> Iterator[str]:
    sign = words.symbol(change)
    remark = words.nested_remark(change) if change.nested is not None else words.remark(change)
    yield f"{SIGNS[sign]} {sign:<3} {path}  {change.type}{f'   {remark}' if remark else ''}"
    if change.certainty == "none" or not words.is_listed(change):
        return
    for item in leaves.listed(change.properties):
        before, after = (cut(text, VALUE) for text in words.values(item))
        values = f"{before} → {after}" if before else after
        yield f"        {item.path}  {values}{words.suffix(item)}"


def _folded(title: str, blocks: list[str], room: int) -> str:
    """Return the blocks in a fold, as many as there is room for, with the number of those left out."""
    if not blocks:
        return ""
    kept: list[str] = []
    used = len(title) + 80
    for block in blocks:
        safe = block.replace("```", "'''")
        used += len(safe) + 1
        if used > room:
            break
        kept.append(safe)
    left = len(blocks) - len(kept)
    more = [f"... and {left} more of {len(blocks)}: the whole plan is in the log of the run, or in `plan --json`"]
    body = "\n".join([*kept, *(more if left else [])])
    return f"<details><summary>{title}</summary>\n\n```diff\n{body}\n```\n\n</details>\n"


def _cell(text: str) -> str:
    return cut(text.replace("|", "\\|"), VALUE)


def cut(text: str, length: int) -> str:
    """Return the text, or its beginning."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
