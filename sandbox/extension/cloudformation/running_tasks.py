"""Which task works on which stack, so that DeleteStack can stop a create in progress."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from sandbox.extension.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TASKS: dict[str, asyncio.Task[None]] = {}


@contextlib.asynccontextmanager
async def sole_task(stack_id: str) -> AsyncIterator[None]:
    """Make this the only task that works on the stack for the time of the block: cancel another one before."""
    before = _TASKS.get(stack_id)
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("not in a task")
    _TASKS[stack_id] = task
    OPERATIONS.track(task)
    if before is not None and before is not task:
        before.cancel()
        await asyncio.wait([before])
    try:
        yield
    finally:
        if _TASKS.get(stack_id) is task:
            del _TASKS[stack_id]
