"""The policies: they allow what is needed and nothing else, in documents that IAM takes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.derive.policy import document_size, policy_documents
from stacks.views import permissions as view
from templates.policy_sizes import INLINE, MANAGED
from tests.support.environments import ALL, feature, rights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.iam.derive.needs import Need

Right = tuple[str, str, str]
"""An action, one resource, and the conditions."""


def allowed(found: Iterable[dict[str, Any]]) -> Iterator[Right]:
    """What documents allow, one right at a time."""
    for statement in (it for document in found for it in document["Statement"]):
        keys = {
            key: [value] if isinstance(value, str) else value
            for part in statement.get("Condition", {}).values()
            for key, value in part.items()
        }
        for action in statement["Action"]:
            for resource in statement["Resource"]:
                yield action, resource, json.dumps(keys, sort_keys=True)


def needed(needs: Iterable[Need]) -> set[Right]:
    """The same of needs."""
    return {
        (need.action, resource, json.dumps({key: list(it) for key, it in need.context.items()}, sort_keys=True))
        for need in needs
        for resource in need.resources
    }


@pytest.mark.parametrize("name", ALL)
def test_policies_allow_exactly_the_needs_within_iams_limits(name: str) -> None:
    """Each right once, none too many; no document is longer than a managed policy, and no role gets more than ten."""
    needs = feature(name).needs
    for party in (needs.deployer, needs.cloudformation):
        found = policy_documents(party)
        rights_ = list(allowed(found))
        assert len(rights_) == len(set(rights_))
        assert set(rights_) == needed(party)
        assert all(document_size(document) <= MANAGED for document in found)
    assert len(view.policies(needs)) <= 10


def test_a_role_that_takes_inline_policies_gets_what_fits() -> None:
    """The deployer's rights fit a role's inline policies."""
    (document,) = policy_documents(feature("plain").needs.deployer, INLINE)
    assert document_size(document) <= INLINE


@pytest.mark.parametrize("limit", [900, 2000, 6144, 100_000])
def test_a_smaller_limit_only_makes_more_documents(limit: int) -> None:
    """Whatever a document may be long, together they allow the same; a statement that is too long alone is divided."""
    needs = feature("plain").needs.cloudformation
    found = policy_documents(needs, limit)
    assert set(allowed(found)) == needed(needs)
    assert all(document_size(document) <= limit for document in found)


@pytest.mark.parametrize("name", ALL)
def test_every_statement_says_why(name: str) -> None:
    """A Sid is letters and digits, names a module, and is there once in all documents of a caller."""
    rights_ = feature(name)
    modules = {need.why.module for need in rights_.needs.cloudformation}
    found = [it["Sid"] for document in policy_documents(rights_.needs.cloudformation) for it in document["Statement"]]
    assert len(found) == len(set(found))
    for sid in found:
        assert re.fullmatch(r"[A-Za-z0-9]+", sid)
        assert sid.startswith((*modules, "PassRolesTo", "ServiceLinkedRoleOf")), sid


def test_actions_on_the_same_resources_share_a_statement() -> None:
    """No two statements have the same resources and conditions, or the same actions and conditions."""
    found = [it for document in policy_documents(feature("plain").needs.cloudformation) for it in document["Statement"]]
    for part in ("Resource", "Action"):
        keys = [json.dumps([it[part], it.get("Condition")], sort_keys=True) for it in found]
        assert len(keys) == len(set(keys))


def test_the_same_settings_give_the_same_bytes() -> None:
    """Derived twice, the table and the policies are the same."""
    one, other = rights(), rights()
    assert view.text(one.needs) == view.text(other.needs)
    assert json.dumps(view.policies(one.needs)) == json.dumps(view.policies(other.needs))
