"""IAM's policy simulator, for every resource of a call and with the condition keys that it is given.

ministack's own evaluates the first resource of a call and no key, so that a Deny with a condition always denies.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html

AWS refuses some actions together in one call: they "require different authorization information". Which ones, is not
documented. Reported are `iam:PassRole` beside `sts:AssumeRole`, and actions that create something with tags beside
actions that read. Here it is the latter, within each service, and the refusal names both groups as AWS's does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Record, Response, Untyped

_ACTION = "SimulatePrincipalPolicy"
_WORDS = {"Allow": "allowed", "Deny": "explicitDeny", "ImplicitDeny": "implicitDeny"}
_CREATES = re.compile(r"[\w-]+:(?:Allocate|Create|Request)")
_READS = re.compile(r"[\w-]+:(?:Describe|Get|List)")
_OWN_KEYS = ("aws:principalaccount", "aws:principalarn", "aws:userid", "aws:username", "aws:currenttime")
"""Condition keys whose values the simulator knows itself."""


def install() -> None:
    """Replace ministack's action."""
    iam._IAM_HANDLERS[_ACTION] = _simulate


def _simulate(params: Record) -> Response:
    arn = iam._p(params, "PolicySourceArn")
    found = _policies(arn)
    if found is None:
        return _refuse(404, "NoSuchEntity", f"{arn} cannot be found.")
    actions, resources = _listed(params, "ActionNames"), _listed(params, "ResourceArns") or ["*"]
    if apart := _apart(actions):
        groups = " and ".join(f"[{','.join(group)}]" for group in apart)
        words = f"Invalid Input Actions: {groups} require different authorization information."
        return _refuse(400, "InvalidInput", words)
    given = dict(_context(params))
    results = "".join(_result(arn, found, action, one, given) for action in actions for one in resources)
    text = f"<EvaluationResults>{results}</EvaluationResults><IsTruncated>false</IsTruncated>"
    answer: Response = iam._xml(200, f"{_ACTION}Response", f"<{_ACTION}Result>{text}</{_ACTION}Result>", ns="iam")
    return answer


def _refuse(status: int, code: str, words: str) -> Response:
    answer: Response = iam._error(status, code, words, ns="iam")
    return answer


def _apart(actions: list[str]) -> list[list[str]]:
    """Return two groups of actions that AWS does not take in one call, or none."""
    creates = [it for it in actions if _CREATES.match(it)]
    services = {it.partition(":")[0] for it in creates}
    reads = [it for it in actions if _READS.match(it) and it.partition(":")[0] in services]
    return [[it for it in actions if it not in reads], reads] if reads else []


def _policies(arn: str) -> list[Untyped] | None:
    """Return the policies that allow, then those that limit them; None if there is no such role or user."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    entities = {"role": iam._roles, "user": iam._users}.get(kind, {})
    name = name.rpartition("/")[2]
    if entities.get(name, {}).get("Arn") != arn:
        return None
    gather = {"role": iam_evaluator._gather_role_policies, "user": iam_evaluator._gather_user_policies}[kind]
    account = get_account_id()
    return [gather(name, account), *iam_evaluator._permissions_boundary(entities, name, account)]


def _result(arn: str, layers: list[Untyped], action: str, resource: str, given: dict[str, Untyped]) -> str:
    asked = iam_evaluator.EvalContext(
        principal_arn=arn,
        principal_type="User" if ":user/" in arn else "AssumedRole",
        principal_account=get_account_id(),
        action=action,
        resource_arn=resource,
        region=given.get("aws:requestedregion"),
        source_ip=given.get("aws:sourceip"),
        secure_transport=given.get("aws:securetransport"),
        service_context={"aws:tagkeys": None, **given},
    )
    decision = iam_evaluator.evaluate(asked, *layers).decision
    missing = "".join(f"<member>{escape(key)}</member>" for key in _missing(layers, action, resource, given))
    return (
        f"<member><EvalActionName>{escape(action)}</EvalActionName>"
        f"<EvalResourceName>{escape(resource)}</EvalResourceName><EvalDecision>{_WORDS[decision]}</EvalDecision>"
        f"<MatchedStatements></MatchedStatements><MissingContextValues>{missing}</MissingContextValues></member>"
    )


def _missing(layers: list[Untyped], action: str, resource: str, given: dict[str, Untyped]) -> list[str]:
    """Return the condition keys in statements about the action and the resource that the call does not give."""
    statements = (statement for layer in layers for policy in layer for statement in policy)
    keys = (
        key
        for it in statements
        if it.conditions
        and iam_evaluator._action_matches(action, it.actions, it.not_actions)
        and iam_evaluator._resource_matches(resource, it.resources, it.not_resources)
        for block in it.conditions.values()
        for key in block
    )
    return list(dict.fromkeys(key for key in keys if key.lower() not in {*given, *_OWN_KEYS}))


def _listed(params: Record, name: str) -> list[str]:
    found, number = [], 1
    while value := iam._p(params, f"{name}.member.{number}"):
        found.append(value)
        number += 1
    return found


def _context(params: Record) -> Iterator[tuple[str, Untyped]]:
    """Yield the condition keys in lower case with their values, several values as a list."""
    number = 1
    while key := iam._p(params, f"ContextEntries.member.{number}.ContextKeyName"):
        values = _listed(params, f"ContextEntries.member.{number}.ContextKeyValues")
        yield str(key).lower(), values[0] if len(values) == 1 else values
        number += 1
