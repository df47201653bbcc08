"""Operations that a stack's status does not allow are refused, in CloudFormation's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import changesets, handlers

from sandbox.extension import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response

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
    """Look at the status first; and let an update of a stack with children run, because they may have changed."""
    answers.around("CreateStack", _create)
    answers.around("UpdateStack", _update)
    answers.around("DeleteStack", _delete)
    answers.around("CreateChangeSet", _create_change_set)
    answers.around("ExecuteChangeSet", _execute_change_set)
    stock: Callable[..., bool] = handlers._stack_has_no_updates

    def has_no_updates(stack: Record, template: Record, *rest: object) -> bool:
        types = {resource.get("Type") for resource in template.get("Resources", {}).values()}
        return "AWS::CloudFormation::Stack" not in types and stock(stack, template, *rest)

    handlers._stack_has_no_updates = has_no_updates


def _create(stock: Callable[[Record], Response], params: Record) -> Response:
    name = answers.text(params, "StackName")
    if _status(name) in {"", "DELETE_COMPLETE"}:
        return stock(params)
    return answers.refuse(f"Stack [{name}] already exists", "AlreadyExistsException")


def _update(stock: Callable[[Record], Response], params: Record) -> Response:
    return _unless_busy(stock, params, _UPDATABLE)


def _delete(stock: Callable[[Record], Response], params: Record) -> Response:
    """A stack that is being deleted goes on being deleted."""
    if _status(answers.text(params, "StackName")) == "DELETE_IN_PROGRESS":
        params = {**params, "StackName": ["none"]}
    return stock(params)


def _create_change_set(stock: Callable[[Record], Response], params: Record) -> Response:
    allowed = _UPDATABLE | {"REVIEW_IN_PROGRESS"}
    if answers.text(params, "ChangeSetType") == "CREATE" and _status(answers.text(params, "StackName")) in _UPDATABLE:
        return stock(params)
    return _unless_busy(stock, params, allowed)


def _execute_change_set(stock: Callable[[Record], Response], params: Record) -> Response:
    """The stack is the change set's, by whichever name it is called."""
    name = answers.text(params, "StackName")
    _, change_set = changesets._find_change_set(answers.text(params, "ChangeSetName"), name)
    name = change_set["StackId"] if change_set else name
    return _unless_busy(stock, params, _UPDATABLE | {"REVIEW_IN_PROGRESS"}, name)


def _unless_busy(
    stock: Callable[[Record], Response], params: Record, allowed: frozenset[str], name: str = ""
) -> Response:
    name = name or answers.text(params, "StackName")
    status = _status(name)
    if status in {"", "DELETE_COMPLETE"} or status in allowed:
        return stock(params)
    stack_id = handlers._resolve_stack(name)["StackId"]
    return answers.refuse(f"Stack:{stack_id} is in {status} state and can not be updated.")


def _status(name: str) -> str:
    stack = handlers._resolve_stack(name) if name else None
    return str(stack["StackStatus"]) if stack else ""
