"""Which rights a deployment needs: a table that says why, IAM policies, or JSON."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from typing import TYPE_CHECKING, Any

from stacks.iam.derive.needs import Phase
from stacks.iam.derive.policy import policy_documents
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.iam.derive.needs import Need, Needs

DEPLOYER, CLOUDFORMATION = "deployer", "cloudformation"
HEADINGS = {
    DEPLOYER: "What the commands call, as whoever runs them",
    CLOUDFORMATION: "What CloudFormation calls, as its execution role, or as the caller where it has none",
}
WIDEST = 50
"""Characters of a column beyond which only the row itself is wider."""


def only(needs: Needs, party: str | None) -> Needs:
    """Return the needs of one party, or of both where `party` is None."""
    if party is None:
        return needs
    if party == DEPLOYER:
        return dataclasses.replace(needs, cloudformation=(), unknown=())
    return dataclasses.replace(needs, deployer=())


def text(needs: Needs) -> str:
    """By module and resource: every action, on what, and why."""
    lines = [f"Rights for {needs.environment}, stack {needs.stack_name}"]
    for party, found in _parties(needs):
        if found:
            lines += ["", HEADINGS[party], *_modules(found)]
    actions = {need.action for _, found in _parties(needs) for need in found}
    number = f"{counted(len(actions), 'action')}."
    summed = number if actions else "Nothing that the deployed templates do not need already."
    lines += ["", summed, *_unknown(needs)]
    return "\n".join(lines)


def document(needs: Needs) -> dict[str, Any]:
    """Return the needs as a JSON document."""
    return {
        "environment": needs.environment,
        "stack": needs.stack_name,
        **{party: [_need(need) for need in found] for party, found in _parties(needs)},
        "unknown": list(needs.unknown),
    }


def policies(needs: Needs) -> dict[str, Any]:
    """IAM policy documents, each by a name for it: managed policies, as few as IAM's limit allows."""
    return {
        f"{needs.stack_name}-{party}-{number}": it
        for party, found in _parties(needs)
        for number, it in enumerate(policy_documents(found), start=1)
    }


def _parties(needs: Needs) -> tuple[tuple[str, tuple[Need, ...]], ...]:
    return (DEPLOYER, needs.deployer), (CLOUDFORMATION, needs.cloudformation)


def _modules(found: Iterable[Need]) -> Iterator[str]:
    for module, in_module in groupby(found, key=lambda need: need.why.module):
        yield ""
        yield module
        alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for (logical_id, resource_type), of_one in groupby(
            in_module, key=lambda need: (need.why.logical_id if need.why.type else "", need.why.type)
        ):
            alike.setdefault((resource_type, tuple(_rows(list(of_one)))), []).append(logical_id)
        for (resource_type, rows), logical_ids in alike.items():
            if resource_type:
                yield f"  {', '.join(logical_ids)}  {resource_type}"
            yield from rows


def _rows(found: list[Need]) -> Iterator[str]:
    """Action, what on, and why, in columns."""
    rows = [(need.action, _on(need), _why(need)) for need in found]
    widths = [min(max(len(row[column]) for row in rows), WIDEST) for column in (0, 1)]
    for action, resource, why in rows:
        yield f"    {action:<{widths[0]}}  {resource:<{widths[1]}}  {why}"


def _on(need: Need) -> str:
    """Return the ARN without partition, region and account; of several the first."""
    first = need.resources[0].split(":", 5)[-1]
    return f"{first} and {len(need.resources) - 1} more" if len(need.resources) > 1 else first


def _why(need: Need) -> str:
    commands = "" if need.why.type else f"{need.why.logical_id}: "
    limits = [
        "by its tags" if key.startswith("aws:ResourceTag/") else f"{key} {' or '.join(values)}"
        for key, values in sorted(need.context.items())
    ]
    condition = f" ({', '.join(dict.fromkeys(limits))})" if limits else ""
    return f"{commands}{need.why.sentence}{condition}"


def _unknown(needs: Needs) -> Iterator[str]:
    """Yield a line for each type whose schema names no permissions."""
    for path in needs.unknown:
        yield f"Not known, because its resource schema does not say what it calls: {path}"


def _need(need: Need) -> dict[str, Any]:
    return {
        "action": need.action,
        "resources": list(need.resources),
        "conditions": {key: list(values) for key, values in sorted(need.context.items())},
        "phases": [phase.value for phase in Phase if phase in need.phases],
        "module": need.why.module,
        "logical_id": need.why.logical_id,
        "type": need.why.type or None,
        "property": need.why.property or None,
        "why": need.why.sentence,
        "source": need.source,
    }
