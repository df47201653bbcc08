"""Which rights are missing: what, who needs it and why, what is undecided, and the statements to add."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.iam.compare.missing import CLOUDFORMATION, DEPLOYER, UNREAD
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.iam.compare.missing import Found, Lacking

WHO = {DEPLOYER: "whoever runs the commands", CLOUDFORMATION: "CloudFormation, as its role or as the caller"}
READERS = (
    "Ask as somebody who may (iam:Get*, iam:List*); the roles of GitHub may with [bootstrap] checks_rights = true. "
    "--json lists the actions."
)
NAMED = 3
"""Resources that a line of a refusal names."""


def text(found: Found) -> str:
    """Return the report as text: missing rights first, then what to add to which principal, then warnings."""
    lines = [f"Rights for {found.environment}, stack {found.stack_name}, by {_whose(found)}"]
    for party, who in _parties(found).items():
        if lacks := [it for it in found.missing if it.party == party]:
            lines += ["", f"Missing for {who}:", *(line for lack in lacks for line in _lines(lack))]
    names = list(dict.fromkeys(found.principals.values()))
    for name in names:
        if documents := found.to_add(name):
            heading = "To add:" if len(names) == 1 else f"To add to {name}:"
            lines += ["", heading, *(json.dumps(it, indent=2) for it in documents)]
    if open_ := [lack for lack in found.undecided if not lack.unread]:
        lines += ["", "Warning: undecided", *(line for lack in open_ for line in _lines(lack))]
    lines += _unread(found)
    lines += ["", *(f"Warning: {note}" for note in found.notes), _summary(found)]
    return "\n".join(lines)


def _unread(found: Found) -> Iterator[str]:
    """Yield one line for each principal of which nothing is known, in place of a list of all rights."""
    unread: dict[str, set[str]] = {}
    for lack in found.undecided:
        if lack.unread:
            unread.setdefault(found.principals[lack.party], set()).add(lack.need.action)
    if unread:
        yield ""
    yield from (
        f"Warning: undecided for {name}: all {counted(len(actions), 'action')}, because {UNREAD}"
        for name, actions in unread.items()
    )
    if unread:
        yield f"  {READERS}"


def document(found: Found) -> dict[str, Any]:
    """Return what is missing as a JSON document; the statements to add are for one party."""
    first, *others = dict.fromkeys(found.principals.values())
    return {
        "environment": found.environment,
        "stack": found.stack_name,
        "whose": _whose(found),
        "principals": dict(found.principals),
        "missing": [_lack(found, it) for it in found.missing],
        "undecided": [_lack(found, it) for it in found.undecided],
        "to_add": list(found.to_add(first)),
        "to_add_to_execution_role": [it for name in others for it in found.to_add(name)],
        "notes": list(found.notes),
    }


def _whose(found: Found) -> str:
    """Whose policies these are: of one for all, or of the caller and of CloudFormation's role."""
    names = list(dict.fromkeys(found.principals.values()))
    if len(names) == 1:
        return names[0]
    return f"{found.principals[DEPLOYER]}, and {found.principals[CLOUDFORMATION]} for CloudFormation"


def _parties(found: Found) -> dict[str, str]:
    """Return how each party is called: by name, where they are two."""
    if len(set(found.principals.values())) == 1:
        return WHO
    who = {DEPLOYER: "whoever runs the commands", CLOUDFORMATION: "CloudFormation"}
    return {party: f"{who[party]}, {name}" for party, name in found.principals.items()}


def refusal(found: Found) -> str:
    """Return who lacks how many actions, each on a line with the first of those that need it: for an error."""
    names = dict.fromkeys(found.principals.values())
    return "\n".join(
        f"{name} lacks {_counted(lacks)} for this:\n{_short(lacks)}" for name in names if (lacks := found.of(name))
    )


def _short(lacks: tuple[Lacking, ...]) -> str:
    by_action: dict[str, list[Lacking]] = {}
    for lack in lacks:
        by_action.setdefault(lack.need.action, []).append(lack)
    return "\n".join(f"  {action}: {', '.join(_needed_by(its))}" for action, its in by_action.items())


def _counted(lacks: tuple[Lacking, ...]) -> str:
    count = len({lack.need.action for lack in lacks})
    return f"{count} action{'s' if count > 1 else ''}"


def warning(found: Found) -> str:
    """Return what is not known, in one line; "" where all is."""
    open_ = len({(found.principals[lack.party], lack.need.action) for lack in found.undecided})
    if found.notes:
        return f"Rights are not {'all ' if open_ < found.asked else ''}checked: {'; '.join(found.notes)}"
    lists = f"`python build.py permissions {found.environment} --missing` lists them"
    return f"Rights that cannot be decided beforehand: {open_}; {lists}" if open_ else ""


def _needed_by(lacks: list[Lacking]) -> Iterator[str]:
    names = list(dict.fromkeys(_name(lack) for lack in lacks))
    yield f"{names[0]} ({lacks[0].need.why.sentence})"
    yield from names[1:NAMED]
    if len(names) > NAMED:
        yield f"and {len(names) - NAMED} more"


def _lines(lack: Lacking) -> Iterator[str]:
    need = lack.need
    yield f"  {need.action}  {_name(lack)}: {need.why.sentence}"
    yield from (f"      on {resource}" for resource in need.resources)
    yield f"      {lack.why}"


def _name(lack: Lacking) -> str:
    why = lack.need.why
    return f"{why.module}/{why.logical_id}" if why.type else f"`{why.logical_id}`"


def _summary(found: Found) -> str:
    missing = {(found.principals[it.party], it.need.action) for it in found.missing}
    undecided = {(found.principals[it.party], it.need.action) for it in found.undecided} - missing
    return f"{counted(found.asked, 'action')}: {len(missing)} missing, {len(undecided)} undecided."


def _lack(found: Found, lack: Lacking) -> dict[str, Any]:
    need = lack.need
    return {
        "party": lack.party,
        "whose": found.principals[lack.party],
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
