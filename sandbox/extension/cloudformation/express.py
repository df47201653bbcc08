"""`DeploymentConfig`: express mode, whose rollback is off by default, and what that rules out.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-express-mode.html, and for the
error messages https://github.com/aws/aws-cdk-cli/issues/1739, 1931 and 1973.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import handlers

from sandbox.extension import cloudformation_api as api
from sandbox.extension.operations import EXPRESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response, Untyped

CONFIG = "_deployment_config"
"""Where a change set, and then its stack, keep the mode and `DisableRollback`."""
STANDARD = ("STANDARD", False)
NO_ROLLBACK = (
    "RollbackStack is not supported for stacks that were last updated using EXPRESS deployment mode and are in a "
    "failed state"
)
ONLY_EXPRESS = (
    "This stack is in a UPDATE_FAILED state from a previous operation that used EXPRESS deployment mode with "
    "disable-rollback. Follow-up operations must use the same DeploymentConfig (mode=EXPRESS) until the stack reaches "
    "a *_COMPLETE state"
)
NOT_FINAL = (
    "This stack is currently in a non-terminal [UPDATE_FAILED] state. To update the stack from this state, please use "
    "the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the "
    "rollback-stack API"
)
_AGAIN = "_updated_again"


def install() -> None:
    """Wrap the requests that take or return the mode."""
    for action in ("CreateStack", "UpdateStack"):
        api.wrap_action(action, _change)
    api.wrap_action("RollbackStack", _roll_back)
    api.wrap_action("DescribeStacks", _describe)
    stock: Callable[..., bool] = handlers._stack_has_no_updates

    def has_no_updates(stack: Record, *rest: Untyped) -> bool:
        return not stack.get(_AGAIN) and stock(stack, *rest)

    handlers._stack_has_no_updates = has_no_updates


def mode_of(params: Record) -> tuple[str, bool]:
    """Return the mode of a request, and whether its rollback is off, which is the default in express mode."""
    mode = api.parameter(params, "DeploymentConfig.Mode", "STANDARD")
    default = "true" if mode == "EXPRESS" else "false"
    return mode, api.parameter(params, "DeploymentConfig.DisableRollback", default).lower() == "true"


def why_refused(params: Record) -> str:
    """Return why a stack in UPDATE_FAILED does not accept this request, or ""."""
    stack = _stack(params)
    if stack is None or stack["StackStatus"] != "UPDATE_FAILED":
        return ""
    mode, disables = mode_of(params)
    if stack.get(CONFIG, STANDARD)[0] == "EXPRESS" and mode != "EXPRESS":
        return ONLY_EXPRESS
    return NOT_FINAL if mode == "EXPRESS" and not disables else ""


def execute_change_set(stock: Action, params: Record, change_set: Record | None) -> Response:
    """Execute a change set in the mode with which it was created."""
    config = (change_set or {}).get(CONFIG, STANDARD)
    return _run(stock, params, api.find_stack((change_set or {}).get("StackId", "")), config)


def _change(stock: Action, params: Record) -> Response:
    """Answer CreateStack and UpdateStack. From UPDATE_FAILED a stack is updated even if nothing has changed."""
    if why := why_refused(params):
        return api.refusal(why)
    config = mode_of(params)
    stack = _stack(params)
    again = stack is not None and stack["StackStatus"] == "UPDATE_FAILED" and config[1]
    if stack is not None and again:
        stack |= {_AGAIN: True, "StackStatus": "UPDATE_COMPLETE"}
    answer = _run(stock, params, stack, config)
    if stack is not None and again:
        stack.pop(_AGAIN)
        if not api.succeeded(answer):
            stack["StackStatus"] = "UPDATE_FAILED"
    if stack is None and (new := _stack(params)):
        new[CONFIG] = config
    return answer


def _run(stock: Action, params: Record, stack: Record | None, config: tuple[str, bool]) -> Response:
    """Run the operation in this mode, and keep the mode with the stack."""
    before = (stack or {}).get(CONFIG, STANDARD)
    if stack is not None:
        stack[CONFIG] = config
    mode, disables_rollback = config
    token = EXPRESS.set(mode == "EXPRESS")
    answer = stock({**params, "DisableRollback": ["true"]} if disables_rollback else params)
    EXPRESS.reset(token)
    if stack is not None and not api.succeeded(answer):
        stack[CONFIG] = before
    return answer


def _roll_back(stock: Action, params: Record) -> Response:
    stack = _stack(params)
    if stack is not None and stack.get(CONFIG, STANDARD)[0] == "EXPRESS" and stack["StackStatus"].endswith("_FAILED"):
        return api.refusal(NO_ROLLBACK)
    return stock(params)


def _describe(stock: Action, params: Record) -> Response:
    return api.add_nested_texts(stock(params), "member", "DeploymentConfig", _shown)


def _shown(texts: dict[str, str]) -> dict[str, str]:
    stack = api.find_stack(texts.get("StackId", "")) or {}
    if CONFIG not in stack:
        return {}
    mode, disables = stack[CONFIG]
    return {"Mode": mode, "DisableRollback": str(disables).lower()}


def _stack(params: Record) -> Record | None:
    found = api.find_stack(api.parameter(params, "StackName"))
    return found if found and found["StackStatus"] != "DELETE_COMPLETE" else None
