"""The ASGI application that the server runs: ministack, extended, and the paths of the sandbox itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack import app as ministack

from sandbox.extension import call_log, enforced_iam, hooks, installation
from sandbox.extension.autosave import Autosave
from sandbox.extension.cloudformation import fault_injection, lag
from sandbox.extension.operations import OPERATIONS
from sandbox.extension.resources import scheduler_schedule

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sandbox.extension.untyped import Record, Untyped
    from sandbox.options import Options

    Application = Callable[[Untyped, Untyped, Untyped], Awaitable[None]]

TEST_PATHS = {
    fault_injection.PATH: fault_injection.set_faults,
    lag.PATH: lag.set_lag,
    scheduler_schedule.PATH: scheduler_schedule.fire,
}
"""Paths at which a test makes the sandbox do what AWS does now and then."""


def build_application(
    options: Options,
    *,
    ready: Callable[[], None],
    save: Callable[[Record], None],
    keep: Callable[[Record], None] | None,
    identity: tuple[str, Mapping[str, str]],
) -> Application:
    """Extend ministack and return its application.

    `ready` is called as soon as requests are answered, and `save` with the services' states at the end, when all stack
    operations have ended. `keep` is called with the same from time to time while the server runs; it may raise OSError.
    `identity` is a path and its answer. Raises MissingHookError.
    """
    hooks.require_hooks()
    OPERATIONS.time_scale = options.time_scale
    installation.install()
    if options.enforce_iam:
        enforced_iam.install()
    call_log.install()
    ministack.save_all = save
    path, answer = identity
    autosave = Autosave(lambda: keep(ministack._build_persistence_save_dict())) if keep is not None else None

    def started() -> None:
        if autosave is not None:
            autosave.start()
        ready()

    async def application(scope: Untyped, receive: Untyped, send: Untyped) -> None:
        if scope["type"] == "lifespan":
            await ministack.app(scope, _finishing(receive, autosave), _announcing(send, started))
        elif scope.get("path") == path:
            await _answer(send, answer)
        elif scope.get("path") == call_log.PATH:
            await _answer(send, call_log.calls(scope["query_string"]))
        elif scope.get("path") in TEST_PATHS:
            await _put(receive, send, TEST_PATHS[scope["path"]])
        else:
            await ministack.app(scope, autosave.watch(scope, receive) if autosave else receive, send)

    return application


def _announcing(send: Untyped, ready: Callable[[], None]) -> Untyped:
    async def announce(message: Untyped) -> None:
        await send(message)
        if message["type"] == "lifespan.startup.complete":
            ready()

    return announce


def _finishing(receive: Untyped, autosave: Autosave | None) -> Untyped:
    async def finish() -> Untyped:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            if autosave is not None:
                autosave.stop()
            await OPERATIONS.finish()
        return message

    return finish


async def _put(receive: Untyped, send: Untyped, order: Callable[[Record], None]) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    order(json.loads(body))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _answer(send: Untyped, answer: Mapping[str, Untyped]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(dict(answer)).encode()})
