"""Lists that cannot be empty: AWS is asked again where it says that they are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PAUSES = (0.1, 0.4)
"""Seconds before each further question: AWS's lists are eventually consistent, and catch up within moments."""


def insist(ask: Callable[[], T], is_full: Callable[[T], bool] = bool) -> T:
    """What `ask` gives, as soon as there is something in it; empty only where it was so each time."""
    for pause in PAUSES:
        if is_full(found := ask()):
            return found
        time.sleep(pause)
    return ask()
