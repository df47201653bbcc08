"""A replay as a JSON document."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stacks.views.scale import buckets

if TYPE_CHECKING:
    from stacks.scale.comparison import Comparison, Side
    from stacks.scale.policies import ScalableTarget

HOUR = 60


def document(found: Comparison) -> dict[str, Any]:
    """Return what was replayed and what came of it; series have one value an hour."""
    load = found.load
    return {
        "environment": found.environment,
        "load": {
            "source": load.source,
            "made_up": load.is_made_up,
            "start": load.start.isoformat(),
            "end": load.end.isoformat(),
            "minutes": load.minutes,
            "measured_task_hours": _rounded(found.measured_task_hours),
        },
        "timezone": found.timezone,
        "pace": {"start_minutes": found.pace.start, "drain_minutes": found.pace.drain},
        "currency": found.currency or None,
        "why_no_cost": found.why_no_cost or None,
        "assumptions": list(found.assumptions),
        "sides": [_side(it) for it in found.sides],
    }


def _side(side: Side) -> dict[str, Any]:
    load, replay = side.load, side.replay
    return {
        "name": side.name,
        "settings": side.words,
        "target": _target(replay.target),
        "summary": {
            name: _rounded(value) if isinstance(value, float) else value
            for name, value in dataclasses.asdict(side.summary).items()
        },
        "findings": [dataclasses.asdict(it) for it in side.findings],
        "activities": [
            {
                "at": load.time(it.minute).isoformat(),
                "from": it.before,
                "to": it.after,
                "by": it.by,
                "scheduled": it.is_scheduled,
                "sessions": _rounded(it.ended),
            }
            for it in replay.activities
        ],
        "hours": {
            "tasks_average": [_rounded(it) for it in buckets.average(replay.billed, HOUR)],
            "tasks_largest": buckets.largest(replay.desired, HOUR),
            **_costs(side),
            "cpu_largest": [_rounded(it) for it in buckets.largest(replay.cpu, HOUR)],
            "backlog_largest": [_rounded(it) for it in buckets.largest(replay.backlog, HOUR)],
        },
    }


def _costs(side: Side) -> dict[str, list[float | None]]:
    """Return what each hour costs, where prices are known."""
    if side.price is None:
        return {}
    return {"cost": [None if it is None else round(it, 4) for it in buckets.average(_prices(side), HOUR)]}


def _prices(side: Side) -> list[float | None]:
    return [] if side.price is None else [side.price(it) for it in side.replay.billed]


def _target(target: ScalableTarget) -> dict[str, Any]:
    found = dataclasses.asdict(target)
    found["suspended"] = sorted(target.suspended)
    for action in found["schedules"]:
        action.update({key: action[key].isoformat() for key in ("start", "end") if action[key] is not None})
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
