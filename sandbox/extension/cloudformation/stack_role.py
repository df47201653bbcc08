"""The role that a stack is changed with: it has to be one that CloudFormation can assume, and the stack keeps it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.core import iam_evaluator
from ministack.services import cloudformation, iam

from sandbox.extension import cloudformation_api as api

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response

ROLE = "RoleARN"
"""Where a change set, and a stack, keep their role."""
SERVICE = "cloudformation.amazonaws.com"
_ACTIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "RollbackStack",
    "ContinueUpdateRollback",
    "CreateChangeSet",
)


def install() -> None:
    """Check the role of each request, keep it, and return it with the stack."""
    for action in _ACTIONS:
        api.wrap_action(action, _change)
    api.wrap_action("ExecuteChangeSet", _execute)
    api.wrap_action("DescribeStacks", lambda stock, params: api.add_texts(stock(params), "member", _role_of))


def _change(stock: Action, params: Record) -> Response:
    role = api.parameter(params, ROLE)
    if not role:
        return stock(params)
    if not is_assumable(role):
        return api.refusal(f"Role {role} is invalid or cannot be assumed")
    answer = stock(params)
    if api.succeeded(answer):
        made = cloudformation._change_sets.get(api.first_text(answer, "Id"))
        if subject := made or api.find_stack(api.parameter(params, "StackName")):
            subject[ROLE] = role
    return answer


def _execute(stock: Action, params: Record) -> Response:
    change_set = api.find_change_set(params)
    answer = stock(params)
    stack = api.find_stack(change_set["StackId"]) if change_set else None
    if api.succeeded(answer) and change_set and stack and change_set.get(ROLE):
        stack[ROLE] = change_set[ROLE]
    return answer


def _role_of(texts: dict[str, str]) -> dict[str, str]:
    """Return the role of the stack in an answer; a nested stack has that of its root."""
    stack = api.find_stack(texts.get("StackId", "")) or {}
    root = api.find_stack(stack.get("RootId", "")) or stack
    return {ROLE: root.get(ROLE, "")}


def is_assumable(arn: str) -> bool:
    """Whether the role exists, and trusts CloudFormation."""
    role = iam._roles.get(arn.rpartition("/")[2])
    if role is None or role["Arn"] != arn:
        return False
    statements = json.loads(role["AssumeRolePolicyDocument"])["Statement"]
    return any(
        it["Effect"] == "Allow" and iam_evaluator._service_principal_matches(it.get("Principal"), SERVICE)
        for it in (statements if isinstance(statements, list) else [statements])
    )
