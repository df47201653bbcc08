"""Snapshots while the server runs, so that a killed server loses little.

One is taken after requests that may have changed the state, but never during a stack operation, which no server could
continue: after a kill the state is that from before the operation.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from sandbox.extension.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.extension.untyped import Untyped

_PAUSE_SECONDS = 0.5
_READING = re.compile(
    rb"(?:Assume|BatchCheck|BatchGet|Describe|Detect|Estimate|Filter|Get|Head|List|Lookup|Query|Scan|Simulate|Validate)"
)
_TARGET = b"x-amz-target"
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")


class Autosave:
    """Notices requests that may change the state, and takes the next snapshot."""

    def __init__(self, keep: Callable[[], None]) -> None:
        self._keep = keep
        self._changed = False
        self._task: asyncio.Task[None] | None = None

    def watch(self, scope: Mapping[str, Untyped], receive: Untyped) -> Untyped:
        """Return the request's `receive`, wrapped so that a request that may change the state is noticed."""
        if scope["type"] != "http":
            return receive
        target = dict(scope.get("headers", [])).get(_TARGET, b"").rpartition(b".")[2]
        reads = bool(_READING.match(target)) if target else scope.get("method") in {"GET", "HEAD", "OPTIONS"}
        if reads:
            return receive

        async def receive_and_note() -> Untyped:
            message = await receive()
            found = _ACTION.search(message.get("body", b"")) if not target else None
            if found is None or not _READING.match(found[1]):
                self._changed = True
            return message

        return receive_and_note

    def start(self) -> None:
        """Start taking snapshots; to be called in the server's loop."""
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Stop taking snapshots: at its end the server saves the state itself."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            if self._changed and not OPERATIONS.any_running:
                self._changed = False
                try:
                    self._keep()
                except (OSError, RuntimeError):
                    # The disk is full, or a service is changing. The next one may succeed; the one at the end reports.
                    self._changed = True
