"""The needs against a role or user that exists: first IAM's simulator, then, for what it leaves open, its policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.compare.missing import UNREAD, Judge, find_missing, judge_by_policies
from stacks.iam.compare.reading import UnreadableError, read_policies
from stacks.iam.compare.simulating import simulate, simulation_key
from stacks.iam.evaluate import requests
from stacks.iam.evaluate.evaluation import Decision, Outcome
from stacks.place import Place

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.iam.compare.missing import Found
    from stacks.iam.compare.principal import Principal
    from stacks.iam.derive.needs import Need, Needs


def judge_principal(aws: Aws, needs: Needs, principal: Principal) -> Found:
    """Return what the principal lacks; where IAM may not be asked at all, everything is undecided, with a note."""
    place = Place(partition=aws.partition, region=aws.region, account=aws.account_id)
    needs = requests.in_cluster(needs, requests.cluster(needs, place))
    every = (*needs.deployer, *needs.cloudformation)
    asked = list(dict.fromkeys(simulation_key(need, resource) for need in every for resource in need.resources))
    simulated = simulate(aws, principal, asked)
    answers = simulated.given
    notes = simulated.notes()
    otherwise: Judge | None = None
    if any(one not in answers or answers[one].unknown_keys for one in asked):
        try:
            otherwise = _by_policies(aws, principal, own_role=needs.own_role)
        except UnreadableError as error:
            notes = (*notes, str(error))

    def judge(need: Need, resource: str) -> Decision:
        answer = answers.get(simulation_key(need, resource))
        if answer is not None and (otherwise is None or not answer.unknown_keys):
            return answer
        found = (otherwise or _nothing_known)(need, resource)
        return found if answer is None or found.outcome is not Outcome.NOT_ALLOWED else answer

    return find_missing(needs, judge, whose=str(principal), notes=notes)


def _by_policies(aws: Aws, principal: Principal, *, own_role: bool) -> Judge:
    """By what its policies say."""
    arn, policies = read_policies(aws, principal)
    known = {**requests.of_account(aws.account_id), "aws:PrincipalArn": (arn,)}
    return judge_by_policies(policies, known, aws.region, own_role=own_role)


def _nothing_known(_need: Need, _resource: str) -> Decision:
    return Decision(Outcome.UNKNOWN, (), UNREAD)
