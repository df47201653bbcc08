"""Which rights are missing: what, who needs it and why, what is undecided, and the statements to add."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.permissions.missing import CLOUDFORMATION, DEPLOYER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.permissions.missing import Found, Lack

WHO = {DEPLOYER: "whoever runs the commands", CLOUDFORMATION: "CloudFormation, as its role or as the caller"}
NAMED = 3
"""Resources that a line of a refusal names."""


def text(found: Found) -> str:
    """For people: missing rights first, then what to add, then warnings."""
    lines = [f"Rights for {found.environment}, stack {found.stack_name}, by {found.whose}"]
    for party, who in WHO.items():
        if lacks := [it for it in found.missing if it.party == party]:
            lines += ["", f"Missing for {who}:", *(line for lack in lacks for line in _lines(lack))]
    if documents := found.to_add():
        lines += ["", "To add:", *(json.dumps(it, indent=2) for it in documents)]
    if found.undecided:
        lines += ["", "Warning: undecided", *(line for lack in found.undecided for line in _lines(lack))]
    lines += ["", *(f"Warning: {note}" for note in found.notes), _summary(found)]
    return "\n".join(lines)


def document(found: Found) -> dict[str, Any]:
    """The same as a JSON document."""
    return {
        "environment": found.environment,
        "stack": found.stack_name,
        "whose": found.whose,
        "missing": [_lack(it) for it in found.missing],
        "undecided": [_lack(it) for it in found.undecided],
        "to_add": list(found.to_add()),
        "notes": list(found.notes),
    }


def short(found: Found) -> str:
    """Missing actions on a line each, the first of those that need it named: for a refusal."""
    by_action: dict[str, list[Lack]] = {}
    for lack in found.missing:
        by_action.setdefault(lack.need.action, []).append(lack)
    return "\n".join(f"  {action}: {', '.join(_needed_by(lacks))}" for action, lacks in by_action.items())


def counted(found: Found) -> str:
    """How many actions are missing."""
    count = len({lack.need.action for lack in found.missing})
    return f"{count} action{'s' if count > 1 else ''}"


def warning(found: Found) -> str:
    """What is not known, in one line; "" where all is."""
    if found.notes:
        return f"Rights are not checked: {'; '.join(found.notes)}"
    count = len({lack.need.action for lack in found.undecided})
    lists = f"`python build.py permissions {found.environment} --missing` lists them"
    return f"Rights that cannot be decided beforehand: {count}; {lists}" if count else ""


def _needed_by(lacks: list[Lack]) -> Iterator[str]:
    names = list(dict.fromkeys(_name(lack) for lack in lacks))
    yield f"{names[0]} ({lacks[0].need.why.sentence})"
    yield from names[1:NAMED]
    if len(names) > NAMED:
        yield f"and {len(names) - NAMED} more"


def _lines(lack: Lack) -> Iterator[str]:
    need = lack.need
    yield f"  {need.action}  {_name(lack)}: {need.why.sentence}"
    yield from (f"      on {resource}" for resource in need.resources)
    yield f"      {lack.why}"


def _name(lack: Lack) -> str:
    why = lack.need.why
    return f"{why.module}/{why.logical_id}" if why.type else f"`{why.logical_id}`"


def _summary(found: Found) -> str:
    missing = {it.need.action for it in found.missing}
    undecided = {it.need.action for it in found.undecided} - missing
    return f"{found.asked} actions: {len(missing)} missing, {len(undecided)} undecided."


def _lack(lack: Lack) -> dict[str, Any]:
    need = lack.need
    return {
        "party": lack.party,
        "action": need.action,
        "resources": list(need.resources),
        "conditions": {key: list(values) for key, values in sorted(need.context.items())},
        "module": need.why.module,
        "logical_id": need.why.logical_id,
        "type": need.why.type or None,
        "property": need.why.property or None,
        "needed_because": need.why.sentence,
        "decided": lack.why,
        "denied": lack.denied,
    }
