"""Loads and targets for the tests of the replay."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from stacks.scale.alarms import Alarm
from stacks.scale.load import Load
from stacks.scale.policies import CPU, ScalableTarget, StepAdjustment, StepScaling, TargetTracking

if TYPE_CHECKING:
    from collections.abc import Sequence

MONDAY = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
STEPS = "steps"


def load(*cpu: float | None, minutes: int = 1, **others: Any) -> Load:
    """Return a load in which each demand lasts so many minutes."""
    return Load(**{"start": MONDAY, "cpu": [it for it in cpu for _ in range(minutes)], **others})


def tracking(name: str = CPU, metric: str = CPU, target: float = 70, **others: Any) -> TargetTracking:
    """Return a policy that tracks CPU, with the cooldowns that this project sets."""
    return TargetTracking(
        **{
            "name": name,
            "metric": metric,
            "target": target,
            "scale_out_cooldown": 60,
            "scale_in_cooldown": 300,
            **others,
        }
    )


def target(
    *policies: TargetTracking | StepScaling, minimum: int = 1, maximum: int = 10, **others: Any
) -> ScalableTarget:
    """Return a scalable target with these policies."""
    return ScalableTarget(
        minimum=minimum,
        maximum=maximum,
        tracking=tuple(it for it in policies if isinstance(it, TargetTracking)),
        steps=tuple(it for it in policies if isinstance(it, StepScaling)),
        **others,
    )


def step_policy(
    *steps: tuple[float | None, float | None, int], threshold: float = 50, above: bool = True, **others: Any
) -> StepScaling:
    """Return a policy of steps (lower bound, upper bound, adjustment) whose alarm needs one data point."""
    comparison = "GreaterThanOrEqualToThreshold" if above else "LessThanOrEqualToThreshold"
    return StepScaling(
        **{
            "name": STEPS,
            "metric": STEPS,
            "alarm": Alarm(comparison=comparison, threshold=threshold, periods=1, datapoints=1),
            "steps": tuple(StepAdjustment(lower=low, upper=high, adjustment=change) for low, high, change in steps),
            "cooldown": 0,
            **others,
        }
    )


def with_metrics(minutes: int, **metrics: Sequence[float | None]) -> Load:
    """Return a load of no CPU in which the metrics of step scaling are these."""
    return Load(start=MONDAY, cpu=[0.0] * minutes, metrics=metrics)
