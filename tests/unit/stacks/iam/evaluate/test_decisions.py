"""What a decision says beside its outcome: which statements, why, and what would have to be known."""

from __future__ import annotations

from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Decision, Policies, decide
from tests.unit.stacks.iam.evaluate.rows import ALLOWED, DENIED, NOT_ALLOWED, UNKNOWN, Json, allow, ask, deny, document

SERVICES = "arn:aws:ecs:*:123456789012:service/preto-2-prod/*"


def decided(*statements: Json, action: str = "ecs:CreateService", resource: str = SERVICES, **layers: Json) -> Decision:
    """The decision by one identity-based policy named `team`, and perhaps a boundary."""
    boundary = parse_policy(layers["boundary"], "limit") if "boundary" in layers else None
    return decide(ask(action, resource), Policies((parse_policy(document(*statements), "team"),), boundary))


def test_what_allows_is_named() -> None:
    """The policy, which of its statements, and its Sid."""
    decision = decided(allow(Action="s3:*"), allow(Sid="Services", Action="ecs:*"))
    assert decision.outcome is ALLOWED
    assert decision.why == "allowed by statement 2 (Services) of team"
    assert [(one.policy, one.statement) for one in decision.statements] == [("team", "statement 2 (Services)")]


def test_what_denies_is_named() -> None:
    """Only that: what would have allowed it does not matter."""
    decision = decided(allow(), deny(Sid="Never", Action="ecs:Create*"))
    assert decision.outcome is DENIED
    assert decision.why == "denied by statement 2 (Never) of team"


def test_what_is_missing_is_named() -> None:
    """Whether nothing allows it, or a boundary does not let it through."""
    assert decided(allow(Action="s3:*")).why == "not allowed: no statement allows it"
    narrow = document(allow(Action="s3:*"))
    assert decided(allow(), boundary=narrow).why == "not allowed: what the permissions boundary allows is too narrow"


def test_an_unknown_key_is_named_as_the_policy_spells_it() -> None:
    """With the statement that depends on it; a key that does not matter is not named."""
    decision = decided(
        allow(Sid="Tagged", Condition={"StringEquals": {"aws:RequestTag/Project": "preto-2"}}),
        allow(Action="s3:*", Condition={"StringEquals": {"aws:Other": "x"}}),
    )
    assert decision.outcome is UNKNOWN
    assert decision.unknown_keys == ("aws:RequestTag/Project",)
    assert decision.why == "undecided, because statement 1 (Tagged) of team depends on aws:RequestTag/Project"


def test_an_unknown_variable_is_named() -> None:
    """In a resource as in a condition."""
    home = "arn:aws:s3:::bucket/${aws:username}/*"
    assert decided(allow(Resource=home), resource="arn:aws:s3:::bucket/a/b").unknown_keys == ("aws:username",)
    by_prefix = allow(Condition={"StringLike": {"s3:prefix": "${aws:username}/*"}})
    policies = Policies((parse_policy(document(by_prefix), "team"),))
    assert decide(ask("s3:X", "*", {"s3:prefix": "a/b"}), policies).unknown_keys == ("aws:username",)


def test_a_part_that_is_allowed_has_examples() -> None:
    """One request that is allowed and one that is not."""
    decision = decided(allow(Sid="Some", Resource="arn:aws:ecs:*:*:service/preto-2-prod/app*"))
    assert decision.outcome is UNKNOWN
    assert decision.why == (
        "it differs by action or resource: "
        "ecs:CreateService on arn:aws:ecs::123456789012:service/preto-2-prod/ is not allowed: no statement allows it; "
        "ecs:CreateService on arn:aws:ecs::123456789012:service/preto-2-prod/app is allowed by "
        "statement 1 (Some) of team"
    )


def test_nothing_allowed_and_a_part_denied() -> None:
    """It is certain that all of it is refused; the denial is named."""
    decision = decided(deny(Sid="Never", Resource="arn:aws:ecs:*:*:service/*/secret"))
    assert decision.outcome is NOT_ALLOWED
    assert [str(one) for one in decision.statements] == ["statement 1 (Never) of team"]


def test_too_many_wildcards_are_said() -> None:
    """Rather than waited for."""
    decision = decided(allow(Resource=f"arn:aws:s3:::*a{'?' * 30}"), resource="arn:aws:s3:::*")
    assert decision.outcome is UNKNOWN
    assert decision.why == "the patterns have too many wildcards to be compared"
