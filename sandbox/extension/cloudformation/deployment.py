"""Create and update a stack: apply the changes, then commit them or roll them back."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, engine, handlers, stacks

from sandbox.extension.cloudformation import resource_handlers, rollback, stack_policy
from sandbox.extension.cloudformation.concurrency import run_concurrently
from sandbox.extension.cloudformation.operation import STACK, Operation
from sandbox.extension.cloudformation.removal import Removal, existing
from sandbox.extension.cloudformation.running_tasks import sole_task
from sandbox.extension.cloudformation.steps import perform_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.extension.untyped import Record


def install() -> None:
    """Replace ministack's creation and update of stacks."""
    stacks._deploy_stack_async = handlers._deploy_stack_async = changesets._deploy_stack_async = deploy


async def deploy(  # noqa: PLR0913, PLR0917 - ministack calls it with these
    stack_name: str,
    stack_id: str,
    template: Record,
    param_values: Record,
    disable_rollback: bool,  # noqa: FBT001 - ministack calls it so
    _tags: list[Record],
    is_update: bool = False,  # noqa: FBT001, FBT002 - ministack calls it so
    previous_stack: Record | None = None,
    retain_except_on_create: bool = False,  # noqa: FBT001, FBT002 - ministack calls it so
    imports: Mapping[str, Record] | None = None,
) -> None:
    """Create or update a root stack, and end in one of the final states."""
    stack = cloudformation._stacks[stack_name]
    operation = Operation(
        stack=stack,
        template=template,
        parameters=param_values,
        previous=(previous_stack or {}) if is_update else None,
        imports=imports or {},
        disable_rollback=disable_rollback,
        retain_except_on_create=retain_except_on_create,
    )
    async with sole_task(stack_id):
        if _refused(operation):
            return
        if await apply(operation):
            await commit(operation)
        elif disable_rollback:
            operation.stack_event(f"{operation.kind}_FAILED", operation.reason())
        else:
            await rollback.roll_back(operation)


def _refused(operation: Operation) -> bool:
    """Whether ministack's validation before the first change has failed, and has ended the operation."""
    stack = operation.stack
    try:
        definitions = operation.definitions()
    except ValueError:
        return False
    return not stack.get("_disable_validation") and bool(
        stacks._fail_property_validation(
            stack,
            stack["StackId"],
            operation.name,
            definitions,
            list(definitions),
            operation.parameters,
            operation.conditions,
            operation.template.get("Mappings", {}),
            operation.disable_rollback,
            previous_stack=operation.previous,
        )
    )


async def apply(operation: Operation) -> bool:
    """Create and update all resources, and resolve the outputs. False if something failed.

    Nothing is deleted before `commit`, so that everything can be rolled back until then.
    """
    stack = operation.stack
    stack["_operation"] = operation.record()
    stack.pop("_failure", None)
    if operation.previous is None:
        stack["_template"], stack["_resolved_params"] = operation.template, operation.parameters
    try:
        definitions = operation.definitions()
        for name, record in operation.previous_resources.items():
            if name not in definitions and record.get("PhysicalResourceId"):
                stack_policy.require_allowed(stack, "Update:Delete", name, record["ResourceType"])
        needs = {name: engine._extract_deps(definition, set(definitions)) for name, definition in definitions.items()}
        if not await run_concurrently(needs, partial(perform_step, operation), stop=partial(_cancel_wanted, operation)):
            return False
        stack["Outputs"], stack["_new_exports"] = _outputs(operation, set(definitions))
    except ValueError as error:
        stack["_failure"] = str(error)
        return False
    return True


def _outputs(operation: Operation, surviving: set[str]) -> tuple[list[Record], Record]:
    resources = {name: record for name, record in operation.resources.items() if name in surviving}
    outputs, exports = stacks._resolve_stack_outputs(
        operation.template.get("Outputs", {}),
        operation.conditions,
        resources,
        operation.parameters,
        operation.template.get("Mappings", {}),
        operation.name,
        operation.stack["StackId"],
    )
    return outputs, exports


def _cancel_wanted(operation: Operation) -> bool:
    """Whether CancelUpdateStack has been called; its token goes into the events that follow."""
    if not operation.stack.pop("_cancel_requested", False):
        return False
    stacks.CLIENT_REQUEST_TOKEN.set(operation.stack.pop("_cancel_token", ""))
    operation.stack["_failure"] = "User Initiated"
    return True


async def commit(operation: Operation) -> None:
    """Make the changes of `apply` final: delete what the template no longer has, and what has been replaced."""
    stack = operation.stack
    stack["_template"], stack["_resolved_params"] = operation.template, operation.parameters
    stack["_conditions"] = operation.conditions
    cloudformation._exports.update(stack.pop("_new_exports", {}))
    if operation.previous is not None:
        if stack["StackStatus"] != "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
            operation.stack_event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        await _clean_up(operation)
    stack.pop("_operation", None)
    operation.stack_event(f"{operation.kind}_COMPLETE")


async def _clean_up(operation: Operation) -> None:
    definitions = operation.definitions()
    before = operation.before()
    gone = {name: record for name, record in operation.previous_resources.items() if name not in definitions}

    def policy(name: str) -> str:
        """Return the policy of a replaced resource from the new template, of a removed one from the old template."""
        if name in operation.predecessors:
            return operation.policy(name, "UpdateReplacePolicy")
        return before.policy(name, "DeletionPolicy")

    # In the order of the old dependencies: a listener that forwards to a target group is deleted before it.
    records = existing(gone) | operation.predecessors
    removal = Removal(operation=before, records=records, policy=policy, queued=operation.queued_deletes)
    await removal.run()
    for name in gone:  # A resource that could not be deleted remains, but no longer belongs to the stack.
        operation.resources.pop(name, None)
    await asyncio.gather(
        *(
            resource_handlers.handler_of(STACK).commit(operation.resources[name])
            for name in operation.updated
            if name in operation.resources and operation.resources[name]["ResourceType"] == STACK
        )
    )
