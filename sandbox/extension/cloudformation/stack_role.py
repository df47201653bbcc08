"""The role that a stack is changed with: it has to be one that CloudFormation may take on, and the stack keeps it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.services import cloudformation, iam
from ministack.services.cloudformation import changesets

from sandbox.extension import answers
from sandbox.extension.cloudformation import child_stacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response

    Stock = Callable[[Record], Response]

ROLE = "RoleARN"
_SERVICE = "cloudformation.amazonaws.com"


def install() -> None:
    """Look at the role of each request, keep it, and tell it."""
    for action in ("CreateStack", "UpdateStack", "DeleteStack"):
        answers.around(action, _change)
    answers.around("CreateChangeSet", _plan)
    answers.around("ExecuteChangeSet", _execute)
    answers.around("DescribeStacks", _describe)


def _change(stock: Stock, params: Record) -> Response:
    role = answers.text(params, ROLE)
    if role and (why := _wrong(role)):
        return answers.refuse(why)
    answer = stock(params)
    if role and answer[0] == 200:  # noqa: PLR2004 - HTTP's OK
        _keep(answers.text(params, "StackName"), role)
    return answer


def _plan(stock: Stock, params: Record) -> Response:
    role = answers.text(params, ROLE)
    if role and (why := _wrong(role)):
        return answers.refuse(why)
    answer = stock(params)
    if role and answer[0] == 200:  # noqa: PLR2004 - HTTP's OK
        cloudformation._change_sets[answers.find(answer, "Id")][ROLE] = role
    return answer


def _execute(stock: Stock, params: Record) -> Response:
    name, stack = answers.text(params, "ChangeSetName"), child_stacks.find(answers.text(params, "StackName"))
    _, change_set = changesets._find_change_set(name, stack["StackName"] if stack else "")
    answer = stock(params)
    if answer[0] == 200 and change_set and change_set.get(ROLE):  # noqa: PLR2004 - HTTP's OK
        _keep(change_set["StackId"], change_set[ROLE])
    return answer


def _describe(stock: Stock, params: Record) -> Response:
    return answers.amend(stock(params), "member", _told)


def _told(texts: dict[str, str]) -> dict[str, str]:
    """A nested stack has the role of its root, which CloudFormation hands on."""
    stack = (child_stacks.find(texts["StackId"]) if "StackId" in texts else None) or {}
    root = child_stacks.find(stack["RootId"]) if stack.get("RootId") else None
    return {ROLE: (root or stack).get(ROLE, "")}


def _keep(stack_name: str, role: str) -> None:
    if stack := child_stacks.find(stack_name):
        stack[ROLE] = role


def _wrong(arn: str) -> str:
    """AWS's words for a role that is not there, or that does not trust CloudFormation; "" for one that does."""
    found = iam._roles.get(arn.rpartition("/")[2])
    if found is not None and found["Arn"] == arn and _trusts(json.loads(found["AssumeRolePolicyDocument"])):
        return ""
    return f"Role {arn} is invalid or cannot be assumed"


def _trusts(document: dict[str, Any]) -> bool:
    statements = document["Statement"]
    services = [
        service
        for it in (statements if isinstance(statements, list) else [statements])
        if it["Effect"] == "Allow" and isinstance(it.get("Principal"), dict)
        for service in _listed(it["Principal"].get("Service", []))
    ]
    return _SERVICE in services


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
