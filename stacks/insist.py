"""Lists that cannot be empty: AWS is asked again where it says that they are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

PAUSES = (0.1, 0.4)
"""Seconds before each further question: AWS's lists are eventually consistent, and catch up within moments."""


def insist(ask: Callable[[], Sequence[T]]) -> Sequence[T]:
    """What `ask` gives, as soon as that is something; empty only where it was so each time."""
    for pause in PAUSES:
        if found := ask():
            return found
        time.sleep(pause)
    return ask()
