"""Actions that a JSON service of ministack lacks, and what they keep."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

from ministack import app
from ministack.core.responses import AccountRegionScopedDict

from sandbox.extension.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sandbox.extension.untyped import Record, Response, Untyped

    Action = Callable[[Record], Record]


def add(service: str, actions: Mapping[str, Action]) -> None:
    """Let the service answer these requests, too; all others stay what they are."""
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS[service]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        action = actions.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return await stock(method, path, headers, body, query) if action is None else _answer(action, body)

    app.SERVICE_HANDLERS[service] = handle


def _answer(action: Action, body: bytes) -> Response:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    try:
        return 200, headers, json.dumps(action(json.loads(body or b"{}"))).encode()
    except RefusedError as error:
        return 400, headers, json.dumps({"__type": error.code, "message": error.message}).encode()


def keep(name: str, **stores: Untyped) -> None:
    """Save these stores under this name with the rest of the state, and reset them with it."""
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
