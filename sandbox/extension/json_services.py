"""Services that speak JSON: new ones, single actions of those that ministack has, and the stores of both."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import AccountRegionScopedDict

from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sandbox.extension.untyped import Record, Response, Untyped

    Action = Callable[[Record], Record]


def add_service(
    name: str,
    *,
    actions: Mapping[str, Action],
    stores: Mapping[str, Untyped],
    target_prefix: str,
    host: str,
    iam_namespace: str,
) -> None:
    """Add a service that answers these requests, to be found by `X-Amz-Target` or by the beginning of its host."""
    module = name.replace("-", "_")
    app.SERVICE_REGISTRY[name] = {"module": module}
    app.SERVICE_HANDLERS[name] = _refuse_unknown
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = iam_namespace
    # First: the pattern of another service may match this host name as well.
    patterns = {"target_prefixes": [target_prefix], "host_patterns": [rf"{host}\."]}
    router.SERVICE_PATTERNS = {name: patterns, **router.SERVICE_PATTERNS}
    add_actions(name, actions)
    keep_stores(module, **stores)


def add_actions(service: str, actions: Mapping[str, Action]) -> None:
    """Let the service answer these requests as well; an action raises RefusedError for what it refuses."""
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS[service]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        action = actions.get(_action(headers))
        return await stock(method, path, headers, body, query) if action is None else _answer(action, body)

    app.SERVICE_HANDLERS[service] = handle


def _action(headers: Mapping[str, str]) -> str:
    return headers.get("x-amz-target", "").rpartition(".")[2]


async def _refuse_unknown(_: str, __: str, headers: dict[str, str], ___: bytes, ____: Untyped) -> Response:
    return _error("UnknownOperationException", f"Unknown operation: {_action(headers)}")


def _answer(action: Action, body: bytes) -> Response:
    try:
        return _response(200, action(json.loads(body or b"{}")))
    except RefusedError as error:
        return _error(error.code, error.message)


def _error(code: str, message: str) -> Response:
    return _response(400, {"__type": code, "message": message})


def _response(status: int, content: Record) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()


def keep_stores(name: str, **stores: Untyped) -> None:
    """Save these stores under this name with the other state, and reset them with it."""
    app._loaded_modules[name] = _Kept(stores)
    app._state_map[name] = name


class _Kept:
    """What ministack expects of a service's module, as far as its state is concerned."""

    def __init__(self, stores: Mapping[str, Untyped]) -> None:
        self._stores = stores

    def get_state(self) -> Record:
        return {name: copy.deepcopy(store) for name, store in self._stores.items()}

    def load_persisted_state(self, data: Record) -> None:
        for name, store in self._stores.items():
            saved = data.get(name)
            if isinstance(saved, AccountRegionScopedDict):
                store._data.update(saved._data)

    def reset(self) -> None:
        for store in self._stores.values():
            store.clear()
