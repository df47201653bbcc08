"""The tasks of a service over time: those that start, those that run, and those that drain."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long a task takes, in minutes, until it takes load, and from its removal until it is gone."""

    start: int = 2
    drain: int = 2


class Tasks:
    """The tasks of the service, minute by minute.

    A task that is removed gets no load any more. Tasks that still start are removed first.
    """

    def __init__(self, running: int, pace: Pace) -> None:
        self.running = running
        self.desired = running
        self._pace = pace
        self._starting: deque[tuple[int, int]] = deque()
        self._draining: deque[tuple[int, int]] = deque()

    @property
    def starting(self) -> int:
        """Tasks that were asked for and do not run yet."""
        return sum(count for _, count in self._starting)

    @property
    def billed(self) -> int:
        """Tasks that are paid for: from the download of their image until they have ended.

        https://aws.amazon.com/fargate/pricing/
        """
        return self.running + self.starting + sum(count for _, count in self._draining)

    def arrive(self, minute: int) -> None:
        """Let those run whose start is over, and those go that have drained."""
        while self._starting and self._starting[0][0] <= minute:
            self.running += self._starting.popleft()[1]
        while self._draining and self._draining[0][0] <= minute:
            self._draining.popleft()

    def set_desired(self, wanted: int, minute: int) -> int:
        """Set the desired count; return how many running tasks are removed."""
        change, self.desired = wanted - self.desired, wanted
        if change > 0:
            self._starting.append((minute + self._pace.start, change))
            if self._pace.start == 0:
                self.arrive(minute)
        gone = 0
        for _ in range(-change):
            if self._starting:
                ready, count = self._starting.pop()
                if count > 1:
                    self._starting.append((ready, count - 1))
            else:
                gone += 1
        self.running -= gone
        if gone and self._pace.drain:
            self._draining.append((minute + self._pace.drain, gone))
        return gone
