"""Requests that the status of a stack does not allow are refused, in CloudFormation's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import handlers

from sandbox.extension import cloudformation_api as api

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response

_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "CREATE_FAILED",
        "UPDATE_FAILED",
    }
)


def install() -> None:
    """Check the status before each request. An update of a stack with children is always run: they may have changed."""
    api.wrap_action("CreateStack", _create)
    api.wrap_action("UpdateStack", _update)
    api.wrap_action("DeleteStack", _delete)
    api.wrap_action("CreateChangeSet", _create_change_set)
    api.wrap_action("ExecuteChangeSet", _execute_change_set)
    stock: Callable[..., bool] = handlers._stack_has_no_updates

    def has_no_updates(stack: Record, template: Record, *rest: object) -> bool:
        types = {resource.get("Type") for resource in template.get("Resources", {}).values()}
        return "AWS::CloudFormation::Stack" not in types and stock(stack, template, *rest)

    handlers._stack_has_no_updates = has_no_updates


def _create(stock: Action, params: Record) -> Response:
    name = api.parameter(params, "StackName")
    if _status(name) in {"", "DELETE_COMPLETE"}:
        return stock(params)
    return api.refusal(f"Stack [{name}] already exists", "AlreadyExistsException")


def _update(stock: Action, params: Record) -> Response:
    return _unless_busy(stock, params, _UPDATABLE)


def _delete(stock: Action, params: Record) -> Response:
    """Do not delete a stack twice: answer as for one that does not exist."""
    if _status(api.parameter(params, "StackName")) == "DELETE_IN_PROGRESS":
        params = {**params, "StackName": ["none"]}
    return stock(params)


def _create_change_set(stock: Action, params: Record) -> Response:
    allowed = _UPDATABLE | {"REVIEW_IN_PROGRESS"}
    if api.parameter(params, "ChangeSetType") == "CREATE" and _status(api.parameter(params, "StackName")) in _UPDATABLE:
        return stock(params)
    return _unless_busy(stock, params, allowed)


def _execute_change_set(stock: Action, params: Record) -> Response:
    """Check the status of the change set's stack, which the request need not name."""
    change_set = api.find_change_set(params)
    name = change_set["StackId"] if change_set else api.parameter(params, "StackName")
    return _unless_busy(stock, params, _UPDATABLE | {"REVIEW_IN_PROGRESS"}, name)


def _unless_busy(stock: Action, params: Record, allowed: frozenset[str], name: str = "") -> Response:
    stack = api.find_stack(name or api.parameter(params, "StackName"))
    if stack is None or stack["StackStatus"] in {*allowed, "DELETE_COMPLETE"}:
        return stock(params)
    return api.refusal(f"Stack:{stack['StackId']} is in {stack['StackStatus']} state and can not be updated.")


def _status(name: str) -> str:
    stack = api.find_stack(name)
    return str(stack["StackStatus"]) if stack else ""
