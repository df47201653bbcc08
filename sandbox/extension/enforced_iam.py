"""With IAM enforced: who a stack operation acts as, and whether the caller may start it so."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from ministack import app
from ministack.core import router
from ministack.core.responses import get_account_id, get_region

from sandbox.extension import cloud_control
from sandbox.extension import cloudformation_api as api
from sandbox.extension.authorisation import direct_calls, drift, dynamic_references, principal
from sandbox.extension.authorisation.principal import ACTING
from sandbox.extension.authorisation.subjects import template_arn
from sandbox.extension.cloudformation import stack_role
from sandbox.extension.resources import ecr_login
from sandbox.extension.stack_sets import store as stack_sets
from sandbox.extension.stack_sets import wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Action, Record, Response, Untyped

ACTIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "CreateChangeSet",
    "ExecuteChangeSet",
    "RollbackStack",
    "ContinueUpdateRollback",
)

_KEY = ContextVar("key", default="")


def install() -> None:
    """Enforce IAM for each request that starts an operation, and complete what ministack enforces itself."""
    direct_calls.install()
    dynamic_references.install()
    _count_as_tls()
    ecr_login.enforce()
    drift.install(lambda: principal.principal_of_key(_KEY.get()), lambda params: _subject(params)[1])
    for action in ACTIONS:
        api.wrap_action(action, _act)
    for action in ("CreateStackSet", "UpdateStackSet"):
        api.wrap_action(action, _tag)
    _note_caller("cloudformation")
    _note_caller(cloud_control.SERVICE, acts=True)


def _note_caller(service: str, *, acts: bool = False) -> None:
    """Note the caller's key for the time of each request; `acts`: all that it leads to needs the caller's rights."""
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS[service]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        key = router.extract_access_key_id(headers, query) or ""
        token, acting = _KEY.set(key), ACTING.set(principal.principal_of_key(key) if acts else None)
        try:
            return await stock(method, path, headers, body, query)
        finally:
            _KEY.reset(token)
            ACTING.reset(acting)

    app.SERVICE_HANDLERS[service] = handle


def _count_as_tls() -> None:
    """Count requests as sent with TLS: bucket policies that require it are not what is tried here."""
    stock: Callable[[str, bool], None] = app.pin_request_origin
    app.pin_request_origin = lambda address, _secure: stock(address, True)  # noqa: FBT003 - ministack calls it so


def _act(stock: Action, params: Record) -> Response:
    """Start the operation as its role, or else as the caller, who needs the rights to pass the role and to read."""
    caller = principal.principal_of_key(_KEY.get())
    given, url = api.parameter(params, stack_role.ROLE), api.parameter(params, "TemplateURL")
    try:
        if given and caller:
            caller.require("iam:PassRole", given, {"iam:PassedToService": stack_role.SERVICE})
        if url and caller:
            caller.require("s3:GetObject", template_arn(url))
    except ValueError as error:
        return api.refusal(str(error), "AccessDenied")
    change_set, stack = _subject(params)
    role = given or (change_set or {}).get(stack_role.ROLE) or (stack or {}).get(stack_role.ROLE)
    token = ACTING.set(principal.role_session(role) if role else caller)
    try:
        return stock(params)
    finally:
        ACTING.reset(token)


def _tag(stock: Action, params: Record) -> Response:
    """Create or update a stack set, which takes rights of their own to set tags and to remove some.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html, `Tags`
    """
    caller, name = principal.principal_of_key(_KEY.get()), api.parameter(params, "StackSetName")
    found = stack_sets.SETS.get(name) or {}
    arn = found.get("StackSetARN") or f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stackset/{name}:new"
    before, after = found.get("Tags", []), wire.tags(params)
    try:
        if caller and any(it not in before for it in after):
            caller.require("cloudformation:TagResource", arn)
        if caller and after and {it["Key"] for it in before} - {it["Key"] for it in after}:
            caller.require("cloudformation:UntagResource", arn)
    except ValueError as error:
        return api.refusal(str(error), "AccessDenied")
    return stock(params)


def _subject(params: Record) -> tuple[Record | None, Record | None]:
    """Return the change set and the stack that a request is about."""
    change_set = api.find_change_set(params) if api.parameter(params, "ChangeSetName") else None
    return change_set, api.find_stack((change_set or {}).get("StackId", "") or api.parameter(params, "StackName"))
