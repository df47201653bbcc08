"""What is known of each request that needs stand for, before it is made: condition keys and their values.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. It is the same whether policies
come from files or from a role; only who calls, and from which account, can be unknown.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from stacks.iam.derive.calls import MODULE
from stacks.iam.derive.drifting import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.iam.derive.needs import Need, Needs
    from stacks.iam.evaluate.evaluation import Policies
    from stacks.iam.evaluate.matching import Context
    from stacks.iam.evaluate.statements import Condition, Document
    from stacks.place import Place

GLOBAL = frozenset({"iam", "route53"})
"""Services of which one region answers for all, whichever that is in a partition."""
LIST_TASKS, CLUSTER = "ecs:ListTasks", "ecs:cluster"
CLOUDFORMATION = "cloudformation.amazonaws.com"
EVERY: Context = {
    "aws:SecureTransport": ("true",),
    "aws:PrincipalIsAWSService": ("false",),
    "aws:PrincipalServiceName": None,
    "aws:PrincipalServiceNamesList": None,
    "aws:SourceAccount": None,
    "aws:SourceArn": None,
}
"""Calls are made over TLS, and by a user or a role, not by a service for itself."""
DIRECT: Context = {
    "aws:ViaAWSService": ("false",),
    "aws:CalledVia": None,
    "aws:CalledViaFirst": None,
    "aws:CalledViaLast": None,
}
"""What somebody calls, or a service with a role of its own."""
FORWARDED: Context = {
    "aws:ViaAWSService": ("true",),
    "aws:CalledVia": (CLOUDFORMATION,),
    "aws:CalledViaFirst": (CLOUDFORMATION,),
}
"""What CloudFormation calls with the rights of whoever calls it."""
SOMETIMES = frozenset({"s3:GetObject"})
"""What the commands call themselves, and CloudFormation for them."""
ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
SOME_ACCOUNT = "0" * 12


def known(need: Need, region: str, *, own_role: bool, cluster_arn: str = "") -> Context:
    """Return the keys of its requests, beside those of the need; `own_role`: CloudFormation has a role of its own.

    `cluster_arn` is that of the deployment's cluster, if it is known.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
    """
    service = need.action.partition(":")[0]
    found: dict[str, tuple[str, ...] | None] = dict(EVERY)
    if service == "application-autoscaling":
        found["application-autoscaling:service-namespace"] = ("ecs",)
    if region and service not in GLOBAL:
        found["aws:RequestedRegion"] = (region,)
    if need.action == LIST_TASKS and cluster_arn:
        found[CLUSTER] = (cluster_arn,)
    if need.why.module != MODULE:
        found |= DIRECT if own_role else FORWARDED
    elif need.source == SOURCE:
        found |= FORWARDED
    elif need.action not in SOMETIMES:
        found |= DIRECT
    return found


def cluster(needs: Needs, place: Place) -> str:
    """Return the ARN of the deployment's cluster, named as its stack is: tasks are listed of that one."""
    return f"arn:{place.partition}:ecs:{place.region}:{place.account}:cluster/{needs.stack_name}"


def in_cluster(needs: Needs, cluster_arn: str) -> Needs:
    """Return the needs, with the condition that tasks are listed of this cluster.

    It has to be given: to a simulator a condition on what it was not told does not hold.
    """
    deployer = tuple(
        dataclasses.replace(it, context={**it.context, CLUSTER: (cluster_arn,)}) if it.action == LIST_TASKS else it
        for it in needs.deployer
    )
    return dataclasses.replace(needs, deployer=deployer)


def names_an_account(policies: Policies, key: str) -> bool:
    """Whether a condition on the key is about a certain account: then it is open for an account that is not known."""
    conditions = (it for document in _documents(policies) for it in _conditions(document))
    return any(it.key.lower() == key.lower() and any(map(ACCOUNT.search, it.values)) for it in conditions)


def of_account(account: str | None) -> Mapping[str, tuple[str, ...]]:
    """Return what the account says of the caller."""
    return {"aws:PrincipalAccount": (account,)} if account else {}


def _documents(policies: Policies) -> tuple[Document, ...]:
    return (*policies.identity, *([policies.boundary] if policies.boundary else []))


def _conditions(document: Document) -> tuple[Condition, ...]:
    return tuple(condition for statement in document.statements for condition in statement.conditions)
