"""Run tasks concurrently, each as soon as those are done that it depends on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Mapping

    Perform = Callable[[str], Coroutine[None, None, bool]]

_POLL_SECONDS = 0.2


async def run_concurrently(
    needs: Mapping[str, Collection[str]],
    perform: Perform,
    *,
    keep_going: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Perform each name after the names that it needs, and return whether all succeeded.

    `perform` returns False if it fails. Then, or when `stop` returns True, nothing more is started, and what is running
    is cancelled. With `keep_going` everything that does not need what failed is still done.
    """
    waiting = {name: set(wanted) & needs.keys() - {name} for name, wanted in needs.items()}
    running: dict[asyncio.Task[bool], str] = {}
    complete = True
    try:
        while True:
            if complete or keep_going:
                _start_ready(waiting, running, perform)
            if not running:
                break
            done, _ = await asyncio.wait(running, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            outcomes = [_succeeded(task, running.pop(task), waiting) for task in done]
            complete = complete and all(outcomes)
            if stop():
                complete = keep_going = False
            if not (complete or keep_going):
                for task in running:
                    task.cancel()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return complete and not waiting


def _start_ready(waiting: dict[str, set[str]], running: dict[asyncio.Task[bool], str], perform: Perform) -> None:
    for name in sorted(name for name, wanted in waiting.items() if not wanted):
        del waiting[name]
        running[asyncio.create_task(perform(name))] = name


def _succeeded(task: asyncio.Task[bool], name: str, waiting: dict[str, set[str]]) -> bool:
    if task.cancelled() or not task.result():
        return False
    for wanted in waiting.values():
        wanted.discard(name)
    return True
