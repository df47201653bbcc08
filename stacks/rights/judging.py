"""The needs against a role or user that exists: first IAM's simulator, then, for what it leaves open, its policies."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks.permissions import missing
from stacks.permissions.evaluation import Decision, Outcome
from stacks.rights import reading, simulating

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.permissions.missing import Found
    from stacks.permissions.needs import Need, Needs
    from stacks.rights.principal import Principal

LIST_TASKS = "ecs:ListTasks"


def find(aws: Aws, needs: Needs, principal: Principal) -> Found:
    """What it lacks. Where IAM may not be asked at all, everything is undecided, and a note says so."""
    needs = _in_cluster(aws, needs)
    every = (*needs.deployer, *needs.cloudformation)
    asked = list(dict.fromkeys(simulating.key(need, resource) for need in every for resource in need.resources))
    simulated = simulating.simulate(aws, principal, asked)
    answers = simulated.given
    notes = simulated.notes()
    otherwise: missing.Judge | None = None
    if any(one not in answers or answers[one].unknown_keys for one in asked):
        try:
            otherwise = _by_policies(aws, principal)
        except reading.UnreadableError as error:
            notes = (*notes, str(error))

    def judge(need: Need, resource: str) -> Decision:
        said = answers.get(simulating.key(need, resource))
        if said is not None and (otherwise is None or not said.unknown_keys):
            return said
        found = (otherwise or _nothing_known)(need, resource)
        return found if said is None or found.outcome is not Outcome.NOT_ALLOWED else said

    return missing.find(needs, judge, whose=str(principal), notes=notes)


def _in_cluster(aws: Aws, needs: Needs) -> Needs:
    """The needs, with the condition that tasks are listed of the deployment's own cluster, named as its stack is.

    It has to be given: to a simulator a condition on what it was not told does not hold.
    """
    cluster = f"arn:{aws.partition}:ecs:{aws.region}:{aws.account_id}:cluster/{needs.stack_name}"
    deployer = tuple(
        dataclasses.replace(it, context={**it.context, "ecs:cluster": (cluster,)}) if it.action == LIST_TASKS else it
        for it in needs.deployer
    )
    return dataclasses.replace(needs, deployer=deployer)


def _by_policies(aws: Aws, principal: Principal) -> missing.Judge:
    """By what its policies say."""
    arn, policies = reading.read(aws, principal)
    known = {
        "aws:PrincipalAccount": (aws.account_id,),
        "aws:PrincipalArn": (arn,),
        "aws:SecureTransport": ("true",),
    }
    return missing.by(policies, known, aws.region)


def _nothing_known(_need: Need, _resource: str) -> Decision:
    return Decision(Outcome.UNKNOWN, (), missing.UNREAD)
