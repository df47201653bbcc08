"""The running stack operations, and how fast time passes for them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextvars import ContextVar

_FINISH_SECONDS = 20.0

EXPRESS = ContextVar("express", default=False)
"""Whether the operation of this task is in express mode, which does not wait until resources are stable."""


class Operations:
    """Tracks the running stack operations, and lets them finish at once when the server ends.

    On AWS an operation continues when the command that started it has ended. Here it cannot, because the server ends
    as well, so that the server finishes all operations first. `time_scale` is the part of real durations that passes
    (0: none).
    """

    def __init__(self) -> None:
        self.time_scale = 0.0
        self._ending = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def time_passes(self) -> bool:
        """Whether time passes at all."""
        return self.time_scale > 0 and not self._ending.is_set()

    @property
    def is_ending(self) -> bool:
        """Whether the server is ending, so that nothing may wait any more."""
        return self._ending.is_set()

    @property
    def any_running(self) -> bool:
        """Whether a stack operation is running."""
        return bool(self._running)

    def track(self, task: asyncio.Task[None]) -> None:
        """Track this task until it is done."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def wait(self, seconds: float) -> None:
        """Wait for these seconds, scaled; not in express mode, and only until the server ends."""
        if self.time_passes and seconds > 0 and not EXPRESS.get():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), seconds * self.time_scale)

    async def finish(self) -> None:
        """Let the running operations end without waiting, for 20 seconds at most."""
        self._ending.set()
        deadline = time.monotonic() + _FINISH_SECONDS
        while self._running and time.monotonic() < deadline:
            await asyncio.wait(self._running, timeout=deadline - time.monotonic())


OPERATIONS = Operations()
