"""Following a task to its end: its states, and what it writes meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_throttled
from stacks.errors import Code, UserError
from stacks.tasks.ending import ending_of
from stacks.tasks.output import Line
from stacks.tasks.starting import stop_task

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from stacks.aws.session import Aws
    from stacks.tasks.ending import Ending
    from stacks.tasks.output import Output

STOPPED = "STOPPED"
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.1, 2.0, 1.5
"""Seconds between two looks, and the factor by which they grow; new lines make them short again."""
LAST_SECONDS = 3.0
"""Seconds for which the log is read after the end: CloudWatch shows an event some moments after it was written."""
UNSEEN_SECONDS = 60.0
"""Seconds in which a new task may be unknown to DescribeTasks: ECS is eventually consistent."""


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """Who hears what happens: each new state in ECS's words, and each line."""

    state: Callable[[str], None]
    line: Callable[[Line], None]


class Following:
    """One task while it runs."""

    def __init__(
        self,
        aws: Aws,
        cluster: str,
        task: TaskTypeDef,
        output: Output,
        watcher: Watcher,
        *,
        last_seconds: float = LAST_SECONDS,
    ) -> None:
        self._aws = aws
        self._cluster = cluster
        self._task = task
        self._output = output
        self._watcher = watcher
        self._last_seconds = last_seconds
        self._state = ""
        self._begun = time.monotonic()

    @property
    def arn(self) -> str:
        """The ARN of the task."""
        return self._task["taskArn"]

    def to_its_end(self, container: str, *, timeout: float | None = None) -> Ending:
        """Follow the task until it has stopped, and return how; after `timeout` seconds it is stopped first.

        Raises UserError where the task is gone, botocore's errors.
        """
        pause, is_stopping = FIRST_PAUSE, False
        while True:
            self._tell()
            if self._task["lastStatus"] == STOPPED:
                self._read_the_rest()
                return ending_of(self._task, container)
            new = self._read()
            over = timeout is not None and time.monotonic() - self._begun > timeout
            if over and not is_stopping:
                is_stopping = True
                self.stop(f"It took longer than {timeout:g} s")
            pause = FIRST_PAUSE if new else min(pause * GROWTH, LONGEST_PAUSE)
            time.sleep(pause)
            self._look()

    def stop(self, reason: str) -> None:
        """Have the task stopped; it is over only when `to_its_end` returns."""
        stop_task(self._aws, self._cluster, self.arn, reason)

    def _tell(self) -> None:
        state = self._task["lastStatus"]
        if state != self._state:
            self._state = state
            self._watcher.state(state)

    def _look(self) -> None:
        try:
            found = self._aws.ecs.describe_tasks(cluster=self._cluster, tasks=[self.arn])["tasks"]
        except ClientError as error:
            if not is_throttled(error):
                raise
            return
        if found:
            self._task = found[0]
        elif time.monotonic() - self._begun > UNSEEN_SECONDS:
            raise UserError(
                f"task {self.arn.rpartition('/')[2]}",
                "ECS does not know it any more, so that its exit code is not known",
                "Its log may still be there.",
                code=Code.AWS,
            )

    def _read(self) -> bool:
        lines = self._output.poll()
        for line in lines:
            self._watcher.line(line)
        return bool(lines)

    def _read_the_rest(self) -> None:
        end = time.monotonic() + self._last_seconds
        while self._read() or time.monotonic() < end:
            time.sleep(min(self._last_seconds / 4, 1.0))
