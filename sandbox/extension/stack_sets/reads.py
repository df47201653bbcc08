"""The requests that read: stack sets, their instances, operations and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension import cloudformation_api as api
from sandbox.extension.stack_sets import store, wire

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Response


def describe(params: Record) -> Record:
    """Return a stack set."""
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    found = stack_set["_instances"].values()
    units = sorted({it["OrganizationalUnitId"] for it in found if it["OrganizationalUnitId"]})
    regions = sorted({it["Region"] for it in found})
    drift = {"StackSetDriftDetectionDetails": {"DriftStatus": "NOT_CHECKED"}}
    return {"StackSet": {**stack_set, **drift, "OrganizationalUnitIds": units, "Regions": regions}}


def describe_operation(params: Record) -> Record:
    """Return an operation."""
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    return {"StackSetOperation": store.required_operation(stack_set, api.parameter(params, "OperationId"))}


def list_results(params: Record) -> Response:
    """Return the results of an operation."""
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    operation = store.required_operation(stack_set, api.parameter(params, "OperationId"))
    return wire.paged("ListStackSetOperationResults", "Summaries", operation["_results"], params)


def list_instances(params: Record) -> Response:
    """Return the instances of a stack set."""
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    account, region = (api.parameter(params, f"StackInstance{it}") for it in ("Account", "Region"))
    found = [
        it for it in stack_set["_instances"].values() if account in {"", it["Account"]} and region in {"", it["Region"]}
    ]
    return wire.paged("ListStackInstances", "Summaries", found, params)


def list_operations(params: Record) -> Response:
    """Return the operations on a stack set, newest first."""
    stack_set = store.required_set(api.parameter(params, "StackSetName"))
    return wire.paged("ListStackSetOperations", "Summaries", stack_set["_operations"][::-1], params)


def list_sets(params: Record) -> Response:
    """Return all stack sets."""
    shown = (
        "StackSetName",
        "StackSetId",
        "Description",
        "Status",
        "PermissionModel",
        "ManagedExecution",
        "AutoDeployment",
    )
    found = [{name: it[name] for name in shown if name in it} for it in store.SETS.values()]
    return wire.paged("ListStackSets", "Summaries", found, params)
