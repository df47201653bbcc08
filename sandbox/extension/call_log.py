"""The log of calls: which operations of which services were called, so that a test can show that nothing changed.

`GET /_sandbox/calls?account=123456789012` returns `{"calls": [{"time": 1790000000.1, "service": "ecs", "operation":
"UpdateService", "status": 200, "key": "..."}]}`, oldest first; `key` is the access key id. CloudFormation sends no
requests here: what it does to a resource has the service `cloudformation-handler`, and `create`, `update` or `delete`
with the type of the resource as its operation. The last 20,000 calls are kept.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import get_account_id
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Record, Response, Untyped

PATH = "/_sandbox/calls"

_HANDLER = "cloudformation-handler"
_CHANGES = ("create", "update", "delete")
_CALLS: deque[tuple[str, Record]] = deque(maxlen=20_000)


def install() -> None:
    """Log each request, and what CloudFormation does to resources."""
    for service, handler in list(app.SERVICE_HANDLERS.items()):
        app.SERVICE_HANDLERS[service] = _logged(service, handler)
    for resource_type, handlers in provisioners._RESOURCE_HANDLERS.items():
        for name in _CHANGES:
            if name in handlers:
                handlers[name] = _noted(f"{name} {resource_type}", handlers[name])


def calls(query: bytes) -> Record:
    """Return the calls of the account that the query names, or of all."""
    account = (parse_qs(query.decode()).get("account") or [""])[0]
    return {"calls": [call for owner, call in _CALLS if account in {"", owner}]}


def _logged(service: str, stock: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        answer = await stock(method, path, headers, body, query)
        action = iam_actions.extract_iam_action(service, method, path, headers, body, query) or ""
        key = router.extract_access_key_id(headers, query) or ""
        _note(service, action.partition(":")[2] or f"{method} {path}", status=answer[0], key=key)
        return answer

    return handle


def _noted(operation: str, stock: Callable[..., Untyped]) -> Callable[..., Untyped]:
    def handle(*arguments: Untyped, **options: Untyped) -> Untyped:
        _note(_HANDLER, operation)
        return stock(*arguments, **options)

    return handle


def _note(service: str, operation: str, **more: Untyped) -> None:
    _CALLS.append((get_account_id(), {"time": time.time(), "service": service, "operation": operation, **more}))
