"""Roll an operation back: revert updates, delete what was created, restore the stack's record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, stacks

from sandbox.extension import cloudformation_api as api
from sandbox.extension.cloudformation import fault_injection, resource_handlers
from sandbox.extension.cloudformation.concurrency import run_concurrently
from sandbox.extension.cloudformation.operation import STACK, Operation, dependents
from sandbox.extension.cloudformation.removal import Removal, existing
from sandbox.extension.cloudformation.resource_handlers import Step
from sandbox.extension.cloudformation.running_tasks import sole_task

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sandbox.extension.untyped import Action, Record, Response


CANCELLED = "Resource update cancelled"
UNSKIPPABLE = "_unskippable"
"""Where a stack keeps what ResourcesToSkip may not name: nested stacks, and what was cancelled or not yet reverted."""


def install() -> None:
    """Replace ministack's rollbacks, and check which resources a continued rollback is to skip."""
    stacks._roll_back_operation = handlers._roll_back_operation = roll_back_by_request
    stacks._continue_update_rollback_async = handlers._continue_update_rollback_async = continue_update_rollback
    api.wrap_action("ContinueUpdateRollback", _continue)


def _continue(stock: Action, params: Record) -> Response:
    stack = api.find_stack(api.parameter(params, "StackName"))
    wanted = [value[0] for key, value in params.items() if key.startswith("ResourcesToSkip.member.")]
    refused = sorted(set(wanted) & set((stack or {}).get(UNSKIPPABLE, [])))
    if refused:
        why = "only resources in UPDATE_FAILED because their rollback failed can be skipped"
        return api.refusal(f"Resource(s) [{', '.join(refused)}] cannot be skipped: {why}")
    return stock(params)


async def roll_back(operation: Operation, reason: str | None = None) -> bool:
    """Roll the operation back. False if that fails. The reason is by default what has failed."""
    why = operation.reason() if reason is None else reason
    if operation.previous is None:
        return await _delete_created(operation, why)
    return await _undo_update(operation, why)


async def _delete_created(operation: Operation, reason: str) -> bool:
    stack = operation.stack
    by_user = "Rollback requested by user." if reason.startswith("The following") else ""
    operation.stack_event("ROLLBACK_IN_PROGRESS", f"{reason}{by_user}")
    removal = await _remove_created(operation)
    stack["_resources"] = {name: removal.records[name] for name in removal.failed}
    stack["Outputs"] = []
    if removal.failed:
        operation.stack_event("ROLLBACK_FAILED", removal.reason())
        return False
    stack.pop("_operation", None)
    operation.stack_event("ROLLBACK_COMPLETE")
    return True


async def _remove_created(operation: Operation) -> Removal:
    records = {name: operation.resources[name] for name in operation.created if name in operation.resources}
    own = {name: record for name, record in existing(records).items() if name not in operation.imports}
    removal = Removal(
        operation=operation,
        records=own,
        policy=partial(operation.policy, attribute="DeletionPolicy"),
        keeping=() if operation.retain_except_on_create else ("Retain",),
    )
    await removal.run()
    for name in records.keys() & operation.imports.keys():
        for status in ("IMPORT_ROLLBACK_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE"):
            operation.event(name, status, physical_id=records[name]["PhysicalResourceId"])
    return removal


async def _undo_update(operation: Operation, reason: str) -> bool:
    stack = operation.stack
    if stack["StackStatus"] != "UPDATE_ROLLBACK_IN_PROGRESS":
        operation.stack_event("UPDATE_ROLLBACK_IN_PROGRESS", reason)
    course = Progress(left=set(operation.updated))
    try:
        if not await _revert(operation, course):
            _record_progress(operation, course)
            names = ", ".join(sorted({*course.failed, *course.cancelled}))
            operation.stack_event("UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{names}]. ")
            return False
    except asyncio.CancelledError:  # Another nested stack has failed.
        _record_progress(operation, course)
        operation.stack_event("UPDATE_ROLLBACK_FAILED", CANCELLED)
        raise
    operation.stack_event("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    await _remove_created(operation)
    stack.update(operation.previous or {})
    for key in ("_operation", "_rollback_failed", UNSKIPPABLE, "_new_exports"):
        stack.pop(key, None)
    operation.stack_event("UPDATE_ROLLBACK_COMPLETE")
    return True


@dataclass(kw_only=True)
class Progress:
    """The progress of a rollback: what is left to revert, and of that what has failed, or was cancelled then."""

    left: set[str]
    failed: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)


