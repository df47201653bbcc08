"""A log and its tasks, followed until somebody stops."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stacks.logs.tasks import PAUSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.logs.events import LogEvent
    from stacks.logs.tail import Tail
    from stacks.logs.tasks import TaskChange, Tasks


def follow(tail: Tail, tasks: Tasks) -> Iterator[LogEvent | TaskChange]:
    """Yield what is new, without end: first the tasks that changed, then what was written.

    Raises botocore's ClientError, such as for credentials that have expired.
    """
    due = 0.0
    while True:
        if time.monotonic() >= due:
            yield from tasks.poll()
            due = time.monotonic() + PAUSE
        yield from tail.poll()
        time.sleep(tail.pause)
