"""The number of tasks: `count` of a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.new.copilot.reading import number, seconds

if TYPE_CHECKING:
    from stacks.new.copilot.reading import Reading


REQUESTS = "request_count"
TARGETS = {"cpu": "cpu_percentage", "memory": "memory_percentage", REQUESTS: "requests"}
"""What autoscaling follows, in the settings and in a manifest."""


def take_count(it: Reading) -> None:
    """Take a fixed number, or the range of autoscaling and what it follows."""
    count = it.manifest.at("count")
    at = "count"
    if isinstance(count, dict) and "spot" in count:
        at, count = "count.spot", count["spot"]
        it.note(at, "[ecs.spot] has Fargate Spot")
    if (fixed := number(count)) is not None:
        it.set("ecs.desired_count", fixed, at)
        it.set("autoscaling.enabled", value=False, at=at)
    elif isinstance(count, dict):
        _take_range(it, count)


def _take_range(it: Reading, count: dict[str, Any]) -> None:
    limits = count.get("range")
    low, high = _range(limits)
    if low is not None and high is not None:
        it.set("autoscaling.min_capacity", low, "count.range")
        it.set("autoscaling.max_capacity", high, "count.range")
        it.set("ecs.desired_count", max(low, 1), "count.range")
    if isinstance(limits, dict) and "spot_from" in limits:
        it.note("count.range.spot_from", "[ecs.spot] has Fargate Spot")
    targets = {key: _value(count.get(name)) for key, name in TARGETS.items()}
    for key, target in targets.items():
        if target is not None:
            it.set(f"autoscaling.{key}_target", target, f"count.{TARGETS[key]}")
            _take_cooldown(it, key, TARGETS[key])
        elif key != REQUESTS and any(targets.values()):  # something has to scale
            it.set(f"autoscaling.{key}_tracking", value=False, at=f"count has no {TARGETS[key]}")
    it.numbers(
        ("autoscaling.scale_in_cooldown", ("count", "cooldown", "in"), seconds),
        ("autoscaling.scale_out_cooldown", ("count", "cooldown", "out"), seconds),
    )
    for name in ("response_time", "queue_delay"):
        if name in count:
            it.note(f"count.{name}", "[[autoscaling.steps]] follows any metric")


def _take_cooldown(it: Reading, key: str, name: str) -> None:
    """Take the cooldown of one metric, which wins over that of all."""
    it.numbers(
        (f"autoscaling.{key}_scale_in_cooldown", ("count", name, "cooldown", "in"), seconds),
        (f"autoscaling.{key}_scale_out_cooldown", ("count", name, "cooldown", "out"), seconds),
    )


def _value(target: Any) -> int | None:  # noqa: ANN401 - any YAML
    """Return a target: a number, or a map with `value` and a cooldown."""
    return number(target.get("value") if isinstance(target, dict) else target)


def _range(value: Any) -> tuple[int | None, int | None]:  # noqa: ANN401 - any YAML
    """Return the limits of `1-10`, or of a map with `min` and `max`."""
    if isinstance(value, dict):
        return number(value.get("min")), number(value.get("max"))
    low, _, high = str(value).partition("-")
    return number(low), number(high)
