"""What keeps a deployed stack from harm: termination protection, and a stack policy for what holds data."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import find_stack, stack_resources, tree_stack_ids
from stacks.errors import Code, UserError
from stacks.plan.stateful import find_endangered
from templates.resource_types.stateful import STATEFUL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import StackChanges
    from stacks.cloudformation.stack import StackResource
    from stacks.settings import Settings

ALLOW = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
DENY = {
    "Effect": "Deny",
    "Action": ["Update:Replace", "Update:Delete"],
    "Principal": "*",
    "Resource": "*",
    "Condition": {"StringEquals": {"ResourceType": sorted(STATEFUL)}},
}
DENY_LISTED = {key: DENY[key] for key in ("Effect", "Action", "Principal")}
"""The same for resources that are listed by name: a policy cannot take single ones out of a `Deny`."""
POLICIES = {False: json.dumps({"Statement": [ALLOW]}), True: json.dumps({"Statement": [ALLOW, DENY]})}
"""The stack policy without and with protection; a policy can be replaced, but not removed:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html"""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What is wanted; None leaves things as they are."""

    termination: bool | None = None
    stateful: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """The stacks whose policies are loosened for one deployment, and the resources for which they are."""

    stack_ids: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def protection_of(settings: Settings) -> Protection:
    """Return what the environment's `[stack]` says."""
    return Protection(termination=settings.stack.termination_protection, stateful=settings.stack.protect_stateful)


def refuse_express(settings: Settings, *, asked: bool) -> None:
    """Raise UserError where express mode is asked for, and the environment does not allow it."""
    if asked and not settings.aws.express:
        why = f"[aws] express is not true for {settings.environment}: CloudFormation would not wait for the service"
        raise UserError(
            "--express", why, "Nothing was changed. Leave it out, or allow it in the environment file.", code=Code.USAGE
        )


@translate_aws_errors()
def remove_stack_policy(aws: Aws, protection: Protection, stack_id: str) -> None:
    """Lift the stack policy before an update, where it is not wanted any more: the update may need that."""
    if protection.stateful is False:
        _set_policies(aws, stack_id, POLICIES[False])


@translate_aws_errors()
def lift_protection(aws: Aws, changes: StackChanges, allowed: Collection[str]) -> Lifted:
    """Let a deployment replace and remove the stateful resources that `allowed` names, and no others.

    Only policies that `apply` has set are loosened, in the stacks that hold these resources: nobody else's is touched.
    Raises UserError where that cannot be done, and then nothing is loosened.
    """
    holders = dict(_holders(changes))
    named: dict[str, set[str]] = {}
    paths = []
    for path, change in find_endangered(changes):
        if path in holders and {path, change.logical_id} & set(allowed) and _protects(aws, holders[path]):
            named.setdefault(holders[path], set()).add(change.logical_id)
            paths.append(path)
    with ExitStack() as undo:
        for stack_id, names in named.items():
            body = _policy_without(names, stack_resources(aws, stack_id))
            undo.callback(_set_policy, aws, stack_id, POLICIES[True])
            _set_policy(aws, stack_id, body)
        undo.pop_all()
    return Lifted(stack_ids=tuple(named), paths=tuple(paths))


def restore_protection(aws: Aws, lifted: Lifted, root: str) -> bool:
    """Protect again what was loosened. False where that could not be done, or the deployment of the root goes on."""
    try:
        with translate_aws_errors():
            stack = find_stack(aws, root) if lifted.stack_ids else None
            if stack is not None and stack.is_busy:
                return False
            for stack_id in lifted.stack_ids:
                _set_policy(aws, stack_id, POLICIES[True])
    except UserError:
        return False
    return True


def _holders(tree: StackChanges, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each changed resource, and the id of the stack whose policy decides about it."""
    for change in tree.changes:
        path = prefix + change.logical_id
        if change.nested is None:
            yield path, tree.stack_id
        elif change.action == "Modify":
            yield from _holders(change.nested, f"{path}/")


def _protects(aws: Aws, stack_id: str) -> bool:
    """Whether the stack has a policy of ours that forbids something, perhaps one that a killed command has loosened."""
    body = aws.cloudformation.get_stack_policy(StackName=stack_id).get("StackPolicyBody", "")
    try:
        policy: Any = json.loads(body)
        first, second = policy["Statement"]
        known = {key: second[key] for key in DENY_LISTED} == DENY_LISTED and first == ALLOW
        return known and second.keys() <= {*DENY, "Resource"}
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _policy_without(names: Collection[str], resources: Iterable[StackResource]) -> str:
    """Return the policy that protects all stateful resources of a stack but these."""
    others = sorted(
        f"LogicalResourceId/{resource.logical_id}"
        for resource in resources
        if resource.is_there and resource.type in STATEFUL and resource.logical_id not in names
    )
    denied = [{**DENY_LISTED, "Resource": others}] if others else []
    return json.dumps({"Statement": [ALLOW, *denied]})


@translate_aws_errors()
def apply_protection(aws: Aws, protection: Protection, stack_id: str) -> None:
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
    for stack_id in tree_stack_ids(aws, root):
        _set_policy(aws, stack_id, policy)


def _set_policy(aws: Aws, stack_id: str, policy: str) -> None:
    aws.cloudformation.set_stack_policy(StackName=stack_id, StackPolicyBody=policy)
