"""Execute an import: read each resource, enter it in the stack as the template describes it, and update its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import now_iso
from ministack.services.cloudformation import changesets, stacks

from sandbox.extension.cloudformation import child_stacks, fault_injection, resource_handlers, steps
from sandbox.extension.cloudformation.operation import STACK, Operation
from sandbox.extension.cloudformation.running_tasks import sole_task
from sandbox.extension.imports import identifiers, updating

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record


def install() -> None:
    """Replace ministack's execution."""
    changesets._import_resources_async = execute


async def execute(change_set: Record, stack: Record, new_stack: bool) -> None:  # noqa: FBT001 - ministack calls it so
    """Import the change set's resources. If one fails, the stack forgets them all."""
    operation = Operation(stack=stack, template=change_set["_template"], parameters=change_set["_resolved_params"])
    entries = {entry["LogicalResourceId"]: entry for entry in change_set["_resources_to_import"]}
    async with sole_task(stack["StackId"]):
        started: list[str] = []
        for logical_id in (name for name in operation.definitions() if name in entries):
            started.append(logical_id)
            if reason := await _import(operation, logical_id, entries[logical_id]):
                operation.event(logical_id, "IMPORT_FAILED", reason)
                _roll_back(operation, started, reason, new_stack=new_stack)
                return
        _finish(operation, started, change_set)


async def _import(operation: Operation, logical_id: str, entry: Record) -> str:
    """Enter one resource in the stack; return why that fails, or ""."""
    resource_type, given = entry["ResourceType"], entry["ResourceIdentifier"]
    operation.event(logical_id, "IMPORT_IN_PROGRESS", stacks._IMPORT_STARTED)
    try:
        await fault_injection.inject_fault("import", logical_id)
        if why := changesets._import_not_found([entry]) or changesets._import_owner([entry]):
            return str(why)
        physical_id, attributes = changesets._import_resource(resource_type, given)
        step = steps.resolved_step(operation, logical_id)
        step.authorise("read", step.properties, physical_id)
        if resource_type != STACK:
            updating.update_imported(step, identifiers.identifier_of(entry), physical_id)
        if resource_type == STACK:
            attributes = child_stacks.nest(physical_id, operation.stack, logical_id)
    except ValueError as error:
        return str(error)
    operation.event(logical_id, "IMPORT_IN_PROGRESS", physical_id=physical_id)
    operation.resources[logical_id] = {
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": resource_type,
        "ResourceStatus": "IMPORT_COMPLETE",
        "ResourceStatusReason": "",
        "Timestamp": now_iso(),
        "Properties": step.properties,
        "Attributes": attributes,
        resource_handlers.FIXED: identifiers.fixed_properties(entry),
    }
    operation.event(logical_id, "IMPORT_COMPLETE", stacks._IMPORT_COMPLETED, physical_id)
    return ""


def _roll_back(operation: Operation, started: list[str], reason: str, *, new_stack: bool) -> None:
    """Forget what was imported; the resources themselves are left as they are."""
    operation.stack_event("IMPORT_ROLLBACK_IN_PROGRESS", reason)
    for logical_id in reversed(started):
        record = operation.resources.pop(logical_id, None) or {}
        physical_id = record.get("PhysicalResourceId", "")
        if record.get("ResourceType") == STACK:
            child_stacks.release(physical_id)
        for status in ("IMPORT_ROLLBACK_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE"):
            operation.event(logical_id, status, physical_id=physical_id)
    operation.stack_event("ROLLBACK_COMPLETE" if new_stack else "IMPORT_ROLLBACK_COMPLETE")


def _finish(operation: Operation, names: list[str], change_set: Record) -> None:
    for logical_id in names:
        record = operation.resources[logical_id]
        operation.event(logical_id, "UPDATE_IN_PROGRESS", stacks._IMPORT_TAGS, record["PhysicalResourceId"])
        record["ResourceStatus"] = "UPDATE_COMPLETE"
        operation.event(logical_id, "UPDATE_COMPLETE", physical_id=record["PhysicalResourceId"])
    operation.stack |= {
        "_template": operation.template,
        "_template_body": change_set["_template_body"],
        "_resolved_params": operation.parameters,
        "_conditions": operation.conditions,
        "Description": operation.template.get("Description", ""),
        "Capabilities": list(change_set.get("Capabilities") or []),
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": it["Value"], "NoEcho": it["NoEcho"]}
            for name, it in operation.parameters.items()
        ],
    }
    operation.stack_event("IMPORT_COMPLETE")
