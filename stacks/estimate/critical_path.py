"""The critical path: the longest way through things that wait for each other."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, kw_only=True)
class CriticalPath:
    """The longest way: its length in seconds, and what is on it, first to last."""

    seconds: float
    names: tuple[str, ...]


def find(seconds: Mapping[str, float], needs: Mapping[str, Collection[str]]) -> CriticalPath:
    """The longest way through `seconds`, where each name begins as soon as all that it needs has ended.

    A name that is in `needs` only takes no time. Of ways of the same length the one with more of `seconds` counts.
    Raises ValueError (graphlib's CycleError) for things that wait for each other in a circle.
    """
    graph = {name: set(needs.get(name, ())) for name in {**needs, **seconds}}
    ends: dict[str, tuple[float, int]] = {}
    before: dict[str, str | None] = {}
    for name in TopologicalSorter(graph).static_order():
        latest = max(sorted(graph.get(name, ())), key=lambda needed: ends[needed], default=None)
        before[name] = latest
        begin, timed = (0.0, 0) if latest is None else ends[latest]
        ends[name] = (begin + seconds.get(name, 0.0), timed + (name in seconds))
    last = max(sorted(ends), key=lambda name: ends[name], default=None)
    total = 0.0 if last is None else ends[last][0]
    names = []
    while last is not None:
        names.append(last)
        last = before[last]
    return CriticalPath(seconds=total, names=tuple(reversed(names)))
