"""What IAM's own simulator says, in few calls: it asks for every action on every resource of a call.

It knows what cannot be read from here: service control policies. But a pattern that is asked for is a text to it, so
its "no" to one with a `*` is no proof, and is decided by reading the policies. So is a "no" where conditions
were given: emulators decide without them. So is a "yes" for which it lacked the value of a condition key: a Deny can
hang on that.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html

Some actions it refuses in one call: "Invalid Input Actions: [...] and [...] require different authorization
information". Which these are is documented nowhere: the groups that it names are asked for one after the other.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import DENIED, UNSUPPORTED, ClientError, error_code
from stacks.iam.evaluate.evaluation import Cited, Decision, Outcome
from stacks.iam.evaluate.matching import has_wildcards

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from stacks.aws.session import Aws
    from stacks.iam.compare.principal import Principal
    from stacks.iam.derive.needs import Need

Context = tuple[tuple[str, tuple[str, ...]], ...]
Asked = tuple[str, str, Context]
"""An action, a resource, and the conditions that hold."""
RESULTS = 1000
"""Answers in one call at most: the limit of MaxItems."""
CONNECTIONS = 6
"""Calls at a time; boto3's default pool holds ten connections."""
GROUP = re.compile(r"\[([^\]]*)\]")
SHOWN = 3
"""Actions that a note names."""
INVALID = "InvalidInput"
"""The code for a call that it does not take, for its actions together or for one of its actions or resources."""
APART = "different authorization information"
"""In its words for actions that it does not take together."""
MOST_CALLS = 64
"""Calls in the place of one; what is open then stays so."""
NOT_ASKED = frozenset({"NoSuchEntity", *DENIED, *UNSUPPORTED})
"""Codes that say that nothing can be asked."""


@dataclass
class Batch:
    """One call."""

    context: Context
    actions: set[str] = field(default_factory=set)
    resources: set[str] = field(default_factory=set)

    def takes(self, actions: set[str], resources: set[str]) -> bool:
        """Whether with these it still has its answers on one page."""
        return len(self.actions | actions) * len(self.resources | resources) <= RESULTS


def simulation_key(need: Need, resource: str) -> Asked:
    """Return the decisions that are asked for."""
    return need.action, resource, tuple(sorted((name, tuple(values)) for name, values in need.context.items()))


def batches(asked: Iterable[Asked]) -> list[Batch]:
    """Few calls for all: by conditions, then by service, as many services together as one page of answers has room."""
    by_service: dict[tuple[Context, str], Batch] = {}
    for action, resource, context in asked:
        batch = by_service.setdefault((context, action.partition(":")[0]), Batch(context))
        batch.actions.add(action)
        batch.resources.add(resource)
    found: list[Batch] = []
    for small in sorted(by_service.values(), key=lambda it: -len(it.actions) * len(it.resources)):
        open_ = (it for it in found if it.context == small.context and it.takes(small.actions, small.resources))
        if roomy := next(open_, None):
            roomy.actions |= small.actions
            roomy.resources |= small.resources
        else:
            found.append(small)
    return found


@dataclass
class Answers:
    """The simulator's answers, and the error code for actions that it has not answered completely."""

    given: dict[Asked, Decision] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, more: Answers) -> None:
        """Take in those of another call."""
        self.given |= more.given
        self.refused |= more.refused

    def notes(self) -> tuple[str, ...]:
        """In a line what it gave no answer to; nothing where it answered all, or may not be asked."""
        if not self.refused:
            return ()
        names = sorted(self.refused)
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        why = ", ".join(sorted({*self.refused.values()}))
        what = f"IAM's simulator did not answer for {', '.join(names[:SHOWN])}{more} ({why})"
        return (f"{what}: for these, policies of the organization were not looked at",)


def simulate(aws: Aws, principal: Principal, asked: Iterable[Asked]) -> Answers:
    """Return the simulator's certain answers, but no "yes" with unknown keys; none where it may not be called.

    It wants a role's ARN with its path, as roles of IAM Identity Center have one, which a session does not say.
    """
    calls = batches(asked)
    try:
        try:
            return _simulated(aws, principal.arn, calls)
        except ClientError as error:
            if error_code(error) != "NoSuchEntity" or principal.kind != "role":
                raise
            return _simulated(aws, aws.iam.get_role(RoleName=principal.name)["Role"]["Arn"], calls)
    except ClientError:
        return Answers()


def _simulated(aws: Aws, arn: str, calls: Sequence[Batch]) -> Answers:
    """Return the answers to all calls. Raises ClientError where they are denied, or the principal is unknown.

    What it refuses later, or for another reason, is left open, and the rest is kept.
    """
    found = Answers()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for batch in calls[:1]:  # alone: where it may not be asked, it is asked once
            found.add(_answers(aws, arn, batch, raised=NOT_ASKED))
        for more in pool.map(lambda batch: _answers(aws, arn, batch), calls[1:]):
            found.add(more)
    return found


