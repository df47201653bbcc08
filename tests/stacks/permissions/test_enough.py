"""The derived policies and the evaluator agree: what is needed is allowed, and with any one action less it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.permissions.documents import parse_policy
from stacks.permissions.evaluation import Outcome, Policies, Request, decide
from stacks.permissions.policy import documents
from tests.stacks.permissions.environments import feature

if TYPE_CHECKING:
    from stacks.permissions.needs import Need

ENVIRONMENTS = ("prod", "hardened")


def outcomes(need: Need, found: tuple[dict[str, Any], ...]) -> set[Outcome]:
    """What becomes of the need's requests, one for each of its resources, where a role has these policies."""
    policies = Policies(identity=tuple(parse_policy(it, f"policy {index}") for index, it in enumerate(found)))
    return {decide(Request(need.action, it, dict(need.context)), policies).outcome for it in need.resources}


def without(action: str, found: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """The policies less one action."""
    kept = [
        [it | {"Action": [name for name in it["Action"] if name != action]} for it in document["Statement"]]
        for document in found
    ]
    return tuple(
        {"Version": "2012-10-17", "Statement": some} for all_ in kept if (some := [it for it in all_ if it["Action"]])
    )


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_role_with_the_derived_policies_lacks_nothing(name: str) -> None:
    """Of every need, every request of its patterns is certainly allowed."""
    needs = feature(name).needs
    for party in (needs.deployer, needs.cloudformation):
        found = documents(party)
        assert [need for need in party if outcomes(need, found) != {Outcome.ALLOWED}] == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_with_any_one_action_less_it_lacks_that_one(name: str) -> None:
    """Nothing in the policies is there twice, or covers for something else."""
    needs = feature(name).needs
    for party in (needs.deployer, needs.cloudformation):
        found = documents(party)
        for action, need in {need.action: need for need in party}.items():
            assert outcomes(need, without(action, found)) == {Outcome.NOT_ALLOWED}, action
