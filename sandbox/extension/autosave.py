"""Snapshots while the server runs, so that one that is killed has lost little.

A snapshot is taken when something was asked for that may change state, no stack operation is under way, and a moment
has passed: half of an operation could not be gone on with. So a killed server has the state from before it.
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
    """Knows whether anything may have changed since the last snapshot, and takes the next one."""

    def __init__(self, keep: Callable[[], None]) -> None:
        self._keep = keep
        self._changed = False
        self._task: asyncio.Task[None] | None = None

    def watch(self, scope: Mapping[str, Untyped], receive: Untyped) -> Untyped:
        """The request's `receive`, looked at for what it asks."""
        if scope["type"] != "http":
            return receive
        target = dict(scope.get("headers", [])).get(_TARGET, b"").rpartition(b".")[2]
        reads = bool(_READING.match(target)) if target else scope.get("method") in {"GET", "HEAD", "OPTIONS"}
        if reads:
            return receive

        async def look() -> Untyped:
            message = await receive()
            found = _ACTION.search(message.get("body", b"")) if not target else None
            if found is None or not _READING.match(found[1]):
                self._changed = True
            return message

        return look

    def start(self) -> None:
        """Begin; to be called in the server's loop."""
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """The server saves by itself at its end."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            if self._changed and not OPERATIONS.is_under_way:
                self._changed = False
                try:
                    self._keep()
                except (OSError, RuntimeError):
                    # A full disk, or a service that is just changing: the next one may succeed, and the last one tells.
                    self._changed = True
