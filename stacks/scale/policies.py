"""A scalable target with its policies and scheduled actions, as Application Auto Scaling's API names them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from stacks.scale.alarms import Alarm

CPU, MEMORY, REQUESTS = "cpu", "memory", "requests"
"""The metrics that the predefined policies of an ECS service track."""

AdjustmentType: TypeAlias = Literal["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"]
"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html"""


@dataclass(frozen=True, kw_only=True)
class TargetTracking:
    """A target tracking policy for `metric`; the cooldowns are seconds.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
    """

    name: str
    metric: str
    target: float
    scale_out_cooldown: int = 300
    scale_in_cooldown: int = 300
    disable_scale_in: bool = False


@dataclass(frozen=True, kw_only=True)
class StepAdjustment:
    """One interval of the distance between metric and threshold; a bound of None is infinite."""

    adjustment: int
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, kw_only=True)
class StepScaling:
    """A step scaling policy and the alarm that invokes it; `cooldown` is seconds, `period` minutes.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html
    """

    name: str
    metric: str
    alarm: Alarm
    steps: tuple[StepAdjustment, ...]
    adjustment_type: AdjustmentType = "ChangeInCapacity"
    min_adjustment_magnitude: int = 0
    cooldown: int = 300
    period: int = 1
    statistic: str = "Average"
    source: Metric | None = None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric of CloudWatch that a step scaling policy's alarm watches."""

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScheduledAction:
    """A change of the limits; `schedule` is a `cron`, `rate` or `at` expression. A limit of None stays as it is.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html
    """

    name: str
    schedule: str
    timezone: str = "UTC"
    minimum: int | None = None
    maximum: int | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ScalableTarget:
    """How many tasks there may be, and what changes their number.

    `suspended` has the members of `SuspendedState` that are true:
    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html
    """

    minimum: int
    maximum: int
    tracking: tuple[TargetTracking, ...] = ()
    steps: tuple[StepScaling, ...] = ()
    schedules: tuple[ScheduledAction, ...] = ()
    suspended: frozenset[str] = frozenset()
