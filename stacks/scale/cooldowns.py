"""The cooldown periods of a scalable target.

https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html#target-tracking-cooldown
and https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html#step-scaling-cooldown
"""

from __future__ import annotations

from dataclasses import dataclass

SECONDS = 60


@dataclass
class _Addition:
    """What a policy has added in its current cooldown period, and the second at which that ends."""

    tasks: int
    end: int


class Cooldowns:
    """Which scaling the cooldown periods let through. Times are minutes of the replay, cooldowns seconds."""

    def __init__(self) -> None:
        self._out: dict[str, _Addition] = {}
        self._in_end = 0

    def allowed_addition(self, policy: str, wanted: int, minute: int) -> int:
        """Return how many of the tasks that a policy wants to add it may add now.

        "The scaling policy won't increase the desired capacity again unless either a larger scale out is triggered or
        the cooldown period ends. [...] If the alarm triggers again during the cooldown period but at a more aggressive
        step adjustment of 3, the previous increase of 2 is considered part of the current capacity. Therefore, only 1
        is added to the capacity."
        """
        before = self._out.get(policy)
        if before is None or minute * SECONDS >= before.end:
            return wanted
        return max(wanted - before.tasks, 0)

    def added(self, policy: str, tasks: int, *, minute: int, complete: int, cooldown: int) -> None:
        """Begin the cooldown of a scale-out, which is complete when its tasks run.

        A scale-in's cooldown "stops and doesn't complete".
        """
        before = self._out.get(policy)
        goes_on = before is not None and minute * SECONDS < before.end
        total = before.tasks + tasks if before is not None and goes_on else tasks
        self._out[policy] = _Addition(tasks=total, end=complete * SECONDS + cooldown)
        self._in_end = 0

    def blocks_removal(self, minute: int) -> bool:
        """Whether a scale-in waits: "scale-in activities are blocked until the cooldown period has expired"."""
        return minute * SECONDS < self._in_end

    def removed(self, *, minute: int, cooldown: int) -> None:
        """Begin the cooldown of a scale-in."""
        self._in_end = minute * SECONDS + cooldown
        self._out.clear()
