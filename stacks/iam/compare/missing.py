"""Which of the needs policies do not allow, which they leave open, and what would have to be added."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from stacks.iam.derive.needs import Need
from stacks.iam.derive.policy import policy_documents
from stacks.iam.evaluate import requests
from stacks.iam.evaluate.evaluation import Decision, Outcome, Policies, Request, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stacks.iam.derive.needs import Needs
    from stacks.iam.evaluate.matching import Context

DEPLOYER, CLOUDFORMATION = "deployer", "cloudformation"

UNREAD = "neither may IAM's simulator be asked nor the policies be read"
"""Why everything is undecided for a principal whose policies are unknown."""

Judge: TypeAlias = "Callable[[Need, str], Decision]"
"""Decides about one need on one of its resources."""


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """A need that is not met, or not certainly: `need` has only the resources that are not. `why` says what decided.

    `denied`: a statement forbids it, so that none that is added helps.
    """

    party: str
    need: Need
    why: str
    denied: bool = False

    @property
    def unread(self) -> bool:
        """Whether it is undecided because no policies could be read."""
        return self.why == UNREAD


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the needs lack: certainly (`missing`), or perhaps (`undecided`). `notes` say what could not be read.

    `principals` names the principal of each party that was judged.
    """

    environment: str
    stack_name: str
    principals: Mapping[str, str]
    asked: int
    missing: tuple[Lacking, ...]
    undecided: tuple[Lacking, ...]
    notes: tuple[str, ...] = ()

    @property
    def nothing_known(self) -> bool:
        """Whether not one of the needs could be decided."""
        open_ = {(self.principals[lack.party], lack.need.action) for lack in self.undecided}
        return self.asked > 0 and not self.missing and len(open_) >= self.asked

    def of(self, principal: str) -> tuple[Lacking, ...]:
        """Return what is missing for one of the principals."""
        return tuple(lack for lack in self.missing if self.principals[lack.party] == principal)

    def to_add(self, principal: str | None = None) -> tuple[dict[str, Any], ...]:
        """Policy documents with what is missing, for one principal or all; nothing for what a statement forbids."""
        lacks = self.missing if principal is None else self.of(principal)
        return policy_documents(lack.need for lack in lacks if not lack.denied)


def judge_by_policies(
    policies: Policies, known: Context, region: str = "", *, own_role: bool = False, cluster_arn: str = ""
) -> Judge:
    """Judge by policies; `known` are condition keys that every request has. They are called in `region`, if given.

    `own_role`: CloudFormation has a role of its own. `cluster_arn` is that of the deployment's cluster, if known.
    """

    def judge(need: Need, resource: str) -> Decision:
        context = {**requests.known(need, region, own_role=own_role, cluster_arn=cluster_arn), **known, **need.context}
        return decide(Request(need.action, resource, context), policies)

    return judge


def find_missing(needs: Needs, judge: Judge, *, whose: str, notes: tuple[str, ...] = ()) -> Found:
    """Judge each need on each of its resources; each pair that several things need is judged once."""
    missing: list[Lacking] = []
    undecided: list[Lacking] = []
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
        principals={party: whose for party, its in _parties(needs) if its},
        asked=len({need.action for _, need in _all(needs)}),
        missing=tuple(missing),
        undecided=tuple(undecided),
        notes=(*notes, *(f"not known, because its schema does not say what it calls: {it}" for it in needs.unknown)),
    )


def join_found(first: Found, second: Found) -> Found:
    """Return the findings about both parties of one environment, whose principals differ."""
    return dataclasses.replace(
        first,
        principals={**first.principals, **second.principals},
        asked=first.asked + second.asked,
        missing=first.missing + second.missing,
        undecided=first.undecided + second.undecided,
        notes=first.notes + second.notes,
    )


def _all(needs: Needs) -> Iterator[tuple[str, Need]]:
    yield from ((party, need) for party, its in _parties(needs) for need in its)


def _parties(needs: Needs) -> tuple[tuple[str, tuple[Need, ...]], ...]:
    return (DEPLOYER, needs.deployer), (CLOUDFORMATION, needs.cloudformation)


def _lacks(party: str, need: Need, decisions: dict[str, Decision], *outcomes: Outcome) -> Iterable[Lacking]:
    """At most one: the resources of a need with one of these outcomes."""
    found = {resource: it for resource, it in decisions.items() if it.outcome in outcomes}
    if found:
        whole = dataclasses.replace(need, resources=tuple(found))
        denied = all(it.outcome is Outcome.DENIED for it in found.values())
        yield Lacking(party=party, need=whole, why=next(iter(found.values())).why, denied=denied)
