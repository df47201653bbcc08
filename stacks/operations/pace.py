"""How often AWS is asked: soon while things happen, seldom while nothing does, never all at once, within a budget."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EARLY_PAUSE, EARLY_SECONDS = 0.3, 4.0
"""Seconds between two polls at the start, so that the end of a short operation shows at once, for two dozen calls."""
FIRST_PAUSE, FIRST_SHARE = 0.05, 0.5
"""Seconds between the first two polls; the share of the time since the start by which that grows."""
BUSY_PAUSE = 1.2
"""Seconds between two polls while events come."""
LONGEST_PAUSE, LONGEST_AFTER = 10.0, 20.0
"""Seconds between two polls when nothing has happened for `LONGEST_AFTER` seconds."""
GROWTH = 1.0
"""How steeply the pause grows with the silence."""
SETTLED = 1.5
"""Seconds without an event after which only the innermost stacks are asked: nothing ends in a parent before a child."""
PARENT_PAUSE = 30.0
"""Seconds after which a parent is asked all the same."""
SILENCE_SECONDS, SILENCE_AGAIN = 15.0, 60.0
"""Seconds without an event after which the root's state itself is asked for, the first time and each further time."""
LONGEST_THROTTLED_PAUSE = 20.0
JITTER = 0.2
"""Each pause is shorter or longer by at most this part of it, so that deployments do not fall into step.

Deployments that polled every 2 s were throttled when 50 to 100 ran at once (aws-cdk-cli PR 1710)."""

AT_FIRST, MEANWHILE, LATER = 60.0, 0.45, 0.64
"""Calls that are allowed to begin with, and each second after that; calls each second of all of it, where that is more.

So a deployment of five minutes and more makes 40 calls a minute at most, on average, however large it is. The pauses
alone keep shorter ones there, unless many stacks are busy in them."""
SPARE = 3
"""Calls that polling stacks leaves for polling services, which show sooner what cannot succeed."""


class Budget:
    """How many calls are left. `made` counts all calls that were made so far, whatever for."""

    def __init__(self, now: float, made: Callable[[], int]) -> None:
        self._begun, self._made, self._before = now, made, made()

    def left(self, now: float) -> float:
        """Return how many calls may be made now; negative where the budget is exceeded."""
        seconds = now - self._begun
        return max(AT_FIRST + MEANWHILE * seconds, LATER * seconds) - (self._made() - self._before)


def poll_pause(*, since_start: float, quiet: float) -> float:
    """Return the seconds until the next poll, when nothing has happened for `quiet` seconds."""
    early = min(since_start * FIRST_SHARE, EARLY_PAUSE)
    busy = BUSY_PAUSE if since_start > EARLY_SECONDS else max(FIRST_PAUSE, early)
    idle = LONGEST_PAUSE * math.pow(quiet / LONGEST_AFTER, GROWTH)
    return max(busy, min(idle, LONGEST_PAUSE))


def usual_jitter() -> float:
    """Return a random factor by which a pause is longer or shorter."""
    return random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads deployments, guards nothing


class Pace:
    """When to poll which stack. Times are of one clock, in seconds; it reads none itself."""

    def __init__(self, now: float, budget: Budget, *, jitter: Callable[[], float] = usual_jitter) -> None:
        self._budget = budget
        self._lacking = 0.0
        self._begun = self._last = now
        self._jitter = jitter
        self._looked: dict[str, float] = {}
        self._wait = 0.0
        self._asked = -math.inf

    def quiet(self, now: float) -> float:
        """Return the seconds since the last change."""
        return now - self._last

    def since_start(self, now: float) -> float:
        """Return the seconds since the first poll."""
        return now - self._begun

    def happened(self, now: float) -> None:
        """Note that there was something new."""
        self._last = now

    def polled(self, stack: str, now: float) -> None:
        """Note that this stack's events were read."""
        self._looked[stack] = now

    def due(self, busy: Mapping[str, tuple[str, ...]], now: float) -> set[str]:
        """Return which of these stacks, given with their paths from the root, are due.

        At the start that is the root alone: its events show when children begin and end. It is also the root alone
        where the budget does not suffice for those that are due: its events show when everything ends.
        """
        recent = self.quiet(now) <= SETTLED
        found = {stack for stack, path in busy.items() if self._is_due(stack, path, busy, now, recent=recent)}
        if self.affords(len(busy), now):  # What is new in one stack has all of them read.
            return found
        return {stack for stack, path in busy.items() if not path}

    def affords(self, polls: int, now: float) -> bool:
        """Whether the budget suffices for so many polls; where not, the next pause is longer."""
        self._lacking = polls + SPARE - self._budget.left(now)
        return self._lacking <= 0

    def _is_due(
        self, stack: str, path: tuple[str, ...], busy: Mapping[str, tuple[str, ...]], now: float, *, recent: bool
    ) -> bool:
        ago = now - self._looked.get(stack, -math.inf)
        if recent:
            return not path or ago >= BUSY_PAUSE * (1 - JITTER)
        return ago >= PARENT_PAUSE or _is_innermost(path, busy)

    def doubts(self, now: float) -> bool:
        """Whether the silence is long enough to ask for the root's state itself; True once a minute."""
        if self.quiet(now) <= SILENCE_SECONDS or now - self._asked <= SILENCE_AGAIN:
            return False
        self._asked = now
        return True

    def wait(self, now: float, *, throttled: bool) -> float:
        """Return the seconds until the next poll; each throttled call doubles them."""
        usual = poll_pause(since_start=self.since_start(now), quiet=self.quiet(now))
        usual = max(usual, min(self._lacking / LATER, LONGEST_PAUSE))
        if throttled:
            self._wait = min(max(2 * self._wait, usual, BUSY_PAUSE), LONGEST_THROTTLED_PAUSE)
        else:
            self._wait = usual
        return self._wait * self._jitter()


def _is_innermost(path: tuple[str, ...], busy: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether nothing goes on in a stack that is in this one."""
    return not any(len(other) > len(path) and other[: len(path)] == path for other in busy.values())
