"""The stack operations that are under way, and how fast time passes for them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextvars import ContextVar

_FINISH_SECONDS = 20.0

EXPRESS = ContextVar("express", default=False)
"""Whether the operation of this task does not wait until resources are stable."""


class Operations:
    """Counts what is under way, and lets it finish without waiting when the server ends.

    AWS goes on when the command that started an operation is gone; a server that ends cannot, so it ends the
    operations first, at once. `time_scale` is the part of real durations that passes (0: none).
    """

    def __init__(self) -> None:
        self.time_scale = 0.0
        self._ending = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def passes(self) -> bool:
        """Whether time passes at all."""
        return self.time_scale > 0 and not self._ending.is_set()

    @property
    def is_ending(self) -> bool:
        """Whether the server ends, and nothing may wait any more."""
        return self._ending.is_set()

    @property
    def is_under_way(self) -> bool:
        """Whether a stack operation has begun and not ended."""
        return bool(self._running)

    def follow(self, task: asyncio.Task[None]) -> None:
        """Count this task as under way until it is done."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def spend(self, seconds: float) -> None:
        """Let so many real seconds pass, scaled; none in express mode; cut short when the server ends."""
        if self.passes and seconds > 0 and not EXPRESS.get():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), seconds * self.time_scale)

    async def finish(self) -> None:
        """Let all that is under way come to its end, at most for 20 seconds."""
        self._ending.set()
        deadline = time.monotonic() + _FINISH_SECONDS
        while self._running and time.monotonic() < deadline:
            await asyncio.wait(self._running, timeout=deadline - time.monotonic())


OPERATIONS = Operations()
