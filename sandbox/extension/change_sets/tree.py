"""The change set of a root stack, extended to all nested stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension import cloudformation_api as api
from sandbox.extension.change_sets import children
from sandbox.extension.cloudformation import unknown_parameters
from sandbox.extension.cloudformation.operation import STACK, Operation

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.extension.untyped import Record

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def extend_to_tree(change_set: Record) -> None:
    """Plan all children of the change set's stack, and theirs, and add their changes to it."""
    stack = api.find_stack(change_set["StackId"])
    if stack is None or (change_set["Status"] == "FAILED" and change_set["StatusReason"] != NO_CHANGES):
        return
    operation = Operation(stack=stack, template=change_set["_template"], parameters=change_set["_resolved_params"])
    definitions = operation.definitions()
    for logical_id, definition in definitions.items():
        if definition.get("Type") != STACK:
            continue
        unsettled = _unsettled(change_set, definitions, operation)
        member = children.Member(
            parent_change_set=change_set, operation=operation, logical_id=logical_id, unsettled=unsettled
        )
        child = children.plan_child(member)
        if child is not None:
            extend_to_tree(child)
            _enter(
                change_set,
                logical_id,
                child,
                unknown_parameters.unsettled_references(definition.get("Properties", {}), unsettled),
            )
            if child["Status"] == "FAILED":
                _fail(change_set, child)
                return
    if change_set["Changes"]:
        change_set |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}


def _unsettled(change_set: Record, definitions: Record, operation: Operation) -> Collection[str]:
    """Return what is new or changes, and every child, whose present outputs AWS ignores (coverage-roadmap 759)."""
    changing = {change["ResourceChange"]["LogicalResourceId"] for change in change_set["Changes"]}
    children = {name for name, definition in definitions.items() if definition.get("Type") == STACK}
    return changing | children | {name for name in definitions if name not in operation.resources}


def _enter(change_set: Record, logical_id: str, child: Record, causes: list[str]) -> None:
    """Enter the child's change set in its parent's list of changes, and the child itself, if it is not there."""
    entries = {entry["ResourceChange"]["LogicalResourceId"]: entry for entry in change_set["Changes"]}
    entry = entries.setdefault(logical_id, {"ResourceChange": _modified(logical_id, causes)})
    entry["ResourceChange"] |= {"ChangeSetId": child["ChangeSetId"], "PhysicalResourceId": child["StackId"]}
    change_set["Changes"] = [entries[name] for name in sorted(entries)]


def _modified(logical_id: str, causes: list[str]) -> Record:
    details = [
        {
            "Target": {"Attribute": "Properties", "Name": "Parameters", "RequiresRecreation": "Never"},
            "Evaluation": "Dynamic",
            "ChangeSource": "ResourceAttribute",
            "CausingEntity": cause,
        }
        for cause in causes
    ]
    return {
        "Action": "Modify",
        "LogicalResourceId": logical_id,
        "ResourceType": STACK,
        "Replacement": "False",
        "Scope": ["Properties"],
        "Details": details or [_automatic()],
    }


def _automatic() -> Record:
    """Return the detail of a child whose template may have changed under the same URL."""
    return {
        "Target": {"Attribute": "Properties", "Name": "TemplateURL", "RequiresRecreation": "Never"},
        "Evaluation": "Dynamic",
        "ChangeSource": "Automatic",
    }


def mark_all_children(change_set: Record) -> None:
    """List all existing children as changed, as AWS does without `IncludeNestedStacks`, because they may have."""
    stack = api.find_stack(change_set["StackId"])
    if stack is None or change_set["ChangeSetType"] != "UPDATE" or change_set["StatusReason"] not in {"", NO_CHANGES}:
        return
    entries = {entry["ResourceChange"]["LogicalResourceId"]: entry for entry in change_set["Changes"]}
    operation = Operation(stack=stack, template=change_set["_template"], parameters=change_set["_resolved_params"])
    for logical_id, definition in operation.definitions().items():
        if definition.get("Type") == STACK and logical_id in stack["_resources"] and logical_id not in entries:
            record = stack["_resources"][logical_id]
            change = _modified(logical_id, []) | {"PhysicalResourceId": record["PhysicalResourceId"]}
            entries[logical_id] = {"ResourceChange": change}
    change_set["Changes"] = [entries[name] for name in sorted(entries)]
    if entries:
        change_set |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}


def _fail(change_set: Record, child: Record) -> None:
    reason = f"Nested change set {child['ChangeSetId']} was not successfully created: Currently in FAILED."
    change_set |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": reason}
