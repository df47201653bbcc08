"""One policy case of AWS's documentation, and short ways to write one down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Decision, Outcome, Policies, Request, decide
from tests.support.trust import Caller, decide_trust

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = dict[str, Any]

ALLOWED, DENIED, NOT_ALLOWED, UNKNOWN = Outcome.ALLOWED, Outcome.DENIED, Outcome.NOT_ALLOWED, Outcome.UNKNOWN

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
ARNS = GUIDE + "reference-arns.html"
IDENTITY = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
ACTION = GUIDE + "reference_policies_elements_action.html"
NOT_ACTION = GUIDE + "reference_policies_elements_notaction.html"
RESOURCE = GUIDE + "reference_policies_elements_resource.html"
NOT_RESOURCE = GUIDE + "reference_policies_elements_notresource.html"
PRINCIPAL = GUIDE + "reference_policies_elements_principal.html"
CONDITION = GUIDE + "reference_policies_elements_condition.html"
OPERATORS = GUIDE + "reference_policies_elements_condition_operators.html"
MANY_VALUES = GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html"
SEVERAL = GUIDE + "reference_policies_condition-logic-multiple-context-keys-or-values.html"
VARIABLES = GUIDE + "reference_policies_variables.html"
VERSION = GUIDE + "reference_policies_elements_version.html"
LOGIC = GUIDE + "reference_policies_evaluation-logic.html"
BOUNDARIES = GUIDE + "access_policies_boundaries.html"
OIDC = GUIDE + "id_roles_create_for-idp_oidc.html"
PASS_ROLE = GUIDE + "id_roles_use_passrole.html"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What becomes of a request, by which page.

    `emulator` says why the embedded AWS's evaluator decides otherwise; empty where it decides the same.
    """

    name: str
    page: str
    asked: Request
    outcome: Outcome
    identity: tuple[Json, ...] = ()
    boundary: Json | None = None
    trust: Json | None = None
    caller: Caller | None = None
    emulator: str = ""

    def decided(self) -> Decision:
        """What our evaluator says."""
        if self.trust is not None and self.caller is not None:
            return decide_trust(self.trust, self.caller, self.asked)
        policies = Policies(
            tuple(parse_policy(one, f"identity {i}") for i, one in enumerate(self.identity)),
            parse_policy(self.boundary, "boundary") if self.boundary else None,
        )
        return decide(self.asked, policies)


@dataclass(frozen=True)
class Table:
    """The rows about one subject."""

    subject: str
    rows: list[Row] = field(default_factory=list)

    def row(self, name: str, page: str, statements: list[Json], asked: Request, outcome: Outcome, **rest: Any) -> None:
        """Adds a case whose statements are in one identity-based policy; `rest` are further fields of the row."""
        identity = (document(*statements),) if statements else ()
        name = f"{self.subject}: {name}"
        self.rows.append(Row(name=name, page=page, asked=asked, outcome=outcome, **{"identity": identity, **rest}))


def document(*statements: Json, version: str | None = "2012-10-17") -> Json:
    """A policy document."""
    return ({"Version": version} if version else {}) | {"Statement": list(statements)}


def allow(**elements: Any) -> Json:
    """An Allow; on everything, as far as it does not say on what."""
    return _statement("Allow", elements)


def deny(**elements: Any) -> Json:
    """A Deny; of everything, as far as it does not say of what."""
    return _statement("Deny", elements)


def _statement(effect: str, elements: Json) -> Json:
    action = {} if "NotAction" in elements else {"Action": "*"}
    resource = {} if "NotResource" in elements else {"Resource": "*"}
    return {"Effect": effect} | action | resource | elements


def trusts(principal: Any, action: str = "sts:AssumeRole", effect: str = "Allow", **elements: Any) -> Json:
    """A trust policy of one statement."""
    return document({"Effect": effect, "Principal": principal, "Action": action, **elements})


def ask(action: str, resource: str = "*", context: Mapping[str, str | list[str] | None] | None = None) -> Request:
    """A request; a context's value may stand alone."""
    values = {
        key: None if value is None else (value,) if isinstance(value, str) else tuple(value)
        for key, value in (context or {}).items()
    }
    return Request(action, resource, values)
