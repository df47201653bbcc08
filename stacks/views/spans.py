"""Where the time of an operation went, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.cloudformation.spans import critical_path, slowest_spans
from stacks.views import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.cloudformation.spans import Span

SHOWN = 5
"""Resources shown to people, the slowest ones."""
WORTH_SECONDS = 0.95
"""Shorter ones are not shown: they would be 0 s."""


def lines(spans: Sequence[Span]) -> list[str]:
    """Return the slowest resources, each with its part of the critical path; none where all was quick."""
    chain = critical_path(spans)
    total = sum(span.seconds for span in chain)
    slow = [span for span in slowest_spans(spans, SHOWN) if span.seconds >= WORTH_SECONDS]
    if not slow:
        return []
    rows = [(span.path, duration.brief(span.seconds), span.action, _part(span, chain, total)) for span in slow]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    table = [
        f"  {path:<{widths[0]}}  {took:>{widths[1]}}  {action:<{widths[2]}}  {part}"
        for path, took, action, part in rows
    ]
    return [f"Where the time went (critical path: {duration.spoken(total)}):", *table]


def document(spans: Sequence[Span]) -> dict[str, Any]:
    """Return all resources in the order of their beginnings, and the critical path by their paths, in seconds."""
    chain = critical_path(spans)
    return {
        "critical_path": {"seconds": round(sum(span.seconds for span in chain), 3), "paths": [it.path for it in chain]},
        "resources": [
            {
                "path": span.path,
                "type": span.type,
                "action": span.action,
                "start": span.start.isoformat(),
                "seconds": round(span.seconds, 3),
                "status": span.status,
            }
            for span in spans
            if not span.is_stack
        ],
    }


def _part(span: Span, chain: Sequence[Span], total: float) -> str:
    return f"{100 * span.seconds / total:.0f} %" if span in chain else "beside others"
