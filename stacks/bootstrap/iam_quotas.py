"""IAM's quotas for what the bootstrap stack makes: how long policies may be, and how many a role has.

The template keeps each policy within what no account can have more of (`templates/policy_sizes.py`). What AWS may
have raised, and what a role has already, is looked up; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, is_denied
from stacks.errors import UserError
from stacks.rendered.expressions import texts
from templates import policy_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.aws.session import Aws
    from stacks.rendered.expressions import Json
    from stacks.settings import Settings

TRUST, ATTACHED = "AssumeRolePolicySizeQuota", "AttachedPoliciesPerRoleQuota"
"""How IAM calls them in the account's summary."""
DEFAULTS = {TRUST: policy_sizes.TRUST, ATTACHED: policy_sizes.ATTACHED}
RAISE = "AWS can raise it: open Service Quotas in the console, service IAM"


def check_iam_quotas(aws: Aws, settings: Settings, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Raise UserError for what IAM would refuse while the stack is made; return what could not be looked up."""
    wanted = [*_wanted(document, settings.bootstrap.issuer_host)]
    if settings.bootstrap.existing_github_role:
        wanted += _of_existing(aws, settings.bootstrap.github_role_name, document)
    beyond = [it for it in wanted if it[2] > DEFAULTS[it[1]]]
    if not beyond:
        return ()
    try:
        quotas: Mapping[Any, int] = aws.iam.get_account_summary()["SummaryMap"]
    except ClientError as error:
        if not is_denied(error):
            raise
        told = "; ".join(f"{what}, where an account may have {DEFAULTS[name]}" for what, name, _ in beyond)
        return (f"Whether IAM takes it is not known, as iam:GetAccountSummary is not allowed: {told}.",)
    for what, name, number in beyond:
        if number > quotas.get(name, DEFAULTS[name]):
            why = f"{what}, and account {aws.account_id} may have {quotas.get(name, DEFAULTS[name])}"
            raise UserError("[bootstrap]", why, f"{_fewer(name)} {RAISE}.")
    return ()


def _fewer(quota: str) -> str:
    if quota == TRUST:
        return "Name fewer branches, tags or environments: a job that names a GitHub environment needs no branch here."
    return "Name fewer repository_names or execution_policy_arns, or take policies off the role."


def _wanted(document: Mapping[str, Any], issuer: str) -> Iterator[tuple[str, str, int]]:
    """Of each role that the template makes what it says, the quota, and how much of it."""
    for logical_id, resource in sorted(document["Resources"].items()):
        if resource["Type"] != "AWS::IAM::Role":
            continue
        properties = resource["Properties"]
        length = policy_sizes.policy_size(properties["AssumeRolePolicyDocument"], issuer)
        yield f"the trust policy of {logical_id} has up to {length} characters", TRUST, length
        number = len(properties.get("ManagedPolicyArns", ())) + _managed(document, {"Ref": logical_id})
        yield f"{logical_id} has {number} managed policies", ATTACHED, number


def named_in(region: str, name: Json) -> str:
    """Return a name of the template, in which at most the region is left to CloudFormation."""
    return "".join(texts(name, lambda _: (region,), unknown=""))


def _managed(document: Mapping[str, Any], role: Any) -> int:  # noqa: ANN401 - a name, or a reference
    """Return how many managed policies the template gives a role."""
    types = (it for it in document["Resources"].values() if it["Type"] == "AWS::IAM::ManagedPolicy")
    return sum(role in it["Properties"].get("Roles", ()) for it in types)


def _of_existing(aws: Aws, name: str, document: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield how much of its quotas a given role uses. Raises UserError where its inline policies become too long."""
    own = [it["Properties"] for it in document["Resources"].values() if it["Type"] == "AWS::IAM::RolePolicy"]
    pages = aws.iam.get_paginator("list_role_policies").paginate(RoleName=name)
    others = [policy for page in pages for policy in page["PolicyNames"]]
    for properties in own:
        mine = named_in(aws.region, properties["PolicyName"])
        there = sum(_inline(aws, name, policy) for policy in others if policy != mine)
        length = there + policy_sizes.policy_size(properties["PolicyDocument"])
        if there and length > policy_sizes.INLINE:
            most = policy_sizes.INLINE
            why = f"with it the role's inline policies have {length} characters, and IAM takes {most} of a role"
            then = "Make managed policies of those that it has, or leave existing_github_role out: a role is made then."
            raise UserError(f"[bootstrap] role {name}", why, then)
    attached = aws.iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
    kept = [it for page in attached for it in page["AttachedPolicies"] if not _is_own(it["PolicyName"], document)]
    number = len(kept) + _managed(document, name)
    yield f"with its own, {name} has {number} managed policies", ATTACHED, number


def _is_own(policy: str, document: Mapping[str, Any]) -> bool:
    """Whether CloudFormation has made a policy of this name for this stack: `STACK-LOGICALID-RANDOM`."""
    managed = (name for name, it in document["Resources"].items() if it["Type"] == "AWS::IAM::ManagedPolicy")
    return any(f"-{name}-" in policy for name in managed)


def _inline(aws: Aws, role: str, policy: str) -> int:
    found: object = aws.iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    text = found if isinstance(found, str) else json.dumps(found, separators=(",", ":"))
    return len("".join(text.split()))
