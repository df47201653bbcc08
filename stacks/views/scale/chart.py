"""The pictures of a replay in a terminal: the whole time as sparklines, and its busiest day as columns.

They need no colour, and `stacks.terminal` has ASCII for each of their signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stacks.scale.load import MINUTE
from stacks.views.scale import buckets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from stacks.scale.comparison import Comparison, Side
    from stacks.views.styled import Line

STYLES = ("cyan", "green")
NAME, COLUMNS, HOUR, DAY = 22, 84, 60, 24 * 60
STEPS = (5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880)
"""Minutes that a column may have."""
SCALE, DAY_COLUMNS, SHORTEST, TICK = 7, 96, 15, 180
"""Columns of the scale and of the busiest day, the fewest minutes of a column, the minutes between two times."""
TALLEST = 12
"""Lines of the busiest day at most; more tasks are drawn in steps."""


def _size(minutes: int, width: int) -> int:
    """Return the minutes of a column, so that all fit."""
    columns = max(min(COLUMNS, (width or NAME + COLUMNS) - NAME), 12)
    return next((it for it in STEPS if minutes / it <= columns), -(-minutes // columns))


def overview(found: Comparison, width: int) -> Iterator[Line]:
    """Yield the load and each side's tasks over the whole time."""
    load = found.load
    size = _size(load.minutes, width)
    start = load.start.astimezone(ZoneInfo(found.timezone))
    yield [(" " * NAME + _days(start, size, -(-load.minutes // size)), "dim")]
    for name, series, unit in (("CPU", load.cpu, " %"), ("requests", load.requests, "/min")):
        values = buckets.largest(series, size)
        if most := max((it for it in values if it is not None), default=0):
            yield [(_named(f"{name} to {most:,.0f}{unit}"), ""), (buckets.spark(values, most), "yellow")]
    most = max((max(it.replay.desired, default=0) for it in found.sides), default=0)
    spent = [_costs(it, size) for it in found.sides]
    for number, side in enumerate(found.sides):
        tasks = buckets.largest(side.replay.desired, size)
        name = f"{side.name} {side.summary.smallest}-{side.summary.largest}"
        yield [(_named(name), ""), (buckets.spark(tasks, most), STYLES[number % len(STYLES)])]
        if costs := spent[number]:
            name = f"  cost to {max(costs):,.2f} {found.currency}"
            yield [(_named(name), ""), (buckets.spark(costs, max(map(max, spent))), "magenta")]
        if side.replay.at_maximum:
            short = {minute // size for minute in side.replay.at_maximum}
            marks = "".join("!" if it in short else " " for it in range(len(tasks)))
            yield [(f"{'  more wanted':<{NAME}}", ""), (marks, "bold red")]
    yield [(f"{'':<{NAME}}each column is {_spoken(size)}, at its highest", "dim")]


def _named(text: str) -> str:
    """Return what stands before a row; a long text moves the row, and does not run into it."""
    return f"{text:<{NAME - 1}} "


def _costs(side: Side, size: int) -> list[float]:
    """Return what each column costs; nothing where prices are not known."""
    if side.price is None:
        return []
    billed = side.replay.billed
    return [sum(map(side.price, billed[it : it + size])) / HOUR for it in range(0, len(billed), size)]


def _days(start: dt.datetime, size: int, columns: int) -> str:
    """Return the days at the column in which each begins, as far as there is room."""
    line = ""
    for column in range(columns):
        time = start + column * size * MINUTE
        before = time - size * MINUTE
        if (time.date() != before.date() or column == 0) and len(line) <= column:
            label = f"{time:%a %d}" if size * 8 <= DAY else f"{time:%d}"
            line = line.ljust(column) + label + " "
    return line[:columns].rstrip()


def _spoken(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{minutes} min" if rest or not hours else f"{hours} h"


def busiest_day(found: Comparison, width: int) -> Iterator[Line]:
    """Yield the day on which most was asked, each side's tasks as columns with a scale.

    A load without a whole day has its first hours instead.
    """
    zone, load = ZoneInfo(found.timezone), found.load
    series = next((it for it in (load.cpu, load.requests) if any(it)), ())
    start = load.start.astimezone(zone)
    offset = (start.hour * HOUR + start.minute) % DAY
    first = _busiest(series, DAY - offset if offset else 0)
    last = min(first + DAY, load.minutes)
    size = max(_size(DAY, min(width or SCALE + DAY_COLUMNS, SCALE + DAY_COLUMNS)), SHORTEST)
    day = load.time(first).astimezone(zone)
    what = "The busiest day" if last - first == DAY else "The first hours"
    yield [(f"{what}, {day:%a %d %b}, tasks", "bold"), (f" (each column is {_spoken(size)})", "dim")]
    for number, side in enumerate(found.sides):
        tasks = [int(it or 0) for it in buckets.largest(side.replay.running[first:last], size)]
        yield [(side.name, STYLES[number % len(STYLES)])]
        yield from _columns(tasks, STYLES[number % len(STYLES)])
    yield [(f"{'':<{SCALE}}{_clock(day, size, -(-(last - first) // size))}".rstrip(), "dim")]


def _clock(start: dt.datetime, size: int, columns: int) -> str:
    """Return the hour of every third hour below its column."""
    every = max(TICK // size, 1)
    times = (start + number * size * MINUTE for number in range(0, columns, every))
    return "".join(f"{it.hour:<{every}}" for it in times)


def _busiest(series: Sequence[float | None], first: int) -> int:
    """Return the minute at which the day begins that has the largest sum."""
    starts = [it for it in range(first, len(series), DAY) if it + DAY <= len(series)] or [0]
    return max(starts, key=lambda it: sum(value or 0 for value in series[it : it + DAY]))


def _columns(tasks: Sequence[int], style: str) -> Iterator[Line]:
    most = max(tasks, default=0)
    step = -(-most // TALLEST) or 1
    for level in range(-(-most // step) * step, 0, -step):
        row = "".join("█" if it >= level else "▄" if it > level - step else " " for it in tasks)
        yield [(f"{level:>5} │", ""), (row, style)]
    if not most:
        yield [(f"{0:>5} │", "")]
