"""The change set of one child: the resources to be added, changed, removed and imported."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, stacks

from sandbox.extension import cloudformation_api as api
from sandbox.extension.cloudformation import child_stacks, unknown_parameters
from sandbox.extension.cloudformation.operation import Operation
from sandbox.extension.untyped import Record


@dataclass(frozen=True, kw_only=True)
class Member:
    """One child of a tree, as the change set of its parent defines it."""

    parent_change_set: Record
    operation: Operation
    """The parent with its new template."""
    logical_id: str
    unsettled: Collection[str]
    """The parent's resources that are new, or change."""


def plan_child(member: Member) -> Record | None:
    """Return the child's change set, or None if nothing would change; a new child becomes REVIEW_IN_PROGRESS.

    The change set of a child that cannot be planned is FAILED, with the reason.
    """
    stack = _existing(member)
    is_new = stack is None
    if stack is None:
        stack = child_stacks.add_child(member.operation.stack, member.logical_id)
        reviewing = Operation(stack=stack, template={}, parameters={})
        reviewing.stack_event("REVIEW_IN_PROGRESS")
        stack["_root_change_set"] = member.parent_change_set["RootChangeSetId"]
    change_set = _record(member, stack, is_new=is_new)
    try:
        _compare(member, stack, change_set, is_new=is_new)
    except ValueError as error:
        change_set |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": str(error)}
    if change_set["Status"] != "FAILED" and not change_set["Changes"] and not is_new:
        return None
    cloudformation._change_sets[change_set["ChangeSetId"]] = change_set
    return change_set


def _existing(member: Member) -> Record | None:
    record = member.operation.resources.get(member.logical_id)
    return api.find_stack(record["PhysicalResourceId"]) if record else None


def _record(member: Member, stack: Record, *, is_new: bool) -> Record:
    parent = member.parent_change_set
    name = f"{parent['ChangeSetName']}-{member.logical_id}"[:115] + f"-{secrets.token_hex(6).upper()}"
    arn = f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:changeSet/{name}/{new_uuid()}"
    return {
        "ChangeSetId": arn,
        "ChangeSetName": name,
        "StackId": stack["StackId"],
        "StackName": stack["StackName"],
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "StatusReason": "",
        "CreationTime": now_iso(),
        "Description": "",
        "ChangeSetType": "CREATE" if is_new else "UPDATE",
        "Changes": [],
        "Parameters": [],
        "Tags": [],
        "Capabilities": parent["Capabilities"],
        "IncludeNestedStacks": True,
        "ImportExistingResources": parent["ImportExistingResources"],
        "ParentChangeSetId": parent["ChangeSetId"],
        "RootChangeSetId": parent["RootChangeSetId"],
        "_import_existing": {},
    }


def _compare(member: Member, stack: Record, change_set: Record, *, is_new: bool) -> None:
    """Fill the change set. Raises ValueError, with AWS's words, if the child cannot be planned."""
    properties = member.operation.template["Resources"][member.logical_id].get("Properties", {})
    given, unknown = unknown_parameters.resolve_given(
        member.operation, properties.get("Parameters", {}), member.unsettled
    )
    resolved = {
        "TemplateURL": member.operation.resolve(properties.get("TemplateURL")),
        "Parameters": given,
        "Tags": member.operation.resolve(properties.get("Tags", [])),
    }
    tagged = member.operation.with_stack_tags("AWS::CloudFormation::Stack", member.logical_id, resolved)
    source = child_stacks.load_source(resolved, tagged, change_set["Capabilities"], unknown)
    change_set |= {
        "Tags": source.tags,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": entry["Value"]} for name, entry in source.parameters.items()
        ],
        "_template": source.template,
        "_template_body": source.body,
        "_resolved_params": source.parameters,
    }
    change_set["Changes"] = _changes(stack, source, unknown, is_new=is_new)
    if change_set["ImportExistingResources"]:
        _adopt_existing(change_set)


def _changes(stack: Record, source: child_stacks.Source, unknown: Collection[str], *, is_new: bool) -> list[Record]:
    name, stack_id = stack["StackName"], stack["StackId"]
    before = {} if is_new else stack["_resolved_params"]
    old = changesets._resolve_props_for_diff({} if is_new else stack["_template"], before, name, stack_id)
    new = changesets._resolve_props_for_diff(source.template, source.parameters, name, stack_id)
    changed = {
        key
        for key, entry in source.parameters.items()
        if key in unknown or before.get(key, {}).get("Value") != entry["Value"]
    }
    changes: list[Record] = stacks._diff_resources(old, new, stack["_resources"], source.template, changed)
    _mark_dynamic([change["ResourceChange"] for change in changes], unknown)
    return changes


def _mark_dynamic(changes: list[Record], unknown: Collection[str]) -> None:
    """Mark as Dynamic what depends on a parameter whose value is not known yet, directly or through other resources."""
    settled = False
    while not settled:
        certain = {change["LogicalResourceId"] for change in changes if change.get("Replacement") == "True"}
        before = [change.get("Replacement") for change in changes]
        for change in changes:
            for detail in change.get("Details", []):
                if _is_open(detail, unknown, certain):
                    detail["Evaluation"] = "Dynamic"
            if "Replacement" in change:
                change["Replacement"] = stacks._replacement(change["Details"], False)  # noqa: FBT003 - ministack's own
        settled = before == [change.get("Replacement") for change in changes]


def _is_open(detail: Record, unknown: Collection[str], certain: Collection[str]) -> bool:
    cause = detail.get("CausingEntity", "")
    if detail.get("ChangeSource") == "ParameterReference":
        return cause in unknown
    return (
        detail.get("ChangeSource") in {"ResourceReference", "ResourceAttribute"} and cause.split(".")[0] not in certain
    )


def _adopt_existing(change_set: Record) -> None:
    template = change_set["_template"]
    found = changesets._existing_resources(change_set["Changes"], template)
    reason = changesets._unretained_import_reason(found, template) or changesets._import_owner(found)
    if reason:
        raise ValueError(reason)
    adopted = {entry["LogicalResourceId"]: changesets._import_change(entry) for entry in found}
    change_set["Changes"] = [
        adopted.get(change["ResourceChange"]["LogicalResourceId"], change) for change in change_set["Changes"]
    ]
    change_set["_import_existing"] = {entry["LogicalResourceId"]: entry["ResourceIdentifier"] for entry in found}