def _answers(aws: Aws, arn: str, batch: Batch, raised: Collection[str] = ()) -> Answers:
    """Return the answers to one call, which is made in parts where it cannot be made as a whole."""
    found, waiting, calls = Answers(), [batch], 0
    while waiting:
        part = waiting.pop()
        calls += 1
        try:
            found.given |= _asked(aws, arn, part)
        except ClientError as error:
            if error_code(error) in raised:
                raise
            parts = _parts(part, str(error)) if error_code(error) == INVALID and calls < MOST_CALLS else []
            waiting += parts
            found.refused |= {} if parts else dict.fromkeys(part.actions, error_code(error))
    return found


def _parts(batch: Batch, refusal: str) -> list[Batch]:
    """Smaller calls: of the groups that a refusal names, else half of the resources, or of the actions; or none."""
    groups = _groups(refusal, batch.actions)
    if APART not in refusal and len(batch.resources) > 1:
        return [Batch(batch.context, batch.actions, half) for half in _halves(batch.resources)]
    if not groups and len(batch.actions) > 1:
        groups = _halves(batch.actions)
    return [Batch(batch.context, group, batch.resources) for group in groups]


def _groups(refusal: str, actions: set[str]) -> list[set[str]]:
    """Return `[a,b] and [c]`, where these are all of the actions, each once."""
    texts = [[name.strip() for name in group.split(",")] for group in GROUP.findall(refusal)]
    whole = len(texts) > 1 and sorted(name for names in texts for name in names) == sorted(actions)
    return [{*names} for names in texts] if whole else []


def _halves(whole: set[str]) -> list[set[str]]:
    ordered = sorted(whole)
    middle = len(ordered) // 2
    return [{*ordered[:middle]}, {*ordered[middle:]}]


def _asked(aws: Aws, arn: str, batch: Batch) -> dict[Asked, Decision]:
    entries: list[Any] = [
        {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": _type(values)}
        for name, values in batch.context
    ]
    pages = aws.iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=arn,
        ActionNames=sorted(batch.actions),
        ResourceArns=sorted(batch.resources),
        ContextEntries=entries,
        PaginationConfig={"PageSize": RESULTS},
    )
    results = (each for page in pages for result in page["EvaluationResults"] for each in _by_resource(result))
    answers = ((result, _decision(result, given=bool(batch.context))) for result in results)
    return {
        (result["EvalActionName"], result["EvalResourceName"], batch.context): decision
        for result, decision in answers
        if decision is not None
    }


def _by_resource(result: Any) -> Iterator[Any]:  # noqa: ANN401 - boto3's types of both have optional keys only
    """Yield a result for each resource, in whichever of its two forms IAM gives it.

    The decision of the organization's policies is one for all resources: "the most restrictive decision across all
    resources". Where one of them is allowed, it says nothing of the others.
    """
    specific = result.get("ResourceSpecificResults") or []
    if any(one["EvalResourceDecision"] == "allowed" for one in specific):
        result = {**result, "OrganizationsDecisionDetail": {}}
    for one in specific:
        details = {name: one.get(name, []) for name in ("MatchedStatements", "MissingContextValues")}
        yield {
            **result,
            **details,
            "EvalResourceName": one["EvalResourceName"],
            "EvalDecision": one["EvalResourceDecision"],
        }
    if not specific and "EvalResourceName" in result:
        yield result


def _type(values: tuple[str, ...]) -> str:
    return "string" if len(values) == 1 else "stringList"


def _decision(result: Any, *, given: bool) -> Decision | None:  # noqa: ANN401 - boto3's type has optional keys only
    """Return the answer, if it is certain, or would be but for `unknown_keys`; `given`: there were conditions."""
    unknown = tuple(result.get("MissingContextValues", []))
    if result["EvalDecision"] == "allowed":
        return Decision(Outcome.ALLOWED, (), "allowed, as IAM's simulator says", unknown)
    if unknown:
        return None
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return Decision(Outcome.DENIED, (), "a policy of the organization does not allow it, as IAM's simulator says")
    if result["EvalDecision"] == "explicitDeny":
        matched = result.get("MatchedStatements", [])
        names = tuple(Cited(it.get("SourcePolicyId", ""), "a statement") for it in matched)
        return Decision(Outcome.DENIED, names, f"denied by {', '.join(map(str, names)) or 'a statement'}")
    if has_wildcards(result["EvalResourceName"]) or given:
        return None
    return Decision(Outcome.NOT_ALLOWED, (), "not allowed: no statement allows it, as IAM's simulator says")
