"""The scalable target that an environment's settings describe: what `templates/autoscaling` makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.scale.alarms import Alarm
from stacks.scale.policies import (
    CPU,
    MEMORY,
    REQUESTS,
    Metric,
    ScalableTarget,
    ScheduledAction,
    StepAdjustment,
    StepScaling,
    TargetTracking,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings import Settings
    from templates.autoscaling import Settings as Autoscaling
    from templates.autoscaling.steps import Steps

METRICS = {"cpu": CPU, "memory": MEMORY, "request_count": REQUESTS}
"""By what the names of the settings begin with."""
OWN_METRICS = {("AWS/ECS", "CPUUtilization"): CPU, ("AWS/ECS", "MemoryUtilization"): MEMORY}
"""Metrics of the service that follow from its load, so that they change with its tasks."""
MINUTE = 60


def configured_target(settings: Settings) -> ScalableTarget:
    """Return the scalable target of the settings; with autoscaling off it has the desired count and no policy."""
    wanted = settings.autoscaling
    if not wanted.enabled:
        return ScalableTarget(minimum=settings.ecs.desired_count, maximum=settings.ecs.desired_count)
    return ScalableTarget(
        minimum=wanted.min_capacity,
        maximum=wanted.max_capacity,
        tracking=tuple(_tracking(wanted)),
        steps=tuple(_steps(it) for it in wanted.steps),
        schedules=tuple(
            ScheduledAction(
                name=it.name,
                schedule=it.schedule,
                timezone=it.timezone,
                minimum=it.min_capacity,
                maximum=it.max_capacity,
            )
            for it in wanted.schedules
        ),
    )


def _tracking(wanted: Autoscaling) -> Iterator[TargetTracking]:
    for key in wanted.tracked:
        own = {name: getattr(wanted, f"{key}_{name}") for name in ("scale_out_cooldown", "scale_in_cooldown")}
        yield TargetTracking(
            name=METRICS[key],
            metric=METRICS[key],
            target=getattr(wanted, f"{key}_target"),
            disable_scale_in=not getattr(wanted, f"{key}_scale_in"),
            **{name: getattr(wanted, name) if value is None else value for name, value in own.items()},
        )


def _steps(wanted: Steps) -> StepScaling:
    """Return the policy and alarm of `templates/autoscaling/steps.py`."""
    above = wanted.side == "above"
    sign = 1 if above else -1
    ends = [sign * it.distance for it in wanted.steps[1:]]
    bounds = [(sign * it.distance, end) for it, end in zip(wanted.steps, [*ends, None], strict=True)]
    return StepScaling(
        name=wanted.name,
        metric=OWN_METRICS.get((wanted.namespace, wanted.metric), wanted.name),
        source=Metric(namespace=wanted.namespace, name=wanted.metric, dimensions=dict(wanted.dimensions)),
        alarm=Alarm(
            comparison="GreaterThanOrEqualToThreshold" if above else "LessThanOrEqualToThreshold",
            threshold=wanted.threshold,
            periods=wanted.evaluation_periods,
            datapoints=wanted.evaluation_periods,
            missing="notBreaching",
        ),
        steps=tuple(
            StepAdjustment(adjustment=it.change, lower=near if above else far, upper=far if above else near)
            for it, (near, far) in zip(wanted.steps, bounds, strict=True)
        ),
        cooldown=wanted.cooldown,
        period=max(wanted.period // MINUTE, 1),
        statistic=wanted.statistic,
    )
