"""What the policies of a scalable target ask for, and which of them counts.

https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html ("Multiple
scaling policies")
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.scale.adjustments import adjusted_capacity, tracked_capacity
from stacks.scale.alarms import Alarm, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stacks.scale.policies import StepScaling, TargetTracking

HIGH_POINTS, LOW_POINTS = 3, 15
"""Minutes above the target before tasks are added, and below it before any is removed, of an ECS service's alarms.

The user guides do not have the figures; those who list the alarms that AWS makes do:
https://repost.aws/questions/QUVoLPVCU5QamquwCMrFMOzw
"""
LOW_PART = 0.9
"""Of the target, where removal begins: "usually more than 10% lower"
(https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html)."""
AGGREGATIONS: Mapping[str, Callable[[list[float]], float]] = {
    "Average": statistics.fmean,
    "Maximum": max,
    "Minimum": min,
    "Sum": sum,
    "SampleCount": len,
}
"""How the minutes of a period become its data point, by the statistic of the alarm."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The capacity that a policy asks for."""

    policy: str
    capacity: int
    cooldown: int


class TrackedPolicy:
    """A target tracking policy with its two alarms."""

    def __init__(self, policy: TargetTracking) -> None:
        self.policy = policy
        high = Alarm(
            comparison="GreaterThanThreshold", threshold=policy.target, periods=HIGH_POINTS, datapoints=HIGH_POINTS
        )
        low = Alarm(
            comparison="LessThanThreshold",
            threshold=policy.target * LOW_PART,
            periods=LOW_POINTS,
            datapoints=LOW_POINTS,
        )
        self._high, self._low = Watch(high), Watch(low)

    @property
    def may_remove(self) -> bool:
        """Whether its scale-in portion is on."""
        return not self.policy.disable_scale_in

    @property
    def is_high(self) -> bool:
        """Whether it is ready to scale out."""
        return self._high.in_alarm

    @property
    def is_low(self) -> bool:
        """Whether it is ready to scale in."""
        return self._low.in_alarm

    def put(self, value: float | None) -> None:
        """Give both alarms the data point of a minute."""
        self._high.put(value)
        self._low.put(value)

    def outward(self, running: int) -> Wish | None:
        """Return the capacity for the latest value, if it is ready to scale out."""
        if not self.is_high or not self._high.window:
            return None
        capacity = tracked_capacity(running, self._high.window[-1], self.policy.target)
        return Wish(policy=self.policy.name, capacity=capacity, cooldown=self.policy.scale_out_cooldown)

    def inward(self, running: int) -> Wish | None:
        """Return the capacity for the highest of the values below the target, if it is ready to scale in.

        AWS documents only that it scales in "more gradually" and "conservatively".
        """
        if not (self.may_remove and self.is_low):
            return None
        capacity = tracked_capacity(running, max(self._low.window, default=0), self.policy.target)
        return Wish(policy=self.policy.name, capacity=capacity, cooldown=self.policy.scale_in_cooldown)


class SteppedPolicy:
    """A step scaling policy with its alarm, whose period may be several minutes."""

    def __init__(self, policy: StepScaling) -> None:
        self.policy = policy
        self._watch = Watch(policy.alarm)
        self._minutes: list[float] = []
        self._passed = 0

    def put(self, value: float | None) -> None:
        """Give it the value of a minute; the alarm gets one for each period."""
        self._passed += 1
        if value is not None:
            self._minutes.append(value)
        if self._passed < self.policy.period:
            return
        self._watch.put(self._aggregated())
        self._passed = 0
        self._minutes.clear()

    def _aggregated(self) -> float | None:
        if not self._minutes:
            return None
        return float(AGGREGATIONS[self.policy.statistic](self._minutes))

    def wish(self, running: int) -> Wish | None:
        """Return the capacity after its step for the latest value.

        "The adjustments can continue for additional alarm breaches until the alarm state returns to OK."
        """
        if not self._watch.in_alarm or not self._watch.window:
            return None
        capacity = adjusted_capacity(running, self._watch.window[-1], self.policy)
        return Wish(policy=self.policy.name, capacity=capacity, cooldown=self.policy.cooldown)


def removal(tracked: Iterable[TrackedPolicy], stepped: Iterable[Wish], running: int, desired: int) -> Wish | None:
    """Return the scale-in that counts, if any.

    Target tracking scales in "only if all of the target tracking policies (with the scale-in portion enabled) are ready
    to scale in"; a step scaling policy "will not be blocked" by one that is not. Of several, "the policy that provides
    the largest capacity for both scale in and scale out" counts.
    """
    removers = [it for it in tracked if it.may_remove]
    ready = [wish for it in removers if (wish := it.inward(running)) is not None]
    wishes = [*stepped]
    if removers and len(ready) == len(removers):
        wishes.append(largest(ready))
    fewer = [it for it in wishes if it.capacity < desired]
    return largest(fewer) if fewer else None


def largest(wishes: Iterable[Wish]) -> Wish:
    """Return the one with the largest capacity; of equal ones the first."""
    return max(wishes, key=lambda it: it.capacity)
