"""How many tasks a policy asks for.

https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html and
https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.scale.policies import StepAdjustment, StepScaling

TINY = 1e-9
"""So that 3 tasks at 70 % of 70 % are 3 tasks, and not 4 because of binary fractions."""


def tracked_capacity(capacity: int, value: float, target: float) -> int:
    """Return the tasks that bring a metric that is in proportion to them from `value` to the target, rounded up.

    "Application Auto Scaling always acts conservatively by rounding up or down when it determines how much capacity to
    add or remove": both ways up, so that not too few are added, and not too many removed. From no capacity it "scales
    out by the minimum possible amount as a starting point"
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html, considerations).
    """
    if capacity == 0:
        return 1 if value > 0 else 0
    return math.ceil(capacity * value / target - TINY)


def adjusted_capacity(capacity: int, value: float, policy: StepScaling) -> int:
    """Return the tasks after the step whose interval has the metric's value; never less than 0.

    A value in no interval changes nothing.
    """
    step = step_for(value, policy.alarm.threshold, policy.steps)
    if step is None:
        return capacity
    if policy.adjustment_type == "ExactCapacity":
        return step.adjustment
    change = step.adjustment
    if policy.adjustment_type == "PercentChangeInCapacity":
        change = percent_change(capacity, step.adjustment, policy.min_adjustment_magnitude)
    return max(capacity + change, 0)


def step_for(value: float, threshold: float, steps: Iterable[StepAdjustment]) -> StepAdjustment | None:
    """Return the step whose bounds, relative to the threshold, hold the value.

    "If the metric value is above the breach threshold, the lower bound is inclusive and the upper bound is exclusive.
    If the metric value is below the breach threshold, the lower bound is exclusive and the upper bound is inclusive."
    At the threshold itself the bounds with 0 in them count, on whichever side.
    """
    distance = value - threshold
    for step in steps:
        low = -math.inf if step.lower is None else step.lower
        high = math.inf if step.upper is None else step.upper
        above = low >= 0 if distance == 0 else distance > 0
        if low <= distance < high if above else low < distance <= high:
            return step
    return None


def percent_change(capacity: int, percent: int, magnitude: int = 0) -> int:
    """Return so many percent of the capacity, rounded as documented, and at least `magnitude` tasks.

    12.7 is 12, .67 is 1, -.58 is -1, -6.67 is -6.
    """
    exact = capacity * percent / 100
    if exact == 0:
        return 0
    change = math.trunc(exact) or int(math.copysign(1, exact))
    return int(math.copysign(max(abs(change), magnitude), change))
