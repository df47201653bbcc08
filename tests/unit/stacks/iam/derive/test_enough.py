"""The derived policies and the evaluator agree: what is needed is allowed, and with any one action less it is not."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.derive.policy import policy_documents
from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Outcome, Policies, Request, decide
from tests.support.environments import feature

if TYPE_CHECKING:
    from stacks.iam.derive.needs import Need

ENVIRONMENTS = ("prod", "hardened")
COVERED = {
    ":role/preto-2-h": "of a role whose name is shortened only this is known; the others of hardened begin like it",
    ":schedule/": "a schedule group is deleted with what is in it, which is the pattern of each of its schedules, too",
    ":preto-2-bootstrap-artifactbucket-*/": "the bucket's name is not known; what stands for it matches folders, too",
}
"""Beginnings of resources of which a pattern is also about others, and why it is no narrower."""


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
        found = policy_documents(party)
        assert [need for need in party if outcomes(need, found) != {Outcome.ALLOWED}] == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_with_any_one_action_less_it_lacks_that_one(name: str) -> None:
    """Nothing in the policies is there twice, or covers for something else."""
    needs = feature(name).needs
    for party in (needs.deployer, needs.cloudformation):
        found = policy_documents(party)
        for action, need in {need.action: need for need in party}.items():
            assert outcomes(need, without(action, found)) == {Outcome.NOT_ALLOWED}, action


def on_others(action: str, resource: str, found: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """The statements with an action, less one resource, as a policy."""
    kept = [
        it | {"Action": [action], "Resource": [one for one in it["Resource"] if one != resource]}
        for document in found
        for it in document["Statement"]
        if action in it["Action"]
    ]
    return ({"Version": "2012-10-17", "Statement": some},) if (some := [it for it in kept if it["Resource"]]) else ()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_without_an_action_on_one_resource_it_lacks_it_there(name: str) -> None:
    """Of all resources of an action each is allowed by a pattern of its own, but for those that `COVERED` covers."""
    needs = feature(name).needs
    for party in (needs.deployer, needs.cloudformation):
        found = policy_documents(party)
        on_one = {(it.action, one): dataclasses.replace(it, resources=(one,)) for it in party for one in it.resources}
        for (action, resource), need in on_one.items():
            allowed = outcomes(need, on_others(action, resource, found))
            assert allowed == {Outcome.NOT_ALLOWED} or covered(resource), (action, resource)


def covered(resource: str) -> bool:
    """Whether another resource's pattern may be about this one, too."""
    return any(shared in resource for shared in COVERED)
