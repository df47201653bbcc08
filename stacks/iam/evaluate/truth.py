"""Kleene's logic of three values: true, false, and None for what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Truth: TypeAlias = bool | None


def every(truths: Iterable[Truth]) -> Truth:
    """False if one is false, else unknown if one is unknown, else true."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def some(truths: Iterable[Truth]) -> Truth:
    """True if one is true, else unknown if one is unknown, else false."""
    return opposite(every(opposite(truth) for truth in truths))


def opposite(truth: Truth) -> Truth:
    """True for false, false for true; what is unknown stays unknown."""
    return None if truth is None else not truth
