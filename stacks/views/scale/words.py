"""The figures of a replay and what they mean, as lines of styled pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from stacks.scale.findings import KEYS, hours
from stacks.scale.load import MINUTE
from stacks.views import styled
from stacks.views.scale.chart import busiest_day, overview

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.scale.comparison import Comparison, Side
    from stacks.scale.policies import ScalableTarget
    from stacks.views.styled import Line

MONTH = 730
"""Hours of a month, as AWS's calculator counts them."""
SIDES = ("cyan", "green")
"""The colour of each side, after its name."""
ROWS = (
    "task-hours",
    "cost",
    "cost of a month",
    "CPU above target",
    "memory above target",
    "requests above target",
    "at the maximum",
    "more wanted than the maximum",
    "without a task",
    "scale-outs, scale-ins",
    "changes by schedules",
    "sessions on removed tasks",
    "largest backlog",
)
"""The rows of the table; one that is the same nothing on all sides is left out."""


def text(found: Comparison, width: int = 0) -> str:
    """Return the whole without colour."""
    return styled.plain(lines(found, width))


def lines(found: Comparison, width: int = 0) -> Iterator[Line]:
    """Yield all lines; `width` 0 is as wide as the picture of two weeks needs."""
    load, zone = found.load, ZoneInfo(found.timezone)
    start, end = (it.astimezone(zone) for it in (load.start, load.end - MINUTE))
    period = f"{start:%a %d %b %H:%M} to {end:%a %d %b %Y %H:%M} {found.timezone}"
    yield [(f"Autoscaling of {found.environment}", "bold"), (f", {period}", "")]
    yield [(f"Load: {load.source}", "dim")]
    for number, side in enumerate(found.sides):
        yield [
            (f"{side.name}: ", SIDES[number % len(SIDES)]),
            (f"{side.words}: {target_words(side.replay.target)}", ""),
        ]
    yield []
    yield from overview(found, width)
    yield []
    yield from busiest_day(found, width)
    yield []
    yield from _table(found)
    for number, side in enumerate(found.sides):
        yield []
        yield [(side.name, f"bold {SIDES[number % len(SIDES)]}")]
        yield from _findings(side, width)
    yield []
    yield [("Assumed:", "dim")]
    for assumption in found.assumptions:
        yield from _wrapped("- ", assumption, width, "dim")


def _findings(side: Side, width: int) -> Iterator[Line]:
    if not side.findings:
        yield [("  Nothing stands out.", "")]
    for it in side.findings:
        yield from _wrapped("  - ", f"{it.text} {it.then}".rstrip(), width, "")


def _wrapped(lead: str, words: str, width: int, style: str) -> Iterator[Line]:
    line, indent = lead, " " * len(lead)
    for word in words.split(" "):
        if width and len(line) > len(indent) and cell_len(line) + cell_len(word) > width:
            yield [(line.rstrip(), style)]
            line = indent
        line += f"{word} "
    yield [(line.rstrip(), style)]


def target_words(target: ScalableTarget) -> str:
    """Return `1 to 4 tasks, cpu 70, memory 70 (no scale-in), 2 schedules`."""
    parts = [f"{target.minimum} to {target.maximum} tasks"]
    for policy in target.tracking:
        parts.append(f"{KEYS.get(policy.metric, policy.metric)}_target {policy.target:g}")
        if policy.disable_scale_in:
            parts[-1] += " (only adds)"
    parts += [f"steps {it.name}" for it in target.steps]
    if count := len(target.schedules):
        parts.append(f"{count} schedule{'' if count == 1 else 's'}")
    parts += [f"{it} is suspended" for it in sorted(target.suspended)]
    return ", ".join(parts)


def figures(found: Comparison) -> tuple[list[str], list[dict[str, str]]]:
    """Return the rows of the table that say something, and the cells of each side by them."""
    columns = [_figures(found, side) for side in found.sides]
    return [name for name in ROWS if any(column.get(name, "-") not in {"-", "0"} for column in columns)], columns


def notes(found: Comparison) -> Iterator[str]:
    """Yield what belongs below the table."""
    if found.measured_task_hours is not None:
        yield f"Measured: {found.measured_task_hours:,.0f} task-hours really ran."
    if found.why_no_cost:
        yield f"No cost: {found.why_no_cost}"


def _table(found: Comparison) -> Iterator[Line]:
    rows, columns = figures(found)
    first = max(map(len, rows), default=0) + 2
    widths = [
        max(len(side.name), *map(len, column.values())) for side, column in zip(found.sides, columns, strict=True)
    ]
    header: Line = [(" " * first, "")]
    for number, (side, width) in enumerate(zip(found.sides, widths, strict=True)):
        header.append((f"  {side.name:>{width}}", f"bold {SIDES[number % len(SIDES)]}"))
    yield header
    for name in rows:
        cells: Line = [(f"{name:<{first}}", "")]
        cells += [(f"  {column.get(name, '-'):>{width}}", "") for column, width in zip(columns, widths, strict=True)]
        yield cells
    for note in notes(found):
        yield [(note, "dim")]


def _figures(found: Comparison, side: Side) -> dict[str, str]:
    """Return the cells of a side by the names of their rows."""
    it, minutes = side.summary, found.load.minutes
    figures = {
        "task-hours": f"{it.task_hours:,.0f}",
        "at the maximum": _time(it.minutes_at_maximum),
        "more wanted than the maximum": _time(it.minutes_short_at_maximum),
        "without a task": _time(it.minutes_without_tasks),
        "scale-outs, scale-ins": f"{it.scale_outs}, {it.scale_ins}",
        "changes by schedules": f"{it.scheduled_changes}",
        "largest backlog": f"{it.largest_backlog:.0f} min of a task" if it.largest_backlog >= 1 else "-",
    }
    for metric, words in (("cpu", "CPU"), ("memory", "memory"), ("requests", "requests")):
        if metric in it.above_target:
            figures[f"{words} above target"] = _time(it.above_target[metric])
    if it.sessions_ended is not None:
        figures["sessions on removed tasks"] = f"{it.sessions_ended:,.0f}"
    if it.cost is not None:
        figures["cost"] = f"{it.cost:,.2f} {found.currency}"
        figures["cost of a month"] = f"{it.cost / minutes * 60 * MONTH:,.2f} {found.currency}"
    return figures


def _time(minutes: int) -> str:
    return hours(minutes) if minutes else "-"
