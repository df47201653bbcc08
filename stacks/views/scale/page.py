"""A replay as one page: what stands out, the figures, the lines over time, each day, and what is assumed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stacks.scale.load import MINUTE
from stacks.scale.policies import CPU
from stacks.views import html
from stacks.views.scale import buckets, words
from stacks.views.scale.days import by_day
from stacks.views.scale.plots import Line, Plot, draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.scale.comparison import Comparison

SIDES = ("first", "second")
"""The style of each side's lines."""
POINTS = 700
"""Points of a line at most, about as many as a screen shows."""


def page(found: Comparison) -> str:
    """Return the whole page; the same comparison gives the same bytes."""
    zone, load = ZoneInfo(found.timezone), found.load
    start, end = (it.astimezone(zone) for it in (load.start, load.end - MINUTE))
    mark = '<p class="made-up">This load is made up.</p>\n' if load.is_made_up else ""
    body = (
        f"<header>\n<h1>Autoscaling of {escape(found.environment)}</h1>\n"
        f"<p>{start:%a %d %b %H:%M} to {end:%a %d %b %Y %H:%M} {escape(found.timezone)}</p>\n"
        f"<p>{escape(load.source)}</p>\n{mark}{_legend(found)}</header>\n<main>\n"
        f"<section>\n<h2>What stands out</h2>\n{''.join(_findings(found))}</section>\n"
        f"<section>\n<h2>Figures</h2>\n{_table(found)}</section>\n"
        f"<section>\n<h2>Over time</h2>\n{''.join(_plots(found))}</section>\n"
        f"<section>\n<h2>Each day</h2>\n{_days(found)}</section>\n"
        f'<section>\n<h2>Assumed</h2>\n<ul class="assumed">\n{_items(found.assumptions)}</ul>\n</section>\n</main>\n'
    )
    return html.page(f"Autoscaling of {found.environment}", body, __package__)


def _legend(found: Comparison) -> str:
    rows = "".join(
        f'<li><svg viewBox="0 0 30 10" aria-hidden="true"><path class="{style}" d="M0 5H30"/></svg>'
        f"<span><strong>{escape(side.name)}</strong>: {escape(side.words)}: "
        f"{escape(words.target_words(side.replay.target))}</span></li>\n"
        for style, side in zip(SIDES, found.sides, strict=False)
    )
    return f'<ul class="legend" aria-label="What is compared">\n{rows}</ul>\n'


def _findings(found: Comparison) -> Iterator[str]:
    for side in found.sides:
        lines = [f"{it.text} {it.then}".strip() for it in side.findings] or ["Nothing stands out."]
        yield f"<h3>{escape(side.name)}</h3>\n<ul>\n{_items(lines)}</ul>\n"


def _items(lines: list[str] | tuple[str, ...]) -> str:
    return "".join(f"<li>{escape(it)}</li>\n" for it in lines)


def _table(found: Comparison) -> str:
    names, columns = words.figures(found)
    head = "".join(f'<th scope="col">{escape(side.name)}</th>' for side in found.sides)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(column.get(name, '-'))}</td>" for column in columns)
        + "</tr>\n"
        for name in names
    )
    notes = "".join(f"<p>{escape(it)}</p>\n" for it in words.notes(found))
    return f"<table>\n<thead><tr><td></td>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{notes}"


def _plots(found: Comparison) -> Iterator[str]:
    load = found.load
    size = max(1, -(-load.minutes // POINTS))
    for title, unit, series in (
        ("Load: CPU of all tasks together", "% of one task's", load.cpu),
        ("Load: requests", "a minute", load.requests),
    ):
        values = buckets.largest(series, size)
        if any(values):
            most = max(it for it in values if it is not None)
            plot = Plot(
                title=title,
                unit=unit,
                words=f"{title}, at most {most:,.0f} {unit}",
                lines=(Line(style="load", values=values, size=size),),
            )
            yield draw(plot, load, found.timezone)
    yield draw(_tasks(found), load, found.timezone)
    if load.cpu:
        yield draw(_cpu(found, size), load, found.timezone)
    if all(side.price is not None for side in found.sides):
        yield draw(_cost(found), load, found.timezone)


def _tasks(found: Comparison) -> Plot:
    spans = ", ".join(f"{it.name} {it.summary.smallest} to {it.summary.largest}" for it in found.sides)
    lines = tuple(
        Line(style=style, values=side.replay.desired, is_stepped=True)
        for style, side in zip(SIDES, found.sides, strict=False)
    )
    return Plot(title="Tasks", unit="desired count", words=f"Tasks: {spans}", lines=lines)


def _cpu(found: Comparison, size: int) -> Plot:
    targets = {policy.target for side in found.sides for policy in side.replay.target.tracking if policy.metric == CPU}
    lines = tuple(
        Line(style=style, values=buckets.largest(side.replay.cpu, size), size=size)
        for style, side in zip(SIDES, found.sides, strict=False)
    )
    levels = tuple(sorted(targets))
    dotted = (
        f"; dotted: the target{'s' * (len(levels) > 1)} of {' and '.join(f'{it:g}' for it in levels)}" if levels else ""
    )
    return Plot(
        title="CPU use",
        unit=f"% on average of the running tasks{dotted}",
        words="CPU use of each side over time",
        lines=lines,
        levels=levels,
    )


def _cost(found: Comparison) -> Plot:
    """Return what has been paid since the beginning."""
    lines = []
    for style, side in zip(SIDES, found.sides, strict=False):
        total, values = 0.0, []
        for day in by_day(side, found.load, found.timezone, size=60):
            values.append(total)
            total += day.cost or 0
        lines.append(Line(style=style, values=[*values, total], size=60))
    ends = ", ".join(f"{side.name} {line.values[-1]:,.2f}" for side, line in zip(found.sides, lines, strict=True))
    return Plot(
        title="Cost since the beginning", unit=found.currency, words=f"Cost in the end: {ends}", lines=tuple(lines)
    )


def _days(found: Comparison) -> str:
    """Return a table of each day, which says in figures what the lines show."""
    columns = ("tasks on average", "fewest to most", *(("cost",) if found.currency else ()))
    groups = "".join(f'<th scope="colgroup" colspan="{len(columns)}">{escape(it.name)}</th>' for it in found.sides)
    names = "".join(f'<th scope="col">{it}</th>' for _ in found.sides for it in columns)
    sides = [list(by_day(side, found.load, found.timezone)) for side in found.sides]
    rows = "".join(
        f'<tr><th scope="row">{days[0].start:%a %d %b}</th><td>{days[0].cpu}</td>'
        + "".join(_cells(it.average, it.smallest, it.largest, it.cost if found.currency else None) for it in days)
        + "</tr>\n"
        for days in zip(*sides, strict=True)
    )
    return (
        '<div class="wide" role="region" aria-label="Each day" tabindex="0"><table>\n<thead>'
        f'<tr><td></td><th scope="col" rowspan="2">most CPU, %</th>{groups}</tr>\n<tr><td></td>{names}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>\n"
    )


def _cells(average: float, smallest: int, largest: int, cost: float | None) -> str:
    cells = [f"{average:.1f}", f"{smallest} to {largest}", *(() if cost is None else (f"{cost:,.2f}",))]
    return "".join(f"<td>{it}</td>" for it in cells)
