"""The requests about stack sets, their instances and operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services.cloudformation import engine, handlers, helpers

from sandbox.extension import cloudformation_api as api
from sandbox.extension.errors import RefusedError
from sandbox.extension.stack_sets import (
    access,
    instances,
    preferences,
    reads,
    roles,
    running,
    store,
    subjects,
    targets,
    wire,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.extension.untyped import Record, Response

STATUS = {
    "NameAlreadyExistsException": 409,
    "OperationInProgressException": 409,
    "OperationIdAlreadyExistsException": 409,
    "StackSetNotEmptyException": 409,
    "StackSetNotFoundException": 404,
    "OperationNotFoundException": 404,
    "StackInstanceNotFoundException": 404,
}
"""HTTP statuses of errors, by botocore's model; of all others 400."""
NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
OPERATION_ID = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}")


def install() -> None:
    """Add the actions."""
    store.install()
    instances.install()
    subjects.install()
    for action, function in _ACTIONS.items():
        handlers._ACTION_HANDLERS[action] = _answering(action, function)


def _answering(action: str, function: Callable[[Record], Response | Record]) -> Callable[[Record], Response]:
    def answer(params: Record) -> Response:
        try:
            _refuse_delegated(params)
            found = function(params)
        except RefusedError as error:
            refused: Response = helpers._error(error.code, error.message, STATUS.get(error.code, 400))
            return refused
        return found if isinstance(found, tuple) else wire.answer(action, found)

    return answer


def _refuse_delegated(params: Record) -> None:
    """No account of the sandbox is a delegated administrator: it has no request that makes one."""
    if api.parameter(params, "CallAs") == "DELEGATED_ADMIN":
        raise RefusedError("ValidationError", "Account used is not a delegated administrator")


def _create(params: Record) -> Record:
    name = api.parameter(params, "StackSetName")
    if NAME.fullmatch(name) is None:
        constraint = "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        raise RefusedError(
            "ValidationError", f"Value '{name}' at 'stackSetName' failed to satisfy constraint: {constraint}"
        )
    if name in store.SETS:
        raise RefusedError("NameAlreadyExistsException", f"The Name {name} already exists")
    set_id = f"{name}:{new_uuid()}"
    arn = f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stackset/{set_id}"
    model = api.parameter(params, "PermissionModel", "SELF_MANAGED")
    stack_set: Record = {
        "StackSetName": name,
        "StackSetId": set_id,
        "StackSetARN": arn,
        "Status": "ACTIVE",
        "PermissionModel": model,
        "_instances": {},
        "_operations": [],
    }
    if model == "SERVICE_MANAGED":
        access.refuse_without_access()
        if not api.parameter(params, "AutoDeployment.Enabled"):
            raise RefusedError("ValidationError", "You must specify AutoDeployment for SERVICE_MANAGED StackSets")
    stack_set |= _described(params, model, {})
    store.SETS[name] = stack_set
    return {"StackSetId": set_id}


def _described(params: Record, model: str, before: Record) -> Record:
    """Return what a request says of a stack set; what it leaves out is as `before`."""
    body, refused = helpers._resolve_template(params)
    if refused:
        raise RefusedError("ValidationError", api.first_text(refused, "Message"))
    if body is None:
        if not api.is_true(params, "UsePreviousTemplate"):
            raise RefusedError("ValidationError", "Either TemplateBody or TemplateURL must be specified")
        body = before["TemplateBody"]
    _refuse_template(body, params, model)
    found: Record = {
        "Description": api.parameter(params, "Description") or before.get("Description", ""),
        "TemplateBody": body,
        "Capabilities": wire.texts(params, "Capabilities"),
        "Tags": wire.tags(params) or before.get("Tags", []),
        "ManagedExecution": {"Active": api.is_true(params, "ManagedExecution.Active")},
    }
    if model == "SERVICE_MANAGED":
        enabled = api.is_true(params, "AutoDeployment.Enabled")
        retains = api.is_true(params, "AutoDeployment.RetainStacksOnAccountRemoval")
        return found | {"AutoDeployment": {"Enabled": enabled, "RetainStacksOnAccountRemoval": retains}}
    default = f"arn:aws:iam::{get_account_id()}:role/{roles.ADMINISTRATION_ROLE}"
    return found | {
        "AdministrationRoleARN": api.parameter(params, "AdministrationRoleARN")
        or before.get("AdministrationRoleARN", default),
        "ExecutionRoleName": api.parameter(params, "ExecutionRoleName")
        or before.get("ExecutionRoleName", roles.EXECUTION_ROLE),
    }


