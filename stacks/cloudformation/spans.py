"""Spans: how long each resource of an operation took, by CloudFormation's own clock, and which of them mattered."""

from __future__ import annotations

import bisect
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.cloudformation.events import Event

IN_PROGRESS = "_IN_PROGRESS"
REPLACES = "Requested update requires the creation of a new physical resource"
"""How CloudFormation's reason begins where an update becomes a replacement."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """One thing that happened to one resource or stack, from its first event to its last.

    `path` is `Network/LoadBalancer` for a resource of a child. `action` is `create`, `update`, `replace`, `delete` or
    `import`, and for the root also what else its states say, such as `rollback`. `status` is the last one seen.
    """

    path: str
    type: str
    action: str
    start: dt.datetime
    end: dt.datetime
    status: str
    reason: str
    is_stack: bool

    @property
    def seconds(self) -> float:
        """From the first event to the last."""
        return (self.end - self.start).total_seconds()

    @property
    def failed(self) -> bool:
        """Whether it ended so."""
        return self.status.endswith("_FAILED")

    @property
    def succeeded(self) -> bool:
        """Whether it ended as it was meant to; neither this nor `failed` holds where no event told its end."""
        return self.status.endswith("_COMPLETE")


class _Open:
    """A span whose end is not known yet."""

    def __init__(self, event: Event, phase: str) -> None:
        self.first = self.last = event
        self.phase = phase
        self.replaces = False
        self.reason = ""

    def add(self, event: Event) -> None:
        self.last = event
        if event.reason.startswith(REPLACES):
            self.replaces = True
        elif event.is_final or not self.reason:
            self.reason = event.reason

    def span(self, end: dt.datetime) -> Span:
        return Span(
            path=self.first.path,
            type=self.first.type,
            action="replace" if self.replaces else self.phase.lower(),
            start=self.first.time,
            end=end,
            status=self.last.status,
            reason=self.reason,
            is_stack=self.first.type == NESTED_STACK,
        )


def spans_of(events: Iterable[Event]) -> tuple[Span, ...]:
    """Return the spans of an operation, in the order of their beginnings.

    What a nested stack says of itself is left to its parent, who says it, too. What never came to rest ends with the
    last event of all.
    """
    spans: list[Span] = []
    opened: dict[str, _Open] = {}
    last: Event | None = None
    for event in events:
        last = event
        if event.is_stack and not event.is_root:
            continue
        phase = event.status.removesuffix(IN_PROGRESS)
        current = opened.get(event.path)
        if current is not None and not event.is_final and current.phase != phase:
            spans.append(current.span(event.time))
            current = None
        if current is None:
            current = opened[event.path] = _Open(event, phase if not event.is_final else phase.split("_")[0])
        current.add(event)
        if event.is_final:
            spans.append(opened.pop(event.path).span(event.time))
    if last is not None:
        spans += [left.span(last.time) for left in opened.values()]
    return tuple(sorted(spans, key=lambda span: (span.start, span.path.count("/"), span.path)))


def critical_path(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the chain of resources that decided when the operation ended, first one first.

    It is read off the times: before each resource of the chain comes the one that ended last before it began, since
    CloudFormation begins with a resource as soon as what it needs is there.
    """
    resources = sorted((span for span in spans if not span.is_stack), key=lambda span: (span.end, span.start))
    ends = [span.end for span in resources]
    chain: list[Span] = []
    at = len(resources) - 1
    while at >= 0:
        chain.append(resources[at])
        at = min(bisect.bisect_right(ends, resources[at].start), at) - 1
    return tuple(reversed(chain))


def slowest_spans(spans: Iterable[Span], count: int) -> Sequence[Span]:
    """Return the resources that took longest, longest first; stacks are left to what is in them."""
    resources = (span for span in spans if not span.is_stack)
    return sorted(resources, key=lambda span: (-span.seconds, span.start, span.path))[:count]
