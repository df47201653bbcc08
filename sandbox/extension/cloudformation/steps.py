"""One resource of an operation: created, updated, imported or unchanged, with its events and its record."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ministack.core.responses import get_region, now_iso
from ministack.services.cloudformation import engine, stacks

from sandbox.extension.cloudformation import fault_injection, resource_handlers
from sandbox.extension.cloudformation.resource_handlers import Step
from sandbox.extension.schemas import validation

if TYPE_CHECKING:
    from sandbox.extension.cloudformation.operation import Operation
    from sandbox.extension.untyped import Properties, Record


async def perform_step(operation: Operation, logical_id: str) -> bool:
    """Create, update or import one resource. False if that fails; the reason is then on its record."""
    previous = operation.previous_resources.get(logical_id)
    kind = "CREATE" if previous is None or not previous.get("PhysicalResourceId") else "UPDATE"
    try:
        if logical_id in operation.imports:
            kind = "IMPORT"
            _adopt(operation, logical_id)
        elif kind == "CREATE":
            operation.event(logical_id, "CREATE_IN_PROGRESS")
            await fault_injection.inject_fault("create", logical_id)
            step = _step(operation, logical_id)
            _validate(step)
            await _create(step)
        else:
            await _update(_step(operation, logical_id), previous or {})
    except asyncio.CancelledError:
        _fail(
            operation,
            logical_id,
            kind,
            "Resource creation cancelled" if kind == "CREATE" else "Resource update cancelled",
        )
        raise
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is the reason that the resource failed
        _fail(operation, logical_id, kind, str(error))
        return False
    return True


def _step(operation: Operation, logical_id: str) -> Step:
    definition = operation.template["Resources"][logical_id]
    properties, dynamic = _properties(operation, logical_id)
    if dynamic:
        operation.stack.setdefault("_dynamic", {})[logical_id] = dynamic
    return Step(
        operation=operation,
        logical_id=logical_id,
        resource_type=definition.get("Type", "AWS::CloudFormation::CustomResource"),
        properties=properties,
    )


def _properties(operation: Operation, logical_id: str) -> tuple[Properties, Record]:
    """Return the properties with references and dynamic references resolved, and the values of the latter."""
    definition = operation.template["Resources"][logical_id]
    resolved = operation.resolve(definition.get("Properties", {}))
    given = {key: value for key, value in resolved.items() if value is not engine._NO_VALUE}
    before = operation.previous or {}
    template_before = before.get("_template") or {}
    same_definition = template_before.get("Resources", {}).get(logical_id) == definition
    same_stack = operation.template == template_before and operation.parameters == before.get("_resolved_params")
    resolved_properties: tuple[Properties, Record] = engine._resolve_dynamic_references(
        given,
        operation.stack.get("_dynamic", {}).get(logical_id),
        reuse_ssm=bool(before) and same_stack,
        reuse_secrets=bool(before) and same_definition,
    )
    return resolved_properties


async def _create(step: Step) -> None:
    operation, logical_id = step.operation, step.logical_id

    def initiated(physical_id: str, more: Record) -> None:
        operation.resources[logical_id] = _record(step, physical_id, "CREATE_IN_PROGRESS") | more
        operation.created.append(logical_id)
        operation.event(logical_id, "CREATE_IN_PROGRESS", "Resource creation Initiated", physical_id)

    physical_id, attributes = await resource_handlers.handler_of(step.resource_type).create(step, initiated)
    operation.resources[logical_id] |= _done("CREATE_COMPLETE") | {"Attributes": attributes}
    operation.event(logical_id, "CREATE_COMPLETE", physical_id=physical_id)


async def _update(step: Step, previous: Record) -> None:
    operation, logical_id = step.operation, step.logical_id
    earlier_id = previous["PhysicalResourceId"]

    def started(reason: str) -> None:
        operation.updated.append(logical_id)
        operation.resources[logical_id] = {**previous, **_done("UPDATE_IN_PROGRESS"), "Properties": step.properties}
        operation.event(logical_id, "UPDATE_IN_PROGRESS", reason, earlier_id)
        _validate(step)

    made = await resource_handlers.handler_of(step.resource_type).update(step, previous, started)
    if made is None:
        operation.resources[logical_id] = {**previous, "Properties": step.properties}
        return
    physical_id, attributes = made
    if physical_id != earlier_id:
        operation.updated.remove(logical_id)
        operation.created.append(logical_id)
        operation.predecessors[logical_id] = previous
        operation.event(logical_id, "UPDATE_IN_PROGRESS", "Resource creation Initiated", physical_id)
    record = {**previous, **_record(step, physical_id, "UPDATE_COMPLETE"), "Attributes": attributes}
    operation.resources[logical_id] = record
    operation.event(logical_id, "UPDATE_COMPLETE", physical_id=physical_id)


def _validate(step: Step) -> None:
    """Raise ValueError if the type's schema does not allow the properties."""
    validation.require_valid(get_region(), step.resource_type, step.logical_id, step.properties)


def resolved_step(operation: Operation, logical_id: str) -> Step:
    """Return one resource with its references resolved. Raises ValueError if its schema does not allow that."""
    step = _step(operation, logical_id)
    _validate(step)
    return step


def _adopt(operation: Operation, logical_id: str) -> None:
    """Import an existing resource into the stack, as `ImportExistingResources` does."""
    step = resolved_step(operation, logical_id)
    physical_id, attributes = stacks._adopt_resource(
        operation.stack["StackId"], operation.name, logical_id, step.resource_type, operation.imports[logical_id]
    )
    operation.resources[logical_id] = _record(step, physical_id, "UPDATE_COMPLETE") | {"Attributes": attributes}
    operation.created.append(logical_id)


def _fail(operation: Operation, logical_id: str, kind: str, reason: str) -> None:
    operation.failed[logical_id] = reason
    definition = operation.template["Resources"][logical_id]
    blank = {
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": "",
        "ResourceType": definition.get("Type", ""),
        "Properties": {},
        "Attributes": {},
    }
    record = operation.resources.setdefault(logical_id, blank)
    record |= _done(f"{kind}_FAILED") | {"ResourceStatusReason": reason}
    operation.event(logical_id, f"{kind}_FAILED", reason, record["PhysicalResourceId"])


def _record(step: Step, physical_id: str, status: str) -> Record:
    return {
        "LogicalResourceId": step.logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": step.resource_type,
        "Properties": step.properties,
        **_done(status),
    }


def _done(status: str) -> Record:
    return {"ResourceStatus": status, "ResourceStatusReason": "", "Timestamp": now_iso()}
