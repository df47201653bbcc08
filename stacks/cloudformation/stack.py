"""What is there now: a deployed stack, its resources, and whether its state allows a change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stacks.aws.consistency import retry_while_empty
from stacks.aws.errors import ClientError, is_missing_stack
from stacks.aws.polling import poll
from stacks.errors import Code, UserError, coded
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation.type_defs import StackTypeDef

    from stacks.aws.session import Aws

RETAINING = frozenset({"Retain", "RetainExceptOnCreate"})
"""Deletion policies with which a resource stays when its stack goes."""
REVIEW_IN_PROGRESS = "REVIEW_IN_PROGRESS"
"""The state of a stack that has change sets and was never created."""

REPEAT_EXPRESS = (
    "Its last update was in express mode, failed, and had the rollback off: CloudFormation neither takes it back nor "
    "lets it be updated in another mode. Deploy what ran before once more, with its files and its image: "
    "`deploy ENV --express --image TAG` (with [aws] express = true, or --var aws_express=true); then what is wanted."
)
"""The way out of UPDATE_FAILED after such an update: https://github.com/aws/aws-cdk-cli/pull/1970."""

LATE_SECONDS = 20.0
"""Longest wait until DescribeStacks tells what events have told: it is eventually consistent, and may say for a moment
that a stack is as before, or not there (https://github.com/aws/aws-cdk-cli/issues/1802)."""
DELETED = "DELETE_COMPLETE"

CHANGEABLE = frozenset({
    "CREATE_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
})  # fmt: skip
"""States from which an update starts:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html"""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack as CloudFormation describes it; `state_reason` is "" where CloudFormation gives none.

    `changed_at` is when its last operation began, `express` whether that was in express mode.
    """

    stack_id: str
    name: str
    state: str
    state_reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    protected: bool
    changed_at: datetime | None = None
    express: bool = False

    @property
    def is_stranded(self) -> bool:
        """Whether an express update failed with its rollback off: CloudFormation only takes another one of that kind.

        Neither RollbackStack nor an update in another mode is possible then
        (https://github.com/aws/aws-cdk-cli/issues/1739).
        """
        return self.state == "UPDATE_FAILED" and self.express

    @property
    def under_review(self) -> bool:
        """Whether it has never been created, and only change sets are there."""
        return self.state == REVIEW_IN_PROGRESS

    @property
    def is_busy(self) -> bool:
        """Whether an operation is under way."""
        return self.state.endswith("_IN_PROGRESS") and not self.under_review

    @property
    def is_changeable(self) -> bool:
        """Whether a change set for it can be made and executed."""
        return self.state in CHANGEABLE or self.under_review


@dataclass(frozen=True, kw_only=True)
class StackResource:
    """A resource of a deployed stack; `physical_id` is "" where it has none (yet)."""

    logical_id: str
    type: str
    physical_id: str
    state: str

    @property
    def is_there(self) -> bool:
        """Whether it exists, whatever its state."""
        return bool(self.physical_id) and self.state != "DELETE_COMPLETE"

    @property
    def is_stack(self) -> bool:
        """Whether it is a nested stack; its physical id is then the stack's id."""
        return self.type == NESTED_STACK


def find_stack(aws: Aws, stack: str) -> Stack | None:
    """Return the stack of this name or id; None where there is none. A deleted one is found by its id only."""
    try:
        found = retry_while_empty(lambda: aws.cloudformation.describe_stacks(StackName=stack)["Stacks"])
    except ClientError as error:
        if is_missing_stack(error):
            return None
        raise
    if not found:
        why = "CloudFormation neither describes it nor says that it does not exist"
        raise UserError(f"stack {stack}", why, "Repeat the command.")
    return _stack(found[0])


def existing_stack(aws: Aws, name: str, then: str) -> Stack:
    """Return the stack of this name. Raises UserError, with what to do then, where there is none."""
    stack = find_stack(aws, name)
    if stack is None:
        why = f"it is not there (account {aws.account_id}, {aws.region})"
        raise UserError(f"stack {name}", why, then, code=Code.ABSENT)
    return stack


def wait_for_state(aws: Aws, stack: str, state: str) -> Stack | None:
    """Return the stack of this name or id as soon as it is described in the state in which its events have left it.

    Where that takes too long it is what is described then; None where that is nothing.
    """
    found = None
    for _ in poll(LATE_SECONDS, f"CloudFormation to describe {stack} as {state}"):
        found = find_stack(aws, stack)
        if state == (found.state if found else DELETED):
            break
    return found


def undescribed_stack(stack_id: str, name: str) -> Stack:
    """Return a stack that was worked on, and that CloudFormation does not describe."""
    return Stack(stack_id=stack_id, name=name, state="", state_reason="", parameters={}, outputs={}, protected=False)


def _stack(found: StackTypeDef) -> Stack:
    return Stack(
        stack_id=found["StackId"],
        name=found["StackName"],
        state=found["StackStatus"],
        state_reason=found.get("StackStatusReason", ""),
        parameters={item["ParameterKey"]: item.get("ParameterValue", "") for item in found.get("Parameters", [])},
        outputs={item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])},
        protected=found.get("EnableTerminationProtection", False),
        changed_at=found.get("LastUpdatedTime") or found["CreationTime"],
        express=found.get("DeploymentConfig", {}).get("Mode") == "EXPRESS",
    )


