"""A Gantt chart of an operation as one page: no script, no request, readable in light, dark and on paper."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Protocol

from stacks.cloudformation.spans import critical_path
from stacks.views import duration, html
from stacks.views.timeline import axis
from stacks.views.timeline.rows import timeline_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.cloudformation.spans import Span
    from stacks.views.timeline.rows import Row

ACTIONS = ("create", "update", "replace", "delete", "other")
"""Actions with a style of their own; the last style is for all others, such as a rollback."""
NEAR_THE_END = 92
"""Percent from which on a mark's label stands to the left of it."""


class Over(Protocol):
    """An operation that is over, whichever it was."""

    @property
    def stack_name(self) -> str:
        """The root's name."""

    @property
    def state(self) -> str:
        """The root's state."""

    @property
    def succeeded(self) -> bool:
        """Whether it went as meant."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """What happened in it."""


def page(over: Over) -> str:
    """Return the whole page; the same operation gives the same bytes, with times in UTC."""
    name = escape(over.stack_name)
    body = f"<header>\n<h1>{name}</h1>\n{_summary(over)}</header>\n<main>\n{_chart(over.spans)}</main>\n"
    return html.page(f"{over.stack_name}: {over.state}", body, __package__)


def _summary(over: Over) -> str:
    spans, verdict = over.spans, "succeeded" if over.succeeded else "failed"
    state = f'<p class="{verdict}">{verdict.capitalize()}: {escape(over.state)}</p>\n'
    if not spans:
        return f"{state}<p>Nothing had to be done.</p>\n"
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    chain = sum(span.seconds for span in critical_path(spans))
    return (
        f"{state}<p>{_period(start, end)}, {duration.spoken((end - start).total_seconds())}; "
        f"critical path {duration.spoken(chain)}</p>\n"
    )


def _chart(spans: Sequence[Span]) -> str:
    if not spans:
        return ""
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    scale = axis.Axis(start=start, seconds=max((end - start).total_seconds(), 0.001))
    chain = set(critical_path(spans))
    legend = "".join(f'<li><span class="bar {action}"></span>{action}</li>' for action in ACTIONS)
    marks = (
        '<li><span class="bar failed"></span>failed</li><li><span class="bar critical"></span>on the critical path</li>'
    )
    ticks = "".join(_tick(scale.percent(tick), axis.label(tick)) for tick in scale.ticks)
    lines = "".join(_row(row, scale, chain) for row in timeline_rows(spans))
    return (
        f'<ul class="legend" aria-label="Legend">{legend}{marks}</ul>\n'
        f'<div class="chart" style="--step:{scale.percent(scale.step):.3f}%">\n'
        f'<div class="axis" aria-hidden="true"><span class="ticks">{ticks}</span></div>\n'
        f'<ol class="rows" aria-label="Resources in the order in which they began">\n{lines}</ol>\n</div>\n'
    )


def _tick(percent: float, label: str) -> str:
    place = ' class="end"' if percent > NEAR_THE_END else ""
    return f'<span{place} style="left:{percent:.3f}%">{label}</span>'


def _row(row: Row, scale: axis.Axis, chain: set[Span]) -> str:
    kind = "row stack" if row.is_stack else "row"
    bars = "".join(_bar(span, scale, critical=span in chain) for span in row.spans)
    failures = "".join(f'<p class="reason">{escape(_failure(span))}</p>' for span in row.spans if span.failed)
    return (
        f'<li class="{kind}" tabindex="0" data-path="{escape(row.path)}">'
        f'<span class="name" style="--depth:{row.depth}">{escape(row.name)}</span>'
        f'<span class="track">{bars}</span>'
        f'<span class="took">{duration.brief(row.seconds)}</span>'
        f'<div class="tip">{_details(row)}</div>{failures}</li>\n'
    )


def _bar(span: Span, scale: axis.Axis, *, critical: bool) -> str:
    classes = ["bar", span.action if span.action in ACTIONS else ACTIONS[-1]]
    classes += ["failed"] * span.failed + ["critical"] * critical
    left, width = scale.percent((span.start - scale.start).total_seconds()), scale.percent(span.seconds)
    return f'<span class="{" ".join(classes)}" style="left:{left:.3f}%;width:{width:.3f}%"></span>'


def _details(row: Row) -> str:
    details = "".join(
        f"<dt>{escape(span.action.replace('_', ' '))}</dt><dd>{_period(span.start, span.end)}, "
        f"{duration.brief(span.seconds)}, {escape(span.status)}{escape(f': {span.reason}' if span.reason else '')}</dd>"
        for span in row.spans
    )
    return f"<strong>{escape(row.path)}</strong> {escape(row.spans[0].type)}<dl>{details}</dl>"


def _failure(span: Span) -> str:
    return f"{span.status}: {span.reason or 'CloudFormation gives no reason'}"


def _period(start: dt.datetime, end: dt.datetime) -> str:
    """Return from when to when; the day once where it is the same."""
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    day = "" if start.date() == end.date() else f"{end:%Y-%m-%d} "
    return f"{start:%Y-%m-%d %H:%M:%S} to {day}{end:%H:%M:%S} UTC"
