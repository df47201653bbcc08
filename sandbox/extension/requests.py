"""CloudFormation's requests: who the operation acts as, and whether the caller may pass it the role."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ministack import app
from ministack.core import iam_evaluator, router
from ministack.services import cloudformation, iam

from sandbox.extension import answers
from sandbox.extension.authorisation import direct, drift, dynamic_references, principal
from sandbox.extension.authorisation.principal import ACTING
from sandbox.extension.authorisation.subjects import template_arn
from sandbox.extension.change_sets import requests as change_sets
from sandbox.extension.cloudformation import child_stacks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Record, Response, Untyped

ACTIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "CreateChangeSet",
    "ExecuteChangeSet",
    "RollbackStack",
    "ContinueUpdateRollback",
)
SERVICE = "cloudformation.amazonaws.com"

_KEY = ContextVar("key", default="")


def install() -> None:
    """Look at each request that starts an operation."""
    direct.name_resources()
    dynamic_references.decide()
    _count_as_tls()
    drift.decide(lambda: principal.caller(_KEY.get()), lambda params: _subject(params)[1])
    for action in ACTIONS:
        answers.around(action, _act)
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS["cloudformation"]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        token = _KEY.set(router.extract_access_key_id(headers, query) or "")
        try:
            return await stock(method, path, headers, body, query)
        finally:
            _KEY.reset(token)

    app.SERVICE_HANDLERS["cloudformation"] = handle


def _count_as_tls() -> None:
    """Requests come over loopback without TLS; bucket policies that want it are not what is tried here."""
    stock: Callable[[str, bool], None] = app.pin_request_origin
    app.pin_request_origin = lambda address, _secure: stock(address, True)  # noqa: FBT003 - ministack calls it so


def _act(stock: Callable[[Record], Response], params: Record) -> Response:
    caller = principal.caller(_KEY.get())
    given, change_set, stack = answers.text(params, "RoleARN"), *_subject(params)
    role = given or (change_set or {}).get("_role_arn", "") or (stack or {}).get("RoleARN", "")
    url = answers.text(params, "TemplateURL")
    try:
        if given and caller:
            caller.require("iam:PassRole", given, {"iam:PassedToService": SERVICE})
        if url and caller:
            caller.require("s3:GetObject", template_arn(url))
    except ValueError as error:
        return answers.refuse(str(error), "AccessDenied")
    if given and not _assumable(given):
        return answers.refuse(f"Role {given} is invalid or cannot be assumed")
    token = ACTING.set(principal.session(role) if role else caller)
    try:
        answer = stock(params)
    finally:
        ACTING.reset(token)
    if answer[0] == 200 and role:  # noqa: PLR2004 - HTTP's OK
        _remember(params, role, answers.find(answer, "Id"))
    return answer


def _subject(params: Record) -> tuple[Record | None, Record | None]:
    """The change set and the stack that a request is about."""
    _, change_set = change_sets.find(params) if answers.text(params, "ChangeSetName") else ("", None)
    name = (change_set or {}).get("StackId", "") or answers.text(params, "StackName")
    return change_set, child_stacks.find(name) or cloudformation._stacks.get(name)


def _remember(params: Record, role: str, change_set_id: str) -> None:
    """A stack keeps the role of its last operation; a plan has it only for its own execution."""
    if made := cloudformation._change_sets.get(change_set_id):
        made["_role_arn"] = role
        return
    _, stack = _subject(params)
    if stack is not None:
        stack["RoleARN"] = role


def _assumable(role_arn: str) -> bool:
    """Whether the role trusts CloudFormation."""
    role = iam._roles.get(role_arn.rpartition("/")[2])
    if role is None:
        return False
    document = role.get("AssumeRolePolicyDocument", "{}")
    return any(
        iam_evaluator._service_principal_matches(statement.get("Principal"), SERVICE)
        for statement in _statements(document)
        if statement.get("Effect") == "Allow"
    )


def _statements(document: Untyped) -> list[Record]:
    parsed = json.loads(document) if isinstance(document, str) else document
    found = parsed.get("Statement", [])
    return found if isinstance(found, list) else [found]
