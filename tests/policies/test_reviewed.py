"""Nothing is allowed everything, and what is allowed on everything is on a list that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.iam.derive.reference import action_exists, resource_types_of
from stacks.iam.evaluate.documents import parse_policy
from tests.policies.emitted import Use, emitted
from tests.policies.reviewed import ON_ANYTHING, PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.policies.emitted import Emitted

ANYTHING = "*"
KEY = "AWS::KMS::Key"


def allowed() -> Iterator[tuple[Emitted, dict[str, Any], list[str]]]:
    """Every statement of every document that allows something, and its resources."""
    for found in emitted():
        for statement in found.document["Statement"]:
            if statement["Effect"] == "Allow":
                resources = statement.get("Resource", [])
                yield found, statement, [resources] if isinstance(resources, str) else resources


def on_anything() -> Iterator[tuple[str, str]]:
    """Each action that is allowed on `*`, and where; a key policy's `*` is not meant."""
    for found, statement, resources in allowed():
        if ANYTHING in resources and found.type != KEY:
            for action in statement["Action"]:
                yield action, found.where


def as_identity(found: Emitted) -> dict[str, Any]:
    """The document as one of an identity's, when what only the other ones have is as it should be."""
    if found.use is Use.IDENTITY:
        return {**found.document}
    statements = []
    for it in found.document["Statement"]:
        principal = it["Principal"]
        assert principal == "*" or (principal and principal.keys() <= {"AWS", "Service", "Federated"}), found.where
        assert "NotPrincipal" not in it, found.where
        assert found.use is Use.RESOURCE or not {"Resource", "NotResource"} & it.keys(), found.where
        without = {"Principal", *(["Sid"] if found.use is Use.RESOURCE else [])}
        statements.append({"Resource": "*"} | {name: value for name, value in it.items() if name not in without})
    return {**found.document, "Statement": statements}


def test_every_document_is_one_that_iam_takes() -> None:
    """Read as strictly as those that a user gives."""
    for found in emitted():
        assert parse_policy(as_identity(found), found.where).statements


def test_nothing_is_allowed_everything() -> None:
    """No `*` action, nothing allowed by leaving out, and no whole service on `*`, but a key to its own account."""
    for found, statement, resources in allowed():
        assert not {"NotAction", "NotResource"} & set(statement), found.where
        assert not {"*", "*:*"} & set(statement["Action"]), found.where
        if ANYTHING in resources and found.type != KEY:
            assert not [it for it in statement["Action"] if it.endswith(":*")], found.where


def test_on_everything_only_where_aws_knows_no_resource_or_the_list_says_why() -> None:
    """By the service authorization reference; a pattern is always on the list."""
    for action, where in on_anything():
        if action not in ON_ANYTHING:
            assert ANYTHING not in action, f"{where}: {action}"
            assert not resource_types_of(action), f"{where}: {action} could be on {resource_types_of(action)}"


def test_every_action_exists_or_is_a_pattern_on_the_list() -> None:
    """A misspelt action would allow nothing, and a pattern more than is seen."""
    for found, statement, _ in allowed():
        for action in statement["Action"]:
            assert action in PATTERNS if ANYTHING in action else action_exists(action), f"{found.where}: {action}"


def test_the_lists_name_nothing_that_they_need_not() -> None:
    """What is not allowed any more, or what AWS has no resource for, is removed."""
    assert set(ON_ANYTHING) <= {action for action, _ in on_anything()}
    assert all(ANYTHING in action or resource_types_of(action) for action in ON_ANYTHING)
    assert set(PATTERNS) <= {action for _, statement, _ in allowed() for action in statement["Action"]}
