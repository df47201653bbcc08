"""Minutes in buckets, for pictures that have fewer columns than a load has minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"


def largest(series: Sequence[float | None], size: int) -> list[float | None]:
    """Return the largest value of each bucket of so many minutes; None where it has no value."""
    buckets = (series[start : start + size] for start in range(0, len(series), size))
    return [max((it for it in bucket if it is not None), default=None) for bucket in buckets]


def average(series: Sequence[float | None], size: int) -> list[float | None]:
    """Return the average of each bucket of so many minutes; None where it has no value."""
    found: list[float | None] = []
    for start in range(0, len(series), size):
        known = [it for it in series[start : start + size] if it is not None]
        found.append(sum(known) / len(known) if known else None)
    return found


def spark(values: Sequence[float | None], most: float) -> str:
    """Return a sparkline: a full block is `most`, a space is nothing, and `?` is where nothing was measured."""
    return "".join("?" if it is None else _block(it, most) for it in values)


def _block(value: float, most: float) -> str:
    if value <= 0 or most <= 0:
        return BLOCKS[0]
    return BLOCKS[min(max(round(value / most * (len(BLOCKS) - 1)), 1), len(BLOCKS) - 1)]