def stack_resources(aws: Aws, stack_id: str) -> tuple[StackResource, ...]:
    """Return all resources of one stack, as CloudFormation lists them."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    return tuple(
        StackResource(
            logical_id=item["LogicalResourceId"],
            type=item["ResourceType"],
            physical_id=item.get("PhysicalResourceId", ""),
            state=item["ResourceStatus"],
        )
        for page in pages
        for item in page["StackResourceSummaries"]
    )


def nested_stack_resources(aws: Aws, stack_id: str, child: str) -> tuple[StackResource, ...]:
    """Return the resources of one nested stack that are there; none where it is not there itself."""
    child_id = nested_stack_ids(aws, stack_id).get(child)
    return tuple(it for it in stack_resources(aws, child_id) if it.is_there) if child_id else ()


def nested_stack_ids(aws: Aws, stack_id: str) -> dict[str, str]:
    """Return the ids of the nested stacks of one stack that are there, by logical id."""
    return {it.logical_id: it.physical_id for it in stack_resources(aws, stack_id) if it.is_stack and it.is_there}


def tree_stack_ids(aws: Aws, stack_id: str) -> Iterator[str]:
    """Yield the ids of a stack and of those in it that are there, parents first."""
    yield stack_id
    for child_id in nested_stack_ids(aws, stack_id).values():
        yield from tree_stack_ids(aws, child_id)


def stack_template(aws: Aws, stack_id: str) -> dict[str, Any]:
    """Return the template with which a stack was deployed, as it was written."""
    return _document(aws.cloudformation.get_template(StackName=stack_id)["TemplateBody"])


def processed_template(aws: Aws, stack_id: str, change_set_id: str = "") -> dict[str, Any]:
    """Return a stack's template with its transforms applied, or that of a change set of the stack.

    Raises json.JSONDecodeError where it is no JSON.
    """
    which = {"ChangeSetName": change_set_id} if change_set_id else {}
    found = aws.cloudformation.get_template(StackName=stack_id, TemplateStage="Processed", **which)
    return _document(found["TemplateBody"])


def _document(body: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3 gives JSON as a document, and YAML as a text
    return json.loads(body) if isinstance(body, str) else dict(body)


def is_retained(declared: Mapping[str, Any], logical_id: str) -> bool:
    """Whether a deployed template says that a resource of it outlives its stack."""
    return declared["Resources"].get(logical_id, {}).get("DeletionPolicy") in RETAINING


@coded(Code.STATE)
def refuse_unchangeable(stack: Stack, delete_command: str) -> None:
    """Raise UserError where the stack is in a state from which it cannot be updated, and say how it gets out of it.

    `delete_command` is the command that deletes the stack.
    """
    if stack.is_changeable:
        return
    raise UserError(
        f"stack {stack.name}", f"it cannot be changed: its state is {stack.state}", remediation(stack, delete_command)
    )


def remediation(stack: Stack, delete_command: str) -> str:
    """Return what to type next for a stack in this state; "" where nothing is known to help."""
    match stack.state:
        case state if state.endswith("_IN_PROGRESS"):
            return "Wait until the operation that is under way has ended, then repeat the command."
        case "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED":
            how = (
                "Deploying again deletes it first, after a question; with --yes, or where nobody is asked: --recreate."
            )
            return f"{how} To delete it only: {delete_command}"
        case "DELETE_FAILED":
            return f"Its deletion failed half way; delete it again: {delete_command}"
        case "UPDATE_ROLLBACK_FAILED":
            return "Fix the cause. Deploying again retries the rollback (--yes), or skips what failed: --skip-failed."
        case "UPDATE_FAILED":
            then = "Deploying again takes the failed update back first, after a question or with --yes."
            return REPEAT_EXPRESS if stack.is_stranded else then
        case _:
            return f"Its reason: {stack.state_reason}" if stack.state_reason else ""
