"""Delete a stack with its children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, provisioners, stacks

from sandbox.extension.cloudformation import child_stacks
from sandbox.extension.cloudformation.operation import Operation
from sandbox.extension.cloudformation.removal import Removal, existing
from sandbox.extension.cloudformation.running_tasks import sole_task

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.extension.untyped import Record


def install() -> None:
    """Replace ministack's deletion of stacks."""
    stacks._delete_stack_async = handlers._delete_stack_async = delete_stack


async def delete_stack(
    stack_name: str,
    stack_id: str,
    retain_resources: Collection[str] = (),
    force: bool = False,  # noqa: FBT001, FBT002 - ministack calls it so
) -> None:
    """Delete a root stack, and end in DELETE_COMPLETE or DELETE_FAILED."""
    async with sole_task(stack_id):
        stack = cloudformation._stacks.get(stack_name)
        if stack is not None:
            await run_deletion(stack, retain_resources=retain_resources, force=force)


async def run_deletion(
    stack: Record,
    *,
    retain_resources: Collection[str] = (),
    force: bool = False,
    keeping: Collection[str] = provisioners._RETAINING_POLICIES,
) -> str:
    """Delete the stack, except resources with a policy in `keeping`; return the reason of a failure, or "".

    When a create is rolled back, `RetainExceptOnCreate` does not keep a resource.
    """
    whole = Operation(
        stack=stack, template=stack.get("_template") or {}, parameters=stack.get("_resolved_params") or {}
    )
    whole.stack_event("DELETE_IN_PROGRESS")
    kept = set(retain_resources) | (_failed_before(whole) if force else set())
    removal = Removal(
        operation=whole,
        records=existing(whole.resources),
        policy=lambda name: "Retain" if name in kept else whole.policy(name, "DeletionPolicy"),
        give_up=force,
        keeping=keeping if not kept else {*keeping, "Retain"},
    )
    await removal.run()
    for name in removal.removed:
        whole.resources.pop(name, None)
    if removal.failed:
        whole.stack_event("DELETE_FAILED", removal.reason())
        return removal.reason()
    stack["_resources"] = {}
    stack["DeletionTime"] = now_iso()
    _drop_change_sets(stack)
    for output in stack.get("Outputs", []):
        cloudformation._exports.pop(output.get("ExportName"), None)
    stack.pop("_operation", None)
    whole.stack_event("DELETE_COMPLETE")
    return ""


def _drop_change_sets(stack: Record) -> None:
    """Drop the stack's change sets, and the children in REVIEW_IN_PROGRESS."""
    child_stacks.drop_children_in_review(stack["StackId"])
    known = {other["StackId"] for other in cloudformation._stacks.values()} - {stack["StackId"]}
    for change_set_id, change_set in list(cloudformation._change_sets.items()):
        if change_set["StackId"] not in known:
            cloudformation._change_sets.pop(change_set_id)


def _failed_before(whole: Operation) -> set[str]:
    failed = [name for name, record in whole.resources.items() if record.get("ResourceStatus") == "DELETE_FAILED"]
    kept: set[str] = stacks._with_dependencies(failed, whole.template.get("Resources", {}), set(whole.resources))
    return kept
