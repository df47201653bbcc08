"""The critical path: the longest chain of steps that depend on each other."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def find_critical_path(seconds: Mapping[str, float], needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the names on the critical path, first to last; each begins as soon as all that it needs has ended.

    A name that is only in `needs` takes no time. Of equally long paths the one with more names of `seconds` wins.
    Raises ValueError (graphlib's CycleError) for circular dependencies.
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
    names = []
    while last is not None:
        names.append(last)
        last = before[last]
    return tuple(reversed(names))
