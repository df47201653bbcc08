"""Lines over time as SVG, which stretch to the width of their page, with labels in HTML, which do not."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stacks.scale.load import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.scale.load import Load

HEIGHT = 100
"""Height of a plot in its own units; its width is one a minute."""
NICE = (1, 2, 2.5, 5, 10)
GRIDS = 4
"""Lines of a grid at most."""
LABELS = 15
"""Days that are named at most."""
DAY = dt.timedelta(days=1)
HOUR, SHORT = 60, 2 * 24 * 60
"""Minutes of an hour, and of a load that has hours instead of days below it."""
Points = list[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a plot: values a bucket of so many minutes, as steps or from point to point. None is a gap."""

    style: str
    values: Sequence[float | None]
    size: int = 1
    is_stepped: bool = False


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Lines with one scale from 0; `words` says what is to be seen; `levels` are lines across."""

    title: str
    unit: str
    words: str
    lines: tuple[Line, ...]
    levels: tuple[float, ...] = ()


def draw(plot: Plot, load: Load, timezone: str) -> str:
    """Return a figure with its plot, its scale and its days."""
    most = max((it for line in plot.lines for it in line.values if it is not None), default=0)
    most = max(most, *plot.levels, 0)
    step = grid_step(most)
    top = max(step * math.ceil(most / step - 1e-9), step)
    marks = [step * number for number in range(round(top / step) + 1)]
    grid = "".join(f'<path class="grid" d="M0 {_y(it, top)}H{load.minutes}"/>' for it in marks)
    days = list(_days(load, timezone) if load.minutes > SHORT else _hours(load, timezone))
    grid += "".join(f'<path class="grid" d="M{minute} 0V{HEIGHT}"/>' for minute, _ in days)
    levels = "".join(f'<path class="level" d="M0 {_y(it, top)}H{load.minutes}"/>' for it in plot.levels)
    lines = "".join(f'<path class="{it.style}" d="{_path(it, top, load.minutes)}"/>' for it in plot.lines)
    labels = "".join(f'<span style="top:{100 - 100 * it / top:.2f}%">{it:g}</span>' for it in marks)
    every = max(-(-len(days) // LABELS), 1)
    names = "".join(
        f'<span style="left:{100 * minute / load.minutes:.3f}%">{name}</span>' for minute, name in days[::every]
    )
    return (
        f'<figure>\n<figcaption>{escape(plot.title)} <span class="unit">{escape(plot.unit)}</span></figcaption>\n'
        f'<div class="plot"><div class="scale" aria-hidden="true">{labels}</div>'
        f'<svg viewBox="0 0 {load.minutes} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(plot.words)}">{grid}{levels}{lines}</svg></div>\n'
        f'<div class="days" aria-hidden="true">{names}</div>\n</figure>\n'
    )


def grid_step(most: float) -> float:
    """Return a round number of which a few reach so far."""
    if most <= 0:
        return 1
    exact = most / GRIDS
    power: float = 10 ** math.floor(math.log10(exact))
    step = next(it * power for it in NICE if it * power >= exact - 1e-9)
    return max(step, 1) if most >= GRIDS else step


def _y(value: float, top: float) -> str:
    return f"{HEIGHT - HEIGHT * value / top:.2f}"


def _path(line: Line, top: float, minutes: int) -> str:
    """Return the path of a line; steps are drawn only where the value changes."""
    found, last = [], None
    for number, value in enumerate(line.values):
        x = min(number * line.size, minutes)
        if value is None:
            last = None
            continue
        if last is None:
            found.append(f"M{x} {_y(value, top)}")
        elif not line.is_stepped:
            found.append(f"L{x} {_y(value, top)}")
        elif value != last:
            found.append(f"H{x}V{_y(value, top)}")
        last = value
    if line.is_stepped and last is not None:
        found.append(f"H{minutes}")
    return "".join(found)


def _days(load: Load, timezone: str) -> Iterator[tuple[int, str]]:
    """Yield the minute at which each day begins, with its name."""
    zone = ZoneInfo(timezone)
    day = load.start.astimezone(zone).date()
    while True:
        begin = dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)
        minute = int((begin - load.start) / MINUTE)
        if minute >= load.minutes:
            return
        if minute >= 0:
            yield minute, f"{day:%a} {day.day}"
        day += DAY


def _hours(load: Load, timezone: str) -> Iterator[tuple[int, str]]:
    """Yield the minute at which each hour begins, with its time."""
    start = load.start.astimezone(ZoneInfo(timezone))
    for minute in range(-start.minute % HOUR, load.minutes, HOUR):
        yield minute, f"{load.time(minute).astimezone(start.tzinfo):%H:%M}"
