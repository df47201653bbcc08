"""Stack sets with their instances and operations, in the account and region in which they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict
from ministack.services import cloudformation

from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Untyped

SETS: Untyped = AccountRegionScopedDict()
"""Stack sets by name. `_instances` has the instances by account and region, `_operations` the operations, oldest first.
"""
ACCESS: Untyped = AccountScopedDict()
"""Whether trusted access is activated, under `TRUSTED`."""
TRUSTED = "trusted"
UNDER_WAY = frozenset({"RUNNING", "STOPPING", "QUEUED"})


def install() -> None:
    """Save and restore them with the stacks."""
    cloudformation._PERSISTED_STORES = (
        *cloudformation._PERSISTED_STORES,
        (lambda: SETS, "stack_sets"),
        (lambda: ACCESS, "organizations_access"),
    )


def required_set(name: str) -> Record:
    """Return the stack set with this name or id."""
    for found in SETS.values():
        if name in {found["StackSetName"], found["StackSetId"], found["StackSetARN"]}:
            stack_set: Record = found
            return stack_set
    raise RefusedError("StackSetNotFoundException", f"StackSet {name} not found")


def required_operation(stack_set: Record, operation_id: str) -> Record:
    """Return an operation of a stack set."""
    for found in stack_set["_operations"]:
        if found["OperationId"] == operation_id:
            operation: Record = found
            return operation
    raise RefusedError("OperationNotFoundException", f"Operation {operation_id} not found")


def under_way(stack_set: Record) -> list[Record]:
    """Return the operations that have not ended."""
    return [it for it in stack_set["_operations"] if it["Status"] in UNDER_WAY]


def instance_key(account: str, region: str) -> str:
    """Return where a stack set keeps an instance."""
    return f"{account}/{region}"
