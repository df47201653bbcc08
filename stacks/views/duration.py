"""Durations and estimates in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stacks.estimate.estimating import Estimate

MINUTE, HOUR = 60, 3600
COARSE = 5
"""Seconds to which minutes are rounded: an estimate is no better than that."""
NAMED = 2
"""Steps of a critical path that are named."""


def estimate(found: Estimate | None, of: str = "deployment") -> str:
    """Return `About 1 min 20 s (Service 71 s; from 12 earlier deployments)`; "" where nothing takes time."""
    if found is None:
        return ""
    longest = sorted(found.steps, key=lambda step: -step.seconds)[:NAMED]
    named = [f"{step.path.rsplit('/', 1)[-1]} {brief(step.seconds)}" for step in longest if step.seconds >= 1]
    stands_on = "; ".join([*([", ".join(named)] if named else []), _source(found, of)])
    takes = f"About {spoken(found.seconds, COARSE)}" if found.seconds >= 1 else "Less than 1 s"
    return f"{takes} ({stands_on})"


def document(found: Estimate | None) -> dict[str, Any] | None:
    """Return the estimate as a JSON object, None where nothing takes time."""
    if found is None:
        return None
    return {
        "seconds": round(found.seconds, 1),
        "earlier_deployments": found.learnt_from,
        "critical_path": [
            {
                "path": step.path,
                "type": step.type,
                "action": step.action,
                "seconds": round(step.seconds, 1),
                "earlier_deployments": step.learnt_from,
            }
            for step in found.steps
        ],
    }


def brief(seconds: float) -> str:
    """Return `71 s`: what one resource takes is easier to compare in seconds; from two minutes on as `spoken`."""
    return f"{seconds:.0f} s" if 1 <= seconds < 2 * MINUTE else spoken(seconds)


def spoken(seconds: float, coarse: int = 1) -> str:
    """Return `0.4 s`, `45 s`, `1 min 20 s`, `2 h 5 min`; from a minute on rounded to `coarse` seconds."""
    if seconds < 1:
        return f"{seconds:.1f} s"
    whole = round(seconds) if seconds < MINUTE else round(seconds / coarse) * coarse
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(round(whole / MINUTE), MINUTE)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _source(found: Estimate, of: str) -> str:
    """Return what the steps stand on, as far as they take time: earlier deployments, or what `of` says."""
    counted = [step for step in found.steps if step.seconds > 0] or list(found.steps)
    earlier = f"{found.learnt_from} earlier {of}{'' if found.learnt_from == 1 else 's'}"
    if all(step.learnt_from for step in counted):
        return f"from {earlier}"
    if any(step.learnt_from for step in counted):
        return f"from {earlier} and typical durations on AWS"
    return "from typical durations on AWS"
