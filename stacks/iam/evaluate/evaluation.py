"""Decides offline whether a user's or role's policies allow a request.

The logic is that of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: an
explicit Deny in any policy wins; then the boundary must allow what an identity-based policy allows. What depends on
something that is not known is UNKNOWN, and the decision says on what.

Why this is not a library's: docs/decisions/0007-our-own-policy-evaluator.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from stacks.iam.evaluate.applying import Case, Placed, cases, placed
from stacks.iam.evaluate.matching import Context, TooManyWildcardsError
from stacks.iam.evaluate.statements import Document
from stacks.iam.evaluate.truth import Truth, every, some

if TYPE_CHECKING:
    from collections.abc import Iterable


Known: TypeAlias = tuple[tuple[str, tuple[str, ...] | None], ...]
"""A context whose keys are in lower case, each once."""


class Outcome(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_ALLOWED = "not allowed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Request:
    """A request, or all requests of a pattern: action and resource may have `*` and `?`.

    A wildcard before the resource part of an ARN is a segment's unknown value; those at the end of a name that
    CloudFormation makes in a nested stack (`-*-TaskRole-*`) are letters and digits. `*` as the whole resource is what
    AWS checks actions without resource types against; only `*` (or a NotResource) matches it. `context` has condition
    keys, in any case: with their values, or with None (or no values) if the request certainly lacks them; a key that is
    not in it is unknown.
    """

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Policies:
    """The policies of whoever makes a request; what is left out does not exist."""

    identity: tuple[Document, ...] = ()
    boundary: Document | None = None

    def about(self, action: str) -> Policies:
        """As much of them as may be about the action, which may be a pattern."""
        identity = (one.about(action) for one in self.identity)
        return Policies(
            identity=tuple(one for one in identity if one.statements),
            boundary=self.boundary and self.boundary.about(action),
        )


@dataclass(frozen=True)
class Cited:
    """A statement by its policy's name and its place there, with its Sid if it has one."""

    policy: str
    statement: str

    def __str__(self) -> str:
        return f"{self.statement} of {self.policy}"


@dataclass(frozen=True)
class Decision:
    """What becomes of a request, by which statements, and why in a sentence.

    ALLOWED and DENIED hold for all that the request stands for; NOT_ALLOWED says that nothing of it is allowed.
    `unknown_keys` are the condition keys and variables that would have to be known to decide, as the
    policies spell them.
    """

    outcome: Outcome
    statements: tuple[Cited, ...]
    why: str
    unknown_keys: tuple[str, ...] = ()


FREE = frozenset({"sts:getcalleridentity"})
"""What nobody can be denied: "even if an administrator adds a policy to your identity that explicitly denies access".

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""
ALWAYS_ALLOWED = Decision(Outcome.ALLOWED, (), "allowed to everybody, whatever policies say")
TOO_MANY_WILDCARDS = Decision(Outcome.UNKNOWN, (), "the patterns have too many wildcards to be compared")


def decide(request: Request, policies: Policies) -> Decision:
    """Whether the policies allow the request; what was decided before by the same statements is remembered."""
    if request.action.lower() in FREE:
        return ALWAYS_ALLOWED
    context = {key.lower(): None if values is None else tuple(values) for key, values in request.context.items()}
    known = tuple((key, context[key]) for key in sorted(context))
    return _decided(request.action, request.resource, known, policies.about(request.action))


@lru_cache(maxsize=4_000)
def _decided(action: str, resource: str, known: Known, policies: Policies) -> Decision:
    """By policies that are about the action alone. A deployment has some hundred requests."""
    identity = placed(policies.identity)
    boundary = placed([policies.boundary]) if policies.boundary else None
    statements = [*identity, *(boundary or ())]
    try:
        found = cases(action, resource, dict(known), statements)
    except TooManyWildcardsError:
        return TOO_MANY_WILDCARDS
    has_boundary = boundary is not None
    return _combined([_of_case(it, statements, len(identity), has_boundary=has_boundary) for it in found], found)


def _of_case(case: Case, statements: list[Placed], own: int, *, has_boundary: bool) -> Decision:
    """Return the decision for one case; the first `own` statements are the identity's, the others the boundary's."""
    denies = [i for i, one in enumerate(statements) if one.statement.is_deny]
    grants, limits = (
        [i for i in places if not statements[i].statement.is_deny]
        for places in (range(own), range(own, len(statements)))
    )
    granted = some(case.truths[i] for i in grants)
    within = some(case.truths[i] for i in limits) if has_boundary else True
    match _outcome(denied=some(case.truths[i] for i in denies), allowed=every((granted, within))):
        case Outcome.DENIED as result:
            names = _cited(statements[i] for i in denies if case.truths[i])
            return Decision(result, names, f"denied by {', '.join(map(str, names))}")
        case Outcome.ALLOWED as result:
            names = _cited(statements[i] for i in grants if case.truths[i])
            return Decision(result, names, f"allowed by {', '.join(map(str, names))}")
        case Outcome.NOT_ALLOWED as result:
            why = "no statement allows it" if granted is False else "what the permissions boundary allows is too narrow"
            return Decision(result, (), f"not allowed: {why}")
        case result:
            undecided = [i for i, truth in enumerate(case.truths) if truth is None]
            names = _cited(statements[i] for i in undecided)
            keys = tuple(dict.fromkeys(key for i in undecided for key in case.keys[i]))
            why = f"undecided, because {', '.join(map(str, names))} depends on {', '.join(keys)}"
            return Decision(result, names, why, keys)


def _outcome(*, denied: Truth, allowed: Truth) -> Outcome:
    """Return the outcome by whether a Deny applies and whether everything that has to allow does."""
    if denied:
        return Outcome.DENIED
    if allowed is False:
        return Outcome.NOT_ALLOWED
    return Outcome.ALLOWED if allowed and denied is False else Outcome.UNKNOWN


def _cited(statements: Iterable[Placed]) -> tuple[Cited, ...]:
    """Return the statements by name."""
    return tuple(dict.fromkeys(Cited(one.document.name, one.statement.place) for one in statements))


def _combined(decisions: list[Decision], found: list[Case]) -> Decision:
    """Return one decision for all cases of a request: certain only where it is the same for all."""
    first: dict[Outcome, tuple[Decision, Case]] = {}
    for decision, case in zip(decisions, found, strict=True):
        first.setdefault(decision.outcome, (decision, case))
    names = tuple(dict.fromkeys(name for decision in decisions for name in decision.statements))
    keys = tuple(dict.fromkeys(key for decision in decisions for key in decision.unknown_keys))
    if len(first) == 1:
        return Decision(decisions[0].outcome, names, decisions[0].why, keys)
    parts = "; ".join(f"{case.action} on {case.resource} is {decision.why}" for decision, case in first.values())
    refused = first.keys() <= {Outcome.DENIED, Outcome.NOT_ALLOWED}
    result = Outcome.NOT_ALLOWED if refused else Outcome.UNKNOWN
    return Decision(result, names, f"it differs by action or resource: {parts}", keys)
