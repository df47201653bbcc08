"""Nest an existing stack: import a stack into another one as its resource of the type AWS::CloudFormation::Stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-nested-stacks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

from sandbox.extension import cloudformation_api as api
from sandbox.extension.cloudformation import child_stacks
from sandbox.extension.cloudformation.operation import STACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.cloudformation.operation import Operation
    from sandbox.extension.untyped import Record

IMPORTABLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
"""Seen on AWS (go-to-k/cdkd 588), where IMPORT_COMPLETE is refused. Others are not known, and refused here."""


def problems(operation: Operation, entry: Record, change_set: Record) -> Iterator[str]:
    """Yield why this stack cannot become a resource of the operation's stack."""
    child, parent = api.find_stack(entry["ResourceIdentifier"]["StackId"]), operation.stack
    if child is None:
        return
    if parent.get("ParentId") or parent["StackStatus"] == "REVIEW_IN_PROGRESS":
        yield f"Stack {child['StackId']} can only be imported into an existing root stack."
    if child["StackStatus"] not in IMPORTABLE:
        status = child["StackStatus"]
        yield f"Stack {child['StackId']} is not in an importable status, current stack status is {status}."
    if any(record.get("ResourceType") == STACK for record in child.get("_resources", {}).values()):
        yield "Stacks to be imported cannot have any child stacks."
    yield from _differences(operation, entry, child, change_set)


def _differences(operation: Operation, entry: Record, child: Record, change_set: Record) -> Iterator[str]:
    """Yield in what the definition in the parent differs from the stack."""
    logical_id = entry["LogicalResourceId"]
    definition = operation.template["Resources"][logical_id]
    try:
        properties = operation.resolve(definition.get("Properties", {}))
        source = child_stacks.load_source(properties, properties, change_set.get("Capabilities") or [])
    except ValueError as error:
        yield str(error)
        return
    given = {name: it["Value"] for name, it in source.parameters.items()}
    if source.template != child["_template"]:
        yield (
            f"Template of resource [{logical_id}] defined in the template doesn't match the template of stack "
            f"{child['StackId']}"
        )
    if given != {name: it["Value"] for name, it in child["_resolved_params"].items()}:
        yield (
            f"Parameters of resource [{logical_id}] defined in the template don't match the parameters of stack "
            f"{child['StackId']}"
        )
    if provisioners._tag_map(source.tags) != provisioners._tag_map(child.get("Tags")):
        yield (
            f"Tags of resource [{logical_id}] defined in the template don't match the tags of stack {child['StackId']}"
        )
