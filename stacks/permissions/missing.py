"""Which of the needs policies do not allow, which they leave open, and what would have to be added."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from stacks.permissions import policy
from stacks.permissions.evaluation import Decision, Outcome, Policies, Request, decide
from stacks.permissions.needs import Need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from stacks.permissions.needs import Needs

DEPLOYER, CLOUDFORMATION = "deployer", "cloudformation"

Judge: TypeAlias = "Callable[[Need, str], Decision]"
"""What becomes of one need on one of its resources."""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """A need that is not met, or not certainly: `need` has only the resources that are not. `why` says what decided.

    `denied`: a statement forbids it, so that none that is added helps.
    """

    party: str
    need: Need
    why: str
    denied: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the needs lack: certainly (`missing`), or perhaps (`undecided`). `whose` says whose policies these are.

    `notes` say what could not be looked at.
    """

    environment: str
    stack_name: str
    whose: str
    asked: int
    missing: tuple[Lack, ...]
    undecided: tuple[Lack, ...]
    notes: tuple[str, ...] = ()

    def to_add(self) -> tuple[dict[str, Any], ...]:
        """Policy documents with the statements that are missing; nothing for what a statement forbids."""
        return policy.documents(lack.need for lack in self.missing if not lack.denied)


def by(policies: Policies, known: Mapping[str, tuple[str, ...]]) -> Judge:
    """Judge by policies; `known` are condition keys that every request has, such as `aws:RequestedRegion`."""

    def judge(need: Need, resource: str) -> Decision:
        return decide(Request(need.action, resource, {**known, **need.context}), policies)

    return judge


def find(needs: Needs, judge: Judge, *, whose: str, notes: tuple[str, ...] = ()) -> Found:
    """Judge each need on each of its resources; each pair that several things need is judged once."""
    missing: list[Lack] = []
    undecided: list[Lack] = []
    judged: dict[tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]], Decision] = {}
    for party, need in _all(needs):
        context = tuple(sorted((key, tuple(values)) for key, values in need.context.items()))
        decisions = {}
        for resource in need.resources:
            key = (need.action, resource, context)
            if key not in judged:
                judged[key] = judge(need, resource)
            decisions[resource] = judged[key]
        missing += _lacks(party, need, decisions, Outcome.DENIED, Outcome.NOT_ALLOWED)
        undecided += _lacks(party, need, decisions, Outcome.UNKNOWN)
    return Found(
        environment=needs.environment,
        stack_name=needs.stack_name,
        whose=whose,
        asked=len({need.action for _, need in _all(needs)}),
        missing=tuple(missing),
        undecided=tuple(undecided),
        notes=(*notes, *(f"not known, because its schema does not say what it calls: {it}" for it in needs.unknown)),
    )


def _all(needs: Needs) -> Iterator[tuple[str, Need]]:
    yield from ((DEPLOYER, need) for need in needs.deployer)
    yield from ((CLOUDFORMATION, need) for need in needs.cloudformation)


def _lacks(party: str, need: Need, decisions: dict[str, Decision], *outcomes: Outcome) -> Iterable[Lack]:
    """At most one: the resources of a need with one of these outcomes."""
    found = {resource: it for resource, it in decisions.items() if it.outcome in outcomes}
    if found:
        whole = dataclasses.replace(need, resources=tuple(found))
        denied = all(it.outcome is Outcome.DENIED for it in found.values())
        yield Lack(party=party, need=whole, why=next(iter(found.values())).why, denied=denied)
