"""The server process: configure ministack before its import, extend it, serve, and save the state at the end."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import secrets
import signal
import socket
import sys
from typing import IO, TYPE_CHECKING, Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from sandbox import identity, lease, snapshot
from sandbox.address import DEFAULT_ACCOUNT
from sandbox.child import BUSY
from sandbox.extension.hooks import MissingHookError

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.options import Options

_USERS_SECONDS = 0.1
_UNUSABLE = (ImportError, AttributeError, MissingHookError)
"""Raised if this ministack is not the one that the extension was written for."""


def main(options: Options) -> int:
    """Serve until stdin ends or SIGTERM comes. Return the exit code; if it is not 0, the reason is on stderr."""
    place: IO[str] | None = None
    if options.state_dir is not None and (place := lease.become_server(options.state_dir)) is None:
        return BUSY
    try:
        listener = _listener(options)
        _settings(options, listener.getsockname()[1])
        failures = asyncio.run(_serve(options, listener))
    except OSError as error:
        failures = [f"port {options.port}: {error.strerror or error}"]
    except _UNUSABLE as error:
        failures = [f"ministack cannot be extended: {error}"]
    finally:
        if place is not None:
            place.close()
    sys.stderr.writelines(f"{failure}\n" for failure in failures)
    return 1 if failures else 0


def _listener(options: Options) -> socket.socket:
    """Return a loopback socket on the requested port, else on the last one of this state, else on any free one.

    Deployed stacks have template URLs with the last port, and shells have it in their environment.
    """
    if options.port or options.state_dir is None:
        return socket.create_server(("127.0.0.1", options.port))
    try:
        listener = socket.create_server(("127.0.0.1", lease.last_port(options.state_dir)))
    except OSError:
        listener = socket.create_server(("127.0.0.1", 0))
    lease.keep_port(options.state_dir, listener.getsockname()[1])
    return listener


def _settings(options: Options, port: int) -> None:
    """Set the environment variables that ministack reads when it is imported."""
    os.environ.update(
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_REGION=options.region,
        MINISTACK_ACCOUNT_ID=DEFAULT_ACCOUNT,
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LOG_LEVEL="ERROR",
        # This socket does not exist: ECS tasks are records here, never containers.
        DOCKER_HOST="unix:///nonexistent/docker.sock",
    )
    for name in ("AUTH", "SERVICES", "USE_SSL", "PERSIST_STATE"):
        os.environ.pop(name, None)
    if options.enforce_iam:
        os.environ["AUTH"] = "true"
        # ministack takes a key in its own environment for the root user's.
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)
    if options.state_dir is not None:
        snapshot.configure(options.state_dir)


async def _serve(options: Options, listener: socket.socket) -> list[str]:
    from sandbox.extension import application  # noqa: PLC0415 - ministack reads its settings when it is imported

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGINT, ended.set)
    endpoint_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    token = secrets.token_hex(16)

    def ready() -> None:
        if options.state_dir is not None:
            record = lease.Record(
                pid=os.getpid(), endpoint_url=endpoint_url, token=token, enforce_iam=options.enforce_iam
            )
            lease.write_record(options.state_dir, record)
        print(json.dumps({"endpoint_url": endpoint_url}), flush=True)  # noqa: T201 - what the parent waits for

    failed: list[str] = []

    def save(services: dict[str, Any]) -> None:
        if options.state_dir is not None:
            try:
                snapshot.save(options.state_dir, services)
            except OSError as error:
                failed.append(f"{options.state_dir}: {error}")

    keep = functools.partial(snapshot.save, options.state_dir) if options.state_dir is not None else None
    app = application.build_application(
        options, ready=ready, save=save, keep=keep, identity=(identity.PATH, {"token": token})
    )
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.loglevel = "ERROR"
    parent = asyncio.create_task(_parent_gone(options.state_dir, ended))
    await serve(app, config, shutdown_trigger=ended.wait)
    parent.cancel()
    if options.state_dir is not None:
        lease.remove_record(options.state_dir)
    return failed


async def _parent_gone(state_dir: Path | None, ended: asyncio.Event) -> None:
    """End the server when the parent has closed stdin or has ended, but not while commands use the state."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    with contextlib.ExitStack() as stack:
        while state_dir is not None:
            if handle := lease.refuse_users(state_dir):
                # New users wait for this lock until the state is saved.
                stack.enter_context(handle)
                break
            await asyncio.sleep(_USERS_SECONDS)
        ended.set()
        await asyncio.Event().wait()
