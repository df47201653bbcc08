"""`[autoscaling]`: limits, targets, cooldowns and schedules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items, part
from stacks.adopt.settings.facts import Setting, off, setting, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.adopt.settings.facts import Facts

TARGET = "Autoscaling/ScalableTarget"
POLICIES = {"cpu": "Autoscaling/CpuPolicy", "memory": "Autoscaling/MemoryPolicy"}
REQUESTS = "Autoscaling/RequestCountPolicy"
PLACES = {**POLICIES, "request_count": REQUESTS}
TRACKING = "TargetTrackingScalingPolicyConfiguration"
COOLDOWN = 300
"""Seconds; Application Auto Scaling's default for ECS services (PutScalingPolicy, `ScaleOutCooldown`)."""


def scaling(facts: Facts) -> Iterator[Setting]:
    """Yield what scales the number of tasks, or that nothing does."""
    target = facts.of(TARGET)
    if not target:
        yield off("autoscaling.enabled")
        return
    for key, name in (("min_capacity", "MinCapacity"), ("max_capacity", "MaxCapacity")):
        yield setting(f"autoscaling.{key}", whole(target.get(name)), (TARGET, name), is_shown=True)
    tracked = {name: part(facts.of(path), TRACKING) for name, path in POLICIES.items()}
    for name, found in tracked.items():
        yield from _tracking(name, POLICIES[name], found)
    if requests := part(facts.of(REQUESTS), TRACKING):
        where = (REQUESTS, TRACKING)
        yield setting("autoscaling.request_count_target", whole(requests.get("TargetValue")), where)
        yield setting("autoscaling.request_count_scale_in", not requests.get("DisableScaleIn"), where)
    yield from _cooldowns({**tracked, "request_count": requests})
    if schedules := [_schedule(it) for it in items(target.get("ScheduledActions"))]:
        yield setting("autoscaling.schedules", schedules, (TARGET, "ScheduledActions"))


def _tracking(name: str, path: str, found: Mapping[str, Any]) -> Iterator[Setting]:
    where = (path, TRACKING)
    if not found:
        yield off(f"autoscaling.{name}_tracking", (path, ""))
        return
    yield setting(f"autoscaling.{name}_target", whole(found.get("TargetValue")), where, comment="percent")
    yield setting(f"autoscaling.{name}_scale_in", not found.get("DisableScaleIn"), where)


def _cooldowns(tracked: Mapping[str, Mapping[str, Any]]) -> Iterator[Setting]:
    """Yield the cooldowns that most metrics have, and those of metrics that have others."""
    for key, name in (("scale_out_cooldown", "ScaleOutCooldown"), ("scale_in_cooldown", "ScaleInCooldown")):
        found = {metric: whole(it.get(name, COOLDOWN)) for metric, it in tracked.items() if it}
        if not found:
            continue
        [(usual, _)] = Counter(found.values()).most_common(1)
        places = tuple((PLACES[metric], TRACKING) for metric in found)
        yield setting(f"autoscaling.{key}", usual, *places, comment="seconds")
        for metric, value in found.items():
            if value != usual:
                place = (PLACES[metric], TRACKING)
                yield setting(f"autoscaling.{metric}_{key}", value, place, comment="seconds")


def _schedule(it: Mapping[str, Any]) -> dict[str, Any]:
    action = part(it, "ScalableTargetAction")
    found = {
        "name": it.get("ScheduledActionName"),
        "schedule": it.get("Schedule"),
        "timezone": it.get("Timezone"),
        "min_capacity": whole(action.get("MinCapacity")),
        "max_capacity": whole(action.get("MaxCapacity")),
    }
    return {key: value for key, value in found.items() if value is not None}
