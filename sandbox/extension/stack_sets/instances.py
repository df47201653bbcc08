"""One stack instance: its stack in the target account is created, updated or deleted, and waited for."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ministack.core.responses import new_uuid, request_scope
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

from sandbox.extension import cloudformation_api as api
from sandbox.extension.authorisation.principal import ACTING
from sandbox.extension.stack_sets import roles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Action, Record, Response

PAUSE = 0.01
"""Seconds between two polls of a stack."""
NO_UPDATES = "No updates are to be performed"
NEVER_CREATED = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_COMPLETE"})
COMPLETE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"})
_STOCK: dict[str, Action] = {}
"""What answers a request about a stack, without the check of who has sent it: the execution role acts."""


def install() -> None:
    """Take the handlers of stacks as they are now, before IAM is enforced for callers."""
    for name in ("CreateStack", "UpdateStack", "DeleteStack"):
        _STOCK[name] = handlers._ACTION_HANDLERS[name]


async def deploy(stack_set: Record, instance: Record) -> None:
    """Create the stack of an instance, or update it. Raises ValueError with the reason of a failure.

    A stack that was never created is deleted first.
    """
    with _in_target(stack_set, instance):
        stack = api.find_stack(instance.get("StackId", ""))
        if stack is not None and stack["StackStatus"] in NEVER_CREATED:
            await _delete(stack)
            stack = None
        if stack is None:
            name = f"StackSet-{stack_set['StackSetName']}-{new_uuid()}"
            _required(_STOCK["CreateStack"]({"StackName": [name], **_described(stack_set)}))
            instance["StackId"] = cloudformation._stacks[name]["StackId"]
            await _completed(instance["StackId"], 0)
            return
        before = _event_count(stack["StackId"])
        answer = _STOCK["UpdateStack"]({"StackName": [stack["StackId"]], **_described(stack_set)})
        if not api.succeeded(answer) and NO_UPDATES in api.first_text(answer, "Message"):
            return
        _required(answer)
        await _completed(stack["StackId"], before)


async def remove(stack_set: Record, instance: Record) -> None:
    """Delete the stack of an instance. Raises ValueError with the reason of a failure."""
    with _in_target(stack_set, instance):
        stack = api.find_stack(instance.get("StackId", ""))
        if stack is not None:
            await _delete(stack)


@contextmanager
def _in_target(stack_set: Record, instance: Record) -> Iterator[None]:
    """Act in the account and region of an instance. Raises ValueError where a role is missing."""
    acting = roles.acting_in(stack_set, instance["Account"])
    with request_scope(instance["Account"], instance["Region"]):
        token = ACTING.set(acting)
        try:
            yield
        finally:
            ACTING.reset(token)


async def _delete(stack: Record) -> None:
    if stack["StackStatus"] == "DELETE_COMPLETE":
        return
    before = _event_count(stack["StackId"])
    _required(_STOCK["DeleteStack"]({"StackName": [stack["StackId"]]}))
    await _completed(stack["StackId"], before)


def _event_count(stack_id: str) -> int:
    return len(cloudformation._stack_events.get(stack_id, []))


def _described(stack_set: Record) -> Record:
    """Return the parameters of a request about a stack."""
    tags = {}
    for number, tag in enumerate(stack_set["Tags"], start=1):
        tags[f"Tags.member.{number}.Key"] = [tag["Key"]]
        tags[f"Tags.member.{number}.Value"] = [tag["Value"]]
    return {"TemplateBody": [stack_set["TemplateBody"]], "Capabilities": list(stack_set["Capabilities"]), **tags}


def _required(answer: Response) -> None:
    if not api.succeeded(answer):
        raise ValueError(api.first_text(answer, "Message"))


async def _completed(stack_id: str, before: int) -> None:
    """Wait for the end of an operation on a stack, which has had so many events before it.

    Raises ValueError with the first failure. DeleteStack answers before the status says that the stack is deleted.
    """
    while _event_count(stack_id) <= before or _status(stack_id).endswith("_IN_PROGRESS"):  # noqa: ASYNC110 - ministack sets no event
        await asyncio.sleep(PAUSE)
    if _status(stack_id) in COMPLETE:
        return
    for event in cloudformation._stack_events[stack_id][before:]:
        status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
        if status.endswith("_FAILED") and event["PhysicalResourceId"] != stack_id and "cancelled" not in reason:
            raise ValueError(
                f"ResourceLogicalId:{event['LogicalResourceId']}, ResourceType:{event['ResourceType']}, "
                f"ResourceStatusReason:{reason}."
            )
    stack = api.find_stack(stack_id) or {}
    raise ValueError(stack.get("StackStatusReason") or f"Stack {stack_id} is in {_status(stack_id)}")


def _status(stack_id: str) -> str:
    return str((api.find_stack(stack_id) or {}).get("StackStatus", "DELETE_COMPLETE"))
