"""Decides offline whether a role's trust policy lets somebody assume the role.

Trust policies "must explicitly allow access for principals" (reference_policies_evaluation-logic.html); what the
caller's own policies say to it is another question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.iam.evaluate.applying import Case, Placed, cases, placed
from stacks.iam.evaluate.evaluation import TOO_MANY_WILDCARDS, Decision, Outcome, Request, cited, combined, outcome
from stacks.iam.evaluate.matching import TooManyWildcardsError
from stacks.iam.evaluate.principals import Caller, Kind, reach
from stacks.iam.evaluate.truth import Truth, every, some

if TYPE_CHECKING:
    from stacks.iam.evaluate.matching import Context
    from stacks.iam.evaluate.statements import Document


@dataclass(frozen=True)
class WebIdentity:
    """A token of an OpenID Connect provider, by the provider's ARN and the token's claims."""

    provider: str
    claims: Mapping[str, str | tuple[str, ...]]

    def request(self) -> Request:
        """The AssumeRoleWithWebIdentity with this token.

        Its condition keys are the provider's name and the claim's, like `token.actions.githubusercontent.com:sub`
        (reference_policies_iam-condition-keys.html). It has no values for `sub` and `aud` if the token has none.
        """
        host = self.provider.partition(":oidc-provider/")[2]
        claims = {"sub": (), "aud": ()} | {
            name: (value,) if isinstance(value, str) else value for name, value in self.claims.items()
        }
        context: Context = {f"{host}:{name}": values for name, values in claims.items()}
        caller = Caller(self.provider, Kind.FEDERATED)
        return Request("sts:AssumeRoleWithWebIdentity", context=context, caller=caller)


def decide_trust(document: Document, request: Request) -> Decision:
    """Whether the trust policy allows a request to assume its role; the request's resource is of no matter."""
    context = {key.lower(): values for key, values in request.context.items()}
    statements = placed([document.about(request.action)])
    try:
        found = cases(request.action, "*", context, statements)
    except TooManyWildcardsError:
        return TOO_MANY_WILDCARDS
    return combined([_decision(case, statements, request.caller) for case in found], found)


def _decision(case: Case, statements: list[Placed], caller: Caller | None) -> Decision:
    denies: list[tuple[Placed, Truth]] = []
    allows: list[tuple[Placed, Truth]] = []
    for one, about in zip(statements, case.truths, strict=True):
        named = reach(one.statement.principals, caller).at_all if one.statement.principals else False
        (denies if one.statement.is_deny else allows).append((one, every((about, named))))
    result = outcome(denied=some(truth for _, truth in denies), allowed=some(truth for _, truth in allows))
    if result is Outcome.NOT_ALLOWED:
        return Decision(result, (), "not allowed: no statement of the trust policy allows it")
    if result is Outcome.UNKNOWN:
        names = cited(one for one, truth in (*denies, *allows) if truth is None)
        keys = tuple(dict.fromkeys(key for of_statement in case.keys for key in of_statement))
        on = ", ".join(keys) or "who asks"
        return Decision(result, names, f"undecided, because {', '.join(map(str, names))} depends on {on}", keys)
    names = cited(one for one, truth in (denies if result is Outcome.DENIED else allows) if truth)
    return Decision(result, names, f"{result.value} by {', '.join(map(str, names))}")
