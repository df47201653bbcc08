"""What keeps a deployed stack from harm: termination protection, and a stack policy for what holds data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import deployed
from stacks.aws import reported
from stacks.errors import UserError
from stacks.plan.stateful import STATEFUL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws import Aws
    from stacks.settings import Settings

ALLOW = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
DENY = {
    "Effect": "Deny",
    "Action": ["Update:Replace", "Update:Delete"],
    "Principal": "*",
    "Resource": "*",
    "Condition": {"StringEquals": {"ResourceType": sorted(STATEFUL)}},
}
POLICIES = {False: json.dumps({"Statement": [ALLOW]}), True: json.dumps({"Statement": [ALLOW, DENY]})}
"""The stack policy without and with protection; a policy can be replaced, but not be taken away:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html"""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What is wanted; None leaves things as they are."""

    termination: bool | None = None
    stateful: bool | None = None


def wanted(settings: Settings) -> Protection:
    """What the environment's `[stack]` says."""
    return Protection(termination=settings.stack.termination_protection, stateful=settings.stack.protect_stateful)


def refuse_express(settings: Settings, *, asked: bool) -> None:
    """Raise UserError where express mode is asked for, and the environment does not allow it."""
    if asked and not settings.aws.express:
        why = f"[aws] express is not true for {settings.environment}: CloudFormation would not wait for the service"
        raise UserError("--express", why, "Nothing was changed. Leave it out, or allow it in the environment file.")


@reported()
def loosen(aws: Aws, protection: Protection, stack_id: str) -> None:
    """Lift the stack policy before an update, where it is not wanted any more: the update may need that."""
    if protection.stateful is False:
        _set_policies(aws, stack_id, POLICIES[False])


@reported()
def apply(aws: Aws, protection: Protection, stack_id: str) -> None:
    """Bring a deployed root stack to what is wanted; the policy is that of each nested stack, too.

    Termination protection of nested stacks is the root's.
    """
    if protection.termination is not None:
        aws.cloudformation.update_termination_protection(
            StackName=stack_id, EnableTerminationProtection=protection.termination
        )
    if protection.stateful is not None:
        _set_policies(aws, stack_id, POLICIES[protection.stateful])


def _set_policies(aws: Aws, root: str, policy: str) -> None:
    for stack_id in _tree(aws, root):
        aws.cloudformation.set_stack_policy(StackName=stack_id, StackPolicyBody=policy)


def _tree(aws: Aws, stack_id: str) -> Iterator[str]:
    yield stack_id
    for resource in deployed.resources(aws, stack_id):
        if resource.is_stack and resource.is_there:
            yield from _tree(aws, resource.physical_id)
