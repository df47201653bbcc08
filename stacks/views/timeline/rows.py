"""The rows of a chart: one for each resource, each stack above what is in it, in the order in which they began."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, kw_only=True)
class Row:
    """A resource or a stack, and all that happened to it; `depth` counts the stacks around it."""

    path: str
    depth: int
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        """The last part of the path: its parents are rows above."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_stack(self) -> bool:
        """Whether other rows are in it."""
        return self.spans[0].is_stack

    @property
    def seconds(self) -> float:
        """All that happened to it, together."""
        return sum(span.seconds for span in self.spans)


def timeline_rows(spans: Iterable[Span]) -> tuple[Row, ...]:
    """Return the rows of an operation; of two that began together the longer comes first.

    What happened to one resource more than once is in one row.
    """
    by_path: dict[str, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (span.start, -span.seconds)):
        by_path[span.path].append(span)
    inside: dict[str, list[str]] = defaultdict(list)
    for path in by_path:
        parent = path.rpartition("/")[0]
        inside[parent if parent in by_path else ""].append(path)
    return tuple(_under("", inside, by_path))


def _under(parent: str, inside: Mapping[str, list[str]], by_path: Mapping[str, list[Span]]) -> Iterator[Row]:
    for path in inside.get(parent, []):
        yield Row(path=path, depth=path.count("/"), spans=tuple(by_path[path]))
        yield from _under(path, inside, by_path)
