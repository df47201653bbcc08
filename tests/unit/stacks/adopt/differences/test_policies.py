"""Two policies that mean the same are equal, and others are not."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.adopt.differences.equality import same

VERSION = "2012-10-17"


def policy(version: str | None = VERSION, **statement: Any) -> dict[str, Any]:
    """A policy of one statement."""
    one = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]} | statement
    found = {"Statement": [{key: value for key, value in one.items() if value is not None}]}
    return found if version is None else {"Version": version, **found}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (policy(), policy(Action="s3:GetObject", Resource="*")),
        (policy(), policy(Action=["S3:getobject"])),
        (policy(), policy(Sid="")),
        (policy(), {**policy(), "Statement": policy()["Statement"][0]}),
        (policy(), policy(None)),
        (policy(Action=["a:B", "c:D"]), policy(Action=["c:D", "a:B", "a:B"])),
        (policy(Principal="*"), policy(Principal={"AWS": "*"})),
        (
            policy(Principal={"AWS": "arn:aws:iam::123456789012:root"}),
            policy(Principal={"AWS": ["123456789012"]}),
        ),
        (
            policy(Condition={"Bool": {"aws:SecureTransport": True}}),
            policy(Condition={"Bool": {"AWS:SecureTransport": ["true"]}}),
        ),
        (
            {"Statement": [*policy()["Statement"], *policy(Effect="Deny")["Statement"]]},
            {"Statement": [*policy(Effect="Deny")["Statement"], *policy()["Statement"]]},
        ),
    ],
)
def test_spelling_means_nothing_to_iam(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Single values and lists, order, case of actions and keys, an account and its root."""
    assert same(one, other, "Policies[read]")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (policy(), policy(Effect="Deny")),
        (policy(), policy(Action="s3:*")),
        (policy(), policy(Resource="arn:aws:s3:::A")),
        (policy(Resource="arn:aws:s3:::a"), policy(Resource="arn:aws:s3:::A")),
        (policy(), policy(Condition={"Bool": {"aws:SecureTransport": "true"}})),
        (policy(Principal="*"), policy(Principal={"AWS": "123456789012"})),
        (
            policy(Resource="arn:aws:s3:::${aws:username}"),
            policy("2008-10-17", Resource="arn:aws:s3:::${aws:username}"),
        ),
        (policy(Action=None, NotAction="s3:*"), policy(Action="s3:*")),
    ],
)
def test_what_allows_something_else_differs(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Effects, resources, conditions, and the version where there are variables, which older ones take as text."""
    assert same(one, other, "Policies[read]") is False
