"""AWS::CloudFormation::Stack: a nested stack is a stack of its own, and is rolled back with its root."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ministack.core.responses import now_iso
from ministack.services.cloudformation import engine

from sandbox.extension import cloudformation_api as api
from sandbox.extension.cloudformation import child_stacks, deletion, deployment, resource_handlers, rollback
from sandbox.extension.cloudformation.operation import STACK, Operation, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sandbox.extension.cloudformation.resource_handlers import Step
    from sandbox.extension.untyped import Made, Record


def install() -> None:
    """Register the handler of nested stacks."""
    resource_handlers.register_handler(STACK, Child())


class Child:
    """The handler of nested stacks; see `resource_handlers.ResourceHandler`."""

    async def create(self, step: Step, initiated: Callable[[str, Record], None]) -> Made:
        """Create the child. If that fails, it stays as it is until the root rolls it back."""
        step.authorise("create", step.tagged())
        source = child_stacks.load_source(step.properties, step.tagged(), step.operation.stack.get("Capabilities", []))
        stack = child_stacks.child_in_review(step.operation.stack, step.logical_id) or child_stacks.add_child(
            step.operation.stack, step.logical_id
        )
        _fill(stack, source, step.operation.stack)
        operation = _operation(step, stack, source, None)
        operation.stack_event("CREATE_IN_PROGRESS")
        initiated(stack["StackId"], {})
        try:
            complete = await deployment.apply(operation)
        except asyncio.CancelledError:
            operation.stack_event("CREATE_FAILED", "Resource creation cancelled")
            raise
        if not complete:
            operation.stack_event("CREATE_FAILED", operation.reason())
            raise ValueError(f"Embedded stack {stack['StackId']} was not successfully created: {operation.reason()}")
        await deployment.commit(operation)
        return stack["StackId"], child_stacks.outputs(stack)

    async def update(self, step: Step, record: Record, started: Callable[[str], None]) -> Made | None:
        """Update the child if its template, under whatever URL, its parameters or its tags have changed."""
        stack = _required(record["PhysicalResourceId"])
        source = child_stacks.load_source(step.properties, step.tagged(), step.operation.stack.get("Capabilities", []))
        if not child_stacks.differs(stack, source) and not stack.get("_operation"):
            return None
        started("")
        step.authorise("update", step.tagged(), stack["StackId"], step.tagged_before(record))
        before = snapshot(stack)
        _fill(stack, source, step.operation.stack)
        stack["LastUpdatedTime"] = now_iso()
        operation = _operation(step, stack, source, before)
        operation.stack_event("UPDATE_IN_PROGRESS")
        try:
            complete = await deployment.apply(operation)
        except asyncio.CancelledError:
            operation.stack_event("UPDATE_ROLLBACK_IN_PROGRESS", "Resource update cancelled")
            raise
        if not complete:
            status = "UPDATE_FAILED" if operation.disable_rollback else "UPDATE_ROLLBACK_IN_PROGRESS"
            operation.stack_event(status, operation.reason())
            why = f"was not successfully updated. Currently in {status} with reason: {operation.reason()}"
            raise ValueError(f"Embedded stack {stack['StackId']} {why}")
        operation.stack_event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        return stack["StackId"], child_stacks.outputs(stack)

    async def revert(self, step: Step, record: Record, previous: Record) -> None:
        """Roll back the child's update, or continue a rollback that has failed."""
        stack = _required(record["PhysicalResourceId"])
        if stack.get("_rollback_failed"):
            skipped = step.operation.stack.get("_skipped", [])
            complete = await rollback.continue_rollback(stack, skipped)
        elif stack.get("_operation"):
            complete = await rollback.roll_back(rollback.recorded_operation(stack))
        else:
            complete = True
        previous["Attributes"] = child_stacks.outputs(stack)
        if not complete:
            why = f"Currently in {stack['StackStatus']} with reason: {stack['StackStatusReason']}"
            raise ValueError(f"Embedded stack {stack['StackId']} was not successfully updated. {why}")

    async def commit(self, record: Record) -> None:
        """Let the child clean up after its update."""
        stack = _required(record["PhysicalResourceId"])
        if stack.get("_operation"):
            await deployment.commit(rollback.recorded_operation(stack))

    async def delete(self, record: Record, _stack_name: str, _logical_id: str, keeping: Collection[str]) -> None:
        """Delete the child."""
        stack = api.find_stack(record["PhysicalResourceId"])
        if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
            return
        if reason := await deletion.run_deletion(stack, keeping=keeping):
            raise ValueError(f"Embedded stack {stack['StackId']} was not successfully deleted: {reason}")


def _required(stack_id: str) -> Record:
    stack = api.find_stack(stack_id)
    if stack is None:
        raise ValueError(f"Stack with id {stack_id} does not exist")
    return stack


def _fill(stack: Record, source: child_stacks.Source, parent: Record) -> None:
    stack["Description"] = source.template.get("Description", "")
    stack["Tags"] = source.tags
    stack["Capabilities"] = list(parent.get("Capabilities", []))
    stack["_template_body"] = source.body
    stack["_conditions"] = engine._evaluate_conditions(source.template, source.parameters)
    stack["Parameters"] = [
        {"ParameterKey": name, "ParameterValue": entry["Value"], "NoEcho": entry["NoEcho"]}
        for name, entry in source.parameters.items()
    ]


def _operation(step: Step, stack: Record, source: child_stacks.Source, previous: Record | None) -> Operation:
    return Operation(
        stack=stack,
        template=source.template,
        parameters=source.parameters,
        previous=previous,
        imports=stack.pop("_import_existing", {}),
        disable_rollback=step.operation.disable_rollback,
        retain_except_on_create=step.operation.retain_except_on_create,
    )