def _refuse_template(body: str, params: Record, model: str) -> None:
    try:
        template = engine._parse_template(body)
    except ValueError as error:
        raise RefusedError("ValidationError", f"Template format error: {error}") from error
    if refused := handlers._check_capabilities(template, template, params):
        raise RefusedError("InsufficientCapabilitiesException", api.first_text(refused, "Message"))
    types = {it.get("Type") for it in template.get("Resources", {}).values()}
    if "AWS::CloudFormation::StackSet" in types:
        raise RefusedError(
            "ValidationError", "Nested AWS::CloudFormation::StackSet is not supported in StackSet templates"
        )
    if model == "SERVICE_MANAGED" and "AWS::CloudFormation::Stack" in types:
        why = "Nested AWS::CloudFormation::Stack is not supported in service managed AWS::CloudFormation::StackSet"
        raise RefusedError("ValidationError", why)
    if model == "SERVICE_MANAGED" and template.get("Transform"):
        raise RefusedError(
            "ValidationError",
            "StackSets with SERVICE_MANAGED permission model do not support templates with transforms",
        )


def _update(params: Record) -> Record:
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    model = api.parameter(params, "PermissionModel", stack_set["PermissionModel"])
    if model != stack_set["PermissionModel"] and stack_set["_instances"]:
        raise RefusedError(
            "ValidationError", "PermissionModel cannot be changed while the StackSet has stack instances"
        )
    named = bool(wire.texts(params, "Accounts") or wire.texts(params, f"{targets.TARGETS}.OrganizationalUnitIds"))
    if named != bool(wire.texts(params, "Regions")):
        raise RefusedError("ValidationError", "Accounts and Regions must be specified together")
    places = _places(stack_set, params, "UPDATE") if named else dict.fromkeys(_known(stack_set), "")
    described = _described(params, model, stack_set)
    operation = _operation(stack_set, params, "UPDATE", [it for it in places if it in _known(stack_set)])
    stack_set |= described
    for instance in stack_set["_instances"].values():
        if instance["Status"] == "CURRENT":
            instance["Status"] = "OUTDATED"
    running.begin(stack_set, operation)
    return {"OperationId": operation["OperationId"]}


def _known(stack_set: Record) -> list[tuple[str, str]]:
    """Return the instances that take part in updates."""
    found = stack_set["_instances"].values()
    return [(it["Account"], it["Region"]) for it in found if it["Status"] != "INOPERABLE"]


def _places(stack_set: Record, params: Record, action: str) -> dict[tuple[str, str], str]:
    """Return accounts and regions of a request, with the organizational unit of the account."""
    accounts, regions = targets.wanted_accounts(stack_set, params, action), wire.texts(params, "Regions")
    if not regions:
        raise RefusedError("ValidationError", "At least one region must be specified")
    return {(account, region): unit for region in regions for account, unit in accounts.items()}


def _create_instances(params: Record) -> Record:
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    if targets.is_service_managed(stack_set):
        access.refuse_without_access()
    places = _places(stack_set, params, "CREATE")
    operation = _operation(stack_set, params, "CREATE", places)
    for (account, region), unit in places.items():
        stack_set["_instances"].setdefault(
            store.instance_key(account, region),
            {
                "StackSetId": stack_set["StackSetId"],
                "Account": account,
                "Region": region,
                "OrganizationalUnitId": unit,
                "Status": "OUTDATED",
                "StackInstanceStatus": {"DetailedStatus": "PENDING"},
                "DriftStatus": "NOT_CHECKED",
            },
        )
    running.begin(stack_set, operation)
    return {"OperationId": operation["OperationId"]}