async def _revert(operation: Operation, course: Progress) -> bool:
    """Revert resources, those that depend on others first. If one fails, those in progress are cancelled."""

    async def revert(name: str) -> bool:
        try:
            await _revert_one(operation, name)
        except asyncio.CancelledError:
            course.cancelled.add(name)
            operation.event(name, "UPDATE_FAILED", CANCELLED, operation.resources[name]["PhysicalResourceId"])
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is the reason that the rollback failed
            course.failed.add(name)
            operation.event(name, "UPDATE_FAILED", str(error), operation.resources[name]["PhysicalResourceId"])
            return False
        course.left.remove(name)
        return True

    return await run_concurrently(dependents(operation.template, course.left), revert)


def _record_progress(operation: Operation, course: Progress) -> None:
    """Record what has to be retried, and which of it has not failed, and so cannot be skipped."""
    stack = operation.stack
    stack["_rollback_failed"] = _to_retry(operation, course.left)
    own = course.left - course.failed
    children = {name for name in course.left if operation.resources[name]["ResourceType"] == STACK}
    stack[UNSKIPPABLE] = sorted({*own, *children, *_unskippable_below(operation, course.left)})


async def _revert_one(operation: Operation, name: str) -> None:
    record, previous = operation.resources[name], operation.previous_resources[name]
    physical_id = previous["PhysicalResourceId"]
    operation.event(name, "UPDATE_IN_PROGRESS", physical_id=physical_id)
    await fault_injection.inject_fault("revert", name)
    step = Step(
        operation=operation,
        logical_id=name,
        resource_type=previous["ResourceType"],
        properties=previous.get("Properties", {}),
    )
    await resource_handlers.handler_of(previous["ResourceType"]).revert(step, record, previous)
    previous["ResourceStatus"] = "UPDATE_COMPLETE"
    operation.event(name, "UPDATE_COMPLETE", physical_id=physical_id)


def _unskippable_below(operation: Operation, names: Collection[str]) -> Iterator[str]:
    for name in names:
        child = api.find_stack(operation.resources[name]["PhysicalResourceId"])
        for inner in (child or {}).get(UNSKIPPABLE, []):
            yield inner if "." in inner else f"{(child or {})['StackName']}.{inner}"


def _to_retry(operation: Operation, failed: Collection[str]) -> Record:
    """Return the resources to retry, those of nested stacks at any depth as `StackName.Resource`."""
    retry: Record = {}
    for name in failed:
        retry[name] = operation.resources[name]
        child = api.find_stack(operation.resources[name]["PhysicalResourceId"])
        if child is None:
            continue
        for inner, record in child.get("_rollback_failed", {}).items():
            retry[inner if "." in inner else f"{child['StackName']}.{inner}"] = record
    return retry


async def roll_back_by_request(
    _stack_name: str, stack_id: str, stack: Record, operation_record: Record, reason_override: str = ""
) -> None:
    """Roll back a stack whose rollback was disabled, for RollbackStack."""
    async with sole_task(stack_id):
        operation = recorded_operation(stack)
        if "retain_except_on_create" in operation_record:
            operation.retain_except_on_create = operation_record["retain_except_on_create"]
        stack["StackStatus"] = ""
        await roll_back(operation, reason_override or None)


async def continue_update_rollback(stack_name: str, stack_id: str, resources_to_skip: Collection[str]) -> None:
    """Retry what has failed, except what is to be skipped, for ContinueUpdateRollback.

    `StackName.Resource` skips a resource of a nested stack, named by its stack name, as on AWS, and not its logical id.
    """
    stack = cloudformation._stacks[stack_name]
    async with sole_task(stack_id):
        await continue_rollback(stack, resources_to_skip)


async def continue_rollback(stack: Record, skipped: Collection[str]) -> bool:
    """Retry what has failed in the stack and its children. False if it fails again."""
    operation = recorded_operation(stack)
    own = {entry.removeprefix(f"{operation.name}.") for entry in skipped}
    operation.updated = [name for name in stack.get("_rollback_failed", {}) if "." not in name and name not in own]
    stack["_skipped"] = [entry for entry in skipped if "." in entry]
    stack["StackStatus"] = ""
    return await _undo_update(operation, "User Initiated")


def recorded_operation(stack: Record) -> Operation:
    """Return the operation whose progress is on the stack's record."""
    return Operation(stack=stack, **stack.get("_operation", {"template": {}, "parameters": {}}))
