"""The same cases, decided by the embedded AWS's own evaluator.

It knows no request that is a pattern, and nothing unknown: a key that is not in the context is one that the request
lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.evaluate.evaluation import Outcome, Request
from tests.unit.stacks.iam.evaluate.rows import UNKNOWN, Json, Row
from tests.unit.stacks.iam.evaluate.tables import ROWS

if TYPE_CHECKING:
    from tests.support.trust import Caller

emulator = pytest.importorskip("ministack.core.iam_evaluator")

ACCOUNT = "123456789012"
OUTCOMES = {"Allow": Outcome.ALLOWED, "Deny": Outcome.DENIED, "ImplicitDeny": Outcome.NOT_ALLOWED}


def is_concrete(request: Request) -> bool:
    """Whether it is one request and no pattern."""
    return not {"*", "?"} & {*request.action, *("" if request.resource == "*" else request.resource)}


CONCRETE = [row for row in ROWS if row.outcome is not UNKNOWN and is_concrete(row.asked)]


def second_opinion(row: Row) -> Outcome:
    """What the embedded AWS's evaluator says."""
    asked = row.asked
    context = context_of(asked, row.caller)
    if row.trust is not None:
        if emulator.evaluate_trust_policy(row.trust, row.caller.name if row.caller else "", context):
            return Outcome.ALLOWED
        return Outcome.DENIED if row.outcome is Outcome.DENIED else Outcome.NOT_ALLOWED  # It says only yes or no.
    limits = [read((row.boundary,))] if row.boundary else []
    return OUTCOMES[emulator.evaluate(context, read(row.identity), *limits).decision]


def read(documents: tuple[Json, ...]) -> list[Any]:
    """The documents as the embedded AWS holds them."""
    return [emulator.parse_policy_document(one) for one in documents]


def context_of(asked: Request, caller: Caller | None) -> Any:
    """The request as the embedded AWS holds it."""
    values: dict[str, Any] = {}
    for key, of_key in asked.context.items():
        has_many = of_key is not None and (len(of_key) != 1 or key in {"aws:TagKeys", "dynamodb:Attributes"})
        values[key.lower()] = list(of_key or ()) if has_many else of_key[0] if of_key else None
    return emulator.EvalContext(
        principal_arn=caller.name if caller else values.get("aws:principalarn") or "",
        principal_type="AssumedRole" if caller and caller.kind == "AWS" else "User",
        principal_account=ACCOUNT,
        action=asked.action,
        resource_arn=asked.resource,
        region=values.get("aws:requestedregion") or "eu-west-1",
        source_ip=values.get("aws:sourceip") or "192.0.2.1",
        secure_transport=values.get("aws:securetransport") == "true",
        tag_keys=values.get("aws:tagkeys"),
        service_context=values,
        principal_keys=values,
    )


@pytest.mark.parametrize("row", [row for row in CONCRETE if not row.emulator], ids=lambda row: row.name)
def test_the_embedded_aws_decides_the_same(row: Row) -> None:
    """A second implementation of the documented logic comes to the same end."""
    assert second_opinion(row) is row.outcome


@pytest.mark.parametrize(
    "row", [row for row in CONCRETE if row.emulator], ids=lambda row: f"{row.name}: {row.emulator}"
)
def test_the_embedded_aws_decides_otherwise(row: Row) -> None:
    """Where it is not as documented, the row says why, as long as that is so."""
    assert second_opinion(row) is not row.outcome
