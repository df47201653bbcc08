"""Whose policies decide: those of CloudFormation's role, or else those of the caller. ministack evaluates them."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, iam, tagging

from sandbox.extension.untyped import Untyped

SESSION = "AWSCloudFormation"
"""The name of CloudFormation's sessions of a role."""


@dataclass(kw_only=True)
class Principal:
    """Who acts, with the policies as they are when an operation begins. Decisions are kept until it ends."""

    arn: str
    kind: str
    policies: Untyped
    """ministack's parsed statements; None for the account's root user, who may do everything."""
    limits: Untyped = ()
    keys: Mapping[str, Untyped] = field(default_factory=dict)
    service_role: str = ""
    """The ARN of the role that was passed to CloudFormation, which passes it on to each nested stack; "": none."""
    decided: dict[Untyped, str] = field(default_factory=dict)

    def require(self, action: str, resource: str, context: Mapping[str, str] | None = None) -> None:
        """Raise ValueError, with AWS's words, if the action is not allowed on the resource."""
        if self.policies is None:
            return
        asked = (action, resource, *sorted((context or {}).items()))
        if asked not in self.decided:
            self.decided[asked] = self._decide(action, resource, context or {})
        if self.decided[asked] != "Allow":
            raise ValueError(refusal_text(self.arn, action, resource, explicit=self.decided[asked] == "Deny"))

    def _decide(self, action: str, resource: str, context: Mapping[str, str]) -> str:
        tags = _tags(resource)
        known = {f"aws:resourcetag/{name}".lower(): value for name, value in tags.items()}
        asked = iam_evaluator.EvalContext(
            principal_arn=self.arn,
            principal_type=self.kind,
            principal_account=get_account_id(),
            action=action,
            resource_arn=resource,
            region=get_region(),
            service_context={"aws:tagkeys": None, **known, **{key.lower(): value for key, value in context.items()}},
            principal_keys=dict(self.keys),
        )
        return str(iam_evaluator.evaluate(asked, self.policies, *self.limits).decision)


ACTING: ContextVar[Principal | None] = ContextVar("acting", default=None)
"""Who the operation of this task acts as; None if IAM is not enforced."""


def _tags(resource: str) -> dict[str, str]:
    """Return the tags of an existing resource. ministack's index lacks most of EC2's."""
    if resource.startswith("arn:aws:ec2:"):
        return {tag["Key"]: tag["Value"] for tag in ec2._tags.get(resource.rpartition("/")[2], [])}
    return tagging.resource_tags(resource) or {}


def principal_of_key(access_key_id: str) -> Principal | None:
    """Return the owner of this key; None for an unknown key, which ministack refuses itself."""
    found = iam_evaluator.resolve_principal(access_key_id, get_account_id())
    if isinstance(found, iam_evaluator.AuthError):
        return None
    return Principal(arn=found.arn, kind=found.type, policies=found.policies, limits=found.limits, keys=found.keys)


def role_session(role_arn: str) -> Principal:
    """Return CloudFormation's session of a role."""
    account, name = get_account_id(), role_arn.rpartition("/")[2]
    return Principal(
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{SESSION}",
        kind="AssumedRole",
        policies=iam_evaluator._gather_role_policies(name, account),
        limits=iam_evaluator._permissions_boundary(iam._roles, name, account),
        service_role=role_arn,
    )


def refusal_text(arn: str, action: str, resource: str, *, explicit: bool) -> str:
    """Return AWS's message about an action that is not allowed."""
    why = (
        "with an explicit deny in an identity-based policy"
        if explicit
        else f"because no identity-based policy allows the {action} action"
    )
    return f"User: {arn} is not authorized to perform: {action} on resource: {resource} {why}"