def _change_instances(params: Record, action: str) -> Record:
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    places, there = _places(stack_set, params, action), stack_set["_instances"]
    found = [it for it in places if store.instance_key(*it) in there]
    if action == "UPDATE" and len(found) < len(places) and not targets.is_service_managed(stack_set):
        raise RefusedError("StackInstanceNotFoundException", "A stack instance of the request does not exist")
    operation = _operation(stack_set, params, action, found)
    running.begin(stack_set, operation)
    return {"OperationId": operation["OperationId"]}


def _operation(stack_set: Record, params: Record, action: str, places: Iterable[tuple[str, str]]) -> Record:
    """Add an operation, with a result that is pending for each account and region."""
    operation_id = api.parameter(params, "OperationId") or new_uuid()
    if OPERATION_ID.fullmatch(operation_id) is None:
        raise RefusedError("ValidationError", f"Value '{operation_id}' at 'operationId' failed to satisfy constraint")
    if any(it["OperationId"] == operation_id for it in stack_set["_operations"]):
        raise RefusedError("OperationIdAlreadyExistsException", f"Operation ID {operation_id} already exists")
    before = store.under_way(stack_set)
    if before and not stack_set["ManagedExecution"]["Active"]:
        why = f"Another Operation on StackSet {stack_set['StackSetARN']} is in progress: {before[0]['OperationId']}"
        raise RefusedError("OperationInProgressException", why)
    operation: Record = {
        "OperationId": operation_id,
        "StackSetId": stack_set["StackSetId"],
        "Action": action,
        "Status": "QUEUED" if before else "RUNNING",
        "OperationPreferences": preferences.read_preferences(params),
        "CreationTimestamp": now_iso(),
        "_results": [{"Account": account, "Region": region, "Status": "PENDING"} for account, region in places],
    }
    if action == "DELETE":
        operation["RetainStacks"] = api.is_true(params, "RetainStacks")
    stack_set["_operations"].append(operation)
    return operation


def _delete(params: Record) -> Record:
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    if before := store.under_way(stack_set):
        why = f"Another Operation on StackSet {stack_set['StackSetARN']} is in progress: {before[0]['OperationId']}"
        raise RefusedError("OperationInProgressException", why)
    if stack_set["_instances"]:
        raise RefusedError("StackSetNotEmptyException", f"StackSet {stack_set['StackSetName']} is not empty")
    store.SETS.pop(stack_set["StackSetName"], None)
    return {}


def _stop(params: Record) -> Record:
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    operation = store.required_operation(stack_set, api.parameter(params, "OperationId"))
    if operation["Status"] not in store.UNDER_WAY:
        why = f"Operation {operation['OperationId']} is {operation['Status']} and cannot be stopped"
        raise RefusedError("InvalidOperationException", why)
    operation["Status"] = "STOPPING"
    return {}


_ACTIONS: dict[str, Callable[[Record], Response | Record]] = {
    "CreateStackSet": _create,
    "UpdateStackSet": _update,
    "DeleteStackSet": _delete,
    "DescribeStackSet": reads.describe,
    "ListStackSets": reads.list_sets,
    "CreateStackInstances": _create_instances,
    "UpdateStackInstances": lambda params: _change_instances(params, "UPDATE"),
    "DeleteStackInstances": lambda params: _change_instances(params, "DELETE"),
    "ListStackInstances": reads.list_instances,
    "DescribeStackSetOperation": reads.describe_operation,
    "ListStackSetOperations": reads.list_operations,
    "ListStackSetOperationResults": reads.list_results,
    "StopStackSetOperation": _stop,
    "DescribeOrganizationsAccess": access.access,
    "ActivateOrganizationsAccess": access.activate,
    "DeactivateOrganizationsAccess": access.deactivate,
}
