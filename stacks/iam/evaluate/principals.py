"""The Principal and NotPrincipal elements, and who makes a request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
For what limits a grant to each kind of principal, "Resource-based policies" in
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from stacks.iam.evaluate.truth import Truth, every, opposite, some

if TYPE_CHECKING:
    from stacks.iam.evaluate.statements import Principals


class Kind(Enum):
    """The kinds of principals that a policy names."""

    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"


@dataclass(frozen=True)
class Caller:
    """Who makes a request: an ARN (user, role session, federated user, root), a service, or an identity provider.

    Of a role session `name` is the session's ARN, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    """

    name: str
    kind: Kind = Kind.AWS


@dataclass(frozen=True)
class Reach:
    """Whether a statement names a caller: itself (`directly`), its user or role (`entity`), or its account (`at_all`).

    Each includes the ones before it.
    """

    directly: Truth
    entity: Truth
    at_all: Truth


NOBODY = Reach(directly=False, entity=False, at_all=False)
UNKNOWN_CALLER = Reach(directly=None, entity=None, at_all=None)


def reach(principals: Principals, caller: Caller | None) -> Reach:
    """How far a statement with these principals reaches to the caller, which may be unknown.

    "*" is everyone, and "for IAM users and role principals within your account, no other permissions are required";
    whether boundaries and session policies limit such a grant is documented only together with aws:PrincipalArn, and so
    it is unknown here.
    """
    if principals.is_everyone and not principals.are_excluded:
        return Reach(directly=None, entity=True, at_all=True)
    if caller is None:
        return UNKNOWN_CALLER
    levels = [[_is_named(principals, caller, name) for name in names] for names in _names(caller)]
    if principals.are_excluded:
        return _excluded([some(level) for level in levels if level])
    directly, entity, account = (some(level) for level in levels)
    entity = some((directly, entity))
    return Reach(directly, entity, some((entity, account)))


def _excluded(named: list[Truth]) -> Reach:
    """NotPrincipal: nobody who is excluded with role and account; whom it excludes in part may be reached or not.

    "If the NotPrincipal element contained only Bob's ARN, the effect of the policy might be to explicitly deny access
    to the AWS account that contains the user Bob" (reference_policies_elements_notprincipal.html).
    """
    is_free, is_excluded = opposite(some(named)), every(named)
    truth = True if is_free is True else False if is_excluded is True else None
    return Reach(truth, truth, truth)


def _names(caller: Caller) -> tuple[list[str], list[str], list[str]]:
    """What a policy can call the caller: itself, its role, its account."""
    found = re.fullmatch(r"arn:([\w-]+):(iam|sts)::(\d{12}):(.+)", caller.name) if caller.kind is Kind.AWS else None
    if found is None:
        return [caller.name], [], []
    partition, _, account, entity = found.groups()
    itself = [] if entity == "root" else [caller.name]
    session = re.fullmatch(r"assumed-role/([^/]+)/.+", entity)
    role = [f"arn:{partition}:iam::{account}:role/{session[1]}"] if session else []
    return itself, role, [f"arn:{partition}:iam::{account}:root", account]


def _is_named(principals: Principals, caller: Caller, name: str) -> Truth:
    """Whether one of the principals is that name, of the caller's kind."""
    names = [named for kind, named in principals.named if kind == caller.kind.value]
    if "*" in names:
        return True if caller.kind is Kind.AWS else None
    return any(_without_path(named) == name or named == name for named in names)


def _without_path(name: str) -> str:
    """A role's ARN without its path, which the ARN of a session does not have: names are unique in an account."""
    return re.sub(r"(:role/)(?:.+/)?([^/]+)$", r"\1\2", name)
