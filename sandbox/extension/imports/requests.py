"""CreateChangeSet with the type IMPORT: what AWS refuses beyond what ministack does, and what fails the change set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, drift

from sandbox.extension import cloudformation_api as api
from sandbox.extension.authorisation import resource_calls
from sandbox.extension.authorisation.subjects import Subject
from sandbox.extension.cloudformation import steps
from sandbox.extension.cloudformation.operation import STACK, Operation
from sandbox.extension.cloudformation.stack_role import ROLE
from sandbox.extension.imports import identifiers, nesting
from sandbox.extension.reading import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Action, Record, Response

_MOST = 200
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html"""
_DETECTABLE = "IMPORT_COMPLETE"
"""AWS's page about imports recommends to look for drift right after one."""


def install() -> None:
    """Check each request for an import, and let drift be looked for after one."""
    api.wrap_action("CreateChangeSet", _create)
    drift.DRIFT_DETECTABLE_STATUSES = drift.DRIFT_DETECTABLE_STATUSES | {_DETECTABLE}


def _create(stock: Action, params: Record) -> Response:
    if api.parameter(params, "ChangeSetType") != "IMPORT":
        return stock(params)
    if reason := _refusal(params):
        return api.refusal(reason)
    answer = stock(params)
    if api.succeeded(answer):
        change_set = cloudformation._change_sets[api.first_text(answer, "Id")]
        if change_set["Status"] != "FAILED" and (why := next(_failures(change_set), "")):
            change_set |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": why, "Changes": []}
    return answer


def _refusal(params: Record) -> str:
    """Return why the request is refused, or ""."""
    if api.is_true(params, "IncludeNestedStacks"):
        return "IncludeNestedStacks is not supported for changeSet type: IMPORT."
    if (role := api.parameter(params, ROLE)) and role != (_stack_of(params) or {}).get(ROLE):
        return "As part of the import operation, you cannot modify or add [RoleArn]"
    entries = changesets._extract_resources_to_import(params)
    if len(entries) > _MOST:
        what = f"Value '[{len(entries)} resources]' at 'resourcesToImport' failed to satisfy constraint"
        return f"1 validation error detected: {what}: Member must have length less than or equal to {_MOST}"
    types = [entry["ResourceType"] for entry in entries]
    if unsupported := [it for it in types if registry.schema_of(it) and not registry.has_handler(it, "read")]:
        return f"The following resource types are not supported for resource import: {','.join(unsupported)}"
    return ""


def _stack_of(params: Record) -> Record | None:
    return api.find_stack(api.parameter(params, "StackName"))


def _failures(change_set: Record) -> Iterator[str]:
    """Yield what fails the change set after the request has been accepted."""
    stack = api.find_stack(change_set["StackId"])
    if stack is None:
        return
    entries = change_set["_resources_to_import"]
    imported = {it["LogicalResourceId"]: identifiers.record_of(it) for it in entries}
    # References to what is imported with a resource have their values already: it exists.
    operation = Operation(
        stack={**stack, "_resources": {**stack.get("_resources", {}), **imported}},
        template=change_set["_template"],
        parameters=change_set["_resolved_params"],
    )
    for entry in entries:
        yield from _missing_rights(operation, entry)
        if entry["ResourceType"] == STACK:
            yield from nesting.problems(operation, entry, change_set)
        else:
            yield from _property_problems(operation, entry)


def _missing_rights(operation: Operation, entry: Record) -> Iterator[str]:
    """Yield which right to read the resource whoever CloudFormation acts as lacks, where IAM is enforced."""
    if entry["ResourceType"] not in registry.READERS:
        return
    logical_id = entry["LogicalResourceId"]
    subject = Subject(
        resource_type=entry["ResourceType"],
        properties=operation.template["Resources"][logical_id].get("Properties") or {},
        stack_name=operation.name,
        logical_id=logical_id,
        physical_id=identifiers.physical_id_of(entry),
    )
    try:
        resource_calls.require_allowed("read", subject)
    except ValueError as error:
        yield str(error)


def _property_problems(operation: Operation, entry: Record) -> Iterator[str]:
    """Yield what is wrong with properties: what the schema does not allow, or another name than the identifier's."""
    logical_id = entry["LogicalResourceId"]
    try:
        step = steps.resolved_step(operation, logical_id)
    except ValueError as error:
        yield str(error)
        return
    for key, value in entry["ResourceIdentifier"].items():
        written = step.properties.get(key, value)
        if not _same_resource(str(written), value):
            yield (
                f"The value [{written}] of property {key} of resource [{logical_id}] in the template does not match "
                f"the resource identifier [{value}]"
            )


def _same_resource(written: str, identifier: str) -> bool:
    """Whether both name the same: a cluster may be named or be given as an ARN."""
    if written.startswith("arn:") != identifier.startswith("arn:"):
        return written.rpartition("/")[2] == identifier.rpartition("/")[2]
    return written == identifier
