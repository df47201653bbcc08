"""Decides offline whether IAM policies allow a request, for principal and resource in the same account.

The logic is that of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: an
explicit Deny in any policy wins; then each level of service control policies, the boundary and the session policies
must allow what an identity-based or a resource-based policy allows. What depends on something that is not known is
UNKNOWN, and the decision says on what.

Why this is not a library's: docs/decisions/0007-our-own-policy-evaluator.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from stacks.iam.evaluate.applying import Case, Placed, cases, placed
from stacks.iam.evaluate.matching import Context, TooManyWildcardsError
from stacks.iam.evaluate.principals import NOBODY, Caller, Reach, reach
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
    not in it is unknown. Without a caller, resource-based policies that name one are unknown.
    """

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)
    caller: Caller | None = None


@dataclass(frozen=True)
class Policies:
    """The policies that apply to a request; what is left out does not exist.

    `service_control` has a tuple for each level of the organization, from its root to the account. `session` are the
    session policies that were passed when the role was assumed. `resource` are the policies of the resource asked for.
    """

    identity: tuple[Document, ...] = ()
    boundary: Document | None = None
    session: tuple[Document, ...] = ()
    service_control: tuple[tuple[Document, ...], ...] = ()
    resource: tuple[Document, ...] = ()

    def about(self, action: str) -> Policies:
        """As much of them as may be about the action, which may be a pattern."""

        def narrow(documents: tuple[Document, ...]) -> tuple[Document, ...]:
            return tuple(one.about(action) for one in documents)

        return Policies(
            identity=tuple(one for one in narrow(self.identity) if one.statements),
            boundary=self.boundary and self.boundary.about(action),
            session=narrow(self.session),
            service_control=tuple(map(narrow, self.service_control)),
            resource=narrow(self.resource),
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
    asked = request.action, request.resource, request.caller
    return _decided(asked, tuple((key, context[key]) for key in sorted(context)), policies.about(request.action))


@lru_cache(maxsize=4_000)
def _decided(asked: tuple[str, str, Caller | None], known: Known, policies: Policies) -> Decision:
    """By policies that are about the action alone. A deployment has some hundred requests."""
    action, resource, caller = asked
    context = dict(known)
    layers = _Layers(policies, action, caller)
    try:
        found = cases(action, resource, context, layers.statements)
    except TooManyWildcardsError:
        return TOO_MANY_WILDCARDS
    return combined([_Evidence(case, layers).decision() for case in found], found)


def outcome(*, denied: Truth, allowed: Truth) -> Outcome:
    """The outcome by whether a Deny applies and whether everything that has to allow does."""
    if denied:
        return Outcome.DENIED
    if allowed is False:
        return Outcome.NOT_ALLOWED
    return Outcome.ALLOWED if allowed and denied is False else Outcome.UNKNOWN


def cited(statements: Iterable[Placed]) -> tuple[Cited, ...]:
    """The statements by name."""
    return tuple(dict.fromkeys(Cited(one.document.name, one.statement.place) for one in statements))


def combined(decisions: list[Decision], found: list[Case]) -> Decision:
    """One decision for all cases of a request: certain only where it is the same for all."""
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


class _Layers:
    """All statements that matter to a request, and which of them are in which kind of policy."""

    def __init__(self, policies: Policies, action: str, caller: Caller | None) -> None:
        self.statements: list[Placed] = []
        self.levels = [self._added(level) for level in policies.service_control]
        self.identity = self._added(policies.identity)
        self.boundary = self._added([policies.boundary]) if policies.boundary else None
        self.session = self._added(policies.session) if policies.session else None
        self.resource = self._added(policies.resource)
        # "KMS key policies are exceptions to this logic, because they must explicitly allow access for principals".
        self.needs_account = bool(policies.resource) and action.lower().startswith("kms:")
        self._caller = caller

    def _added(self, documents: Iterable[Document]) -> range:
        start = len(self.statements)
        self.statements += placed(documents)
        return range(start, len(self.statements))

    def reach(self, i: int) -> Reach:
        """How far statement `i` of a resource-based policy reaches to the caller."""
        statement = self.statements[i].statement
        if statement.principals is None:
            return NOBODY
        found = reach(statement.principals, self._caller)
        by_arn = any(condition.key.lower() == "aws:principalarn" for condition in statement.conditions)
        # Boundaries and session policies "do not limit permissions granted using the aws:PrincipalArn condition key
        # with a wildcard(*) in the Principal element" (reference_policies_elements_principal.html).
        is_direct = by_arn and statement.principals.is_everyone and not statement.principals.are_excluded
        return Reach(directly=True, entity=True, at_all=True) if is_direct else found


class _Evidence:
    """What the layers say to one case."""

    def __init__(self, case: Case, layers: _Layers) -> None:
        self._case = case
        self._layers = layers

    def decision(self) -> Decision:
        result = outcome(denied=some(truth for _, truth in self._denies), allowed=self._allowed)
        if result is Outcome.DENIED:
            return self._by(result, [i for i, truth in self._denies if truth], "denied by")
        if result is Outcome.ALLOWED:
            return self._by(result, [i for i, truth in self._grants if truth], "allowed by")
        if result is Outcome.NOT_ALLOWED:
            return Decision(result, (), f"not allowed: {self._missing()}")
        return self._unknown()

    @cached_property
    def _denies(self) -> list[tuple[int, Truth]]:
        statements = enumerate(self._layers.statements)
        return [(i, self._truth(i)) for i, one in statements if one.statement.is_deny]

    @cached_property
    def _grants(self) -> list[tuple[int, Truth]]:
        """The statements that can grant anything, and whether each does."""
        both = (*self._layers.identity, *self._layers.resource)
        return [(i, self._truth(i)) for i in both if not self._layers.statements[i].statement.is_deny]

    @cached_property
    def _limits(self) -> dict[str, Truth]:
        """Whether the permissions boundary and the session policies allow it, as far as there are any."""
        limits = {
            "what the permissions boundary allows": self._layers.boundary,
            "what the session policies allow": self._layers.session,
        }
        return {name: self._allows(layer) for name, layer in limits.items() if layer is not None}

    @cached_property
    def _granted(self) -> Truth:
        """Whether an identity-based policy allows it, or a resource-based one to the caller's user or role."""
        identity = self._allows(self._layers.identity)
        if self._layers.needs_account:
            identity = every((identity, self._allows(self._layers.resource)))
        return some((identity, self._resource_allows("entity")))

    @cached_property
    def _allowed(self) -> Truth:
        limited = every((self._granted, *self._limits.values()))
        levels = (self._allows(level) for level in self._layers.levels)
        return every((*levels, some((limited, self._resource_allows("directly")))))

    def _allows(self, layer: range) -> Truth:
        allows = (i for i in layer if not self._layers.statements[i].statement.is_deny)
        return some(self._truth(i) for i in allows)

    def _resource_allows(self, how: str) -> Truth:
        allows = (i for i in self._layers.resource if not self._layers.statements[i].statement.is_deny)
        return some(every((self._case.truths[i], getattr(self._layers.reach(i), how))) for i in allows)

    def _truth(self, i: int) -> Truth:
        """Whether statement `i` applies, also to this caller."""
        truth = self._case.truths[i]
        return every((truth, self._layers.reach(i).at_all)) if i in self._layers.resource else truth

    def _by(self, result: Outcome, statements: list[int], how: str) -> Decision:
        names = cited(self._layers.statements[i] for i in statements)
        return Decision(result, names, f"{how} {', '.join(map(str, names))}")

    def _missing(self) -> str:
        for number, level in enumerate(self._layers.levels, 1):
            if self._allows(level) is False:
                return f"no service control policy of level {number} allows it"
        if self._granted is False:
            return "no statement allows it"
        limit = next(name for name, truth in self._limits.items() if truth is False)
        return f"{limit} is too narrow"

    def _unknown(self) -> Decision:
        undecided = [i for i, one in enumerate(self._case.truths) if one is None or self._truth(i) is None]
        names = cited(self._layers.statements[i] for i in undecided)
        keys = tuple(dict.fromkeys(key for i in undecided for key in self._case.keys[i]))
        on = ", ".join(keys) or "how far it reaches to the caller"
        which = ", ".join(map(str, names)) or "a grant to everyone"
        return Decision(Outcome.UNKNOWN, names, f"undecided, because {which} depends on {on}", keys)
