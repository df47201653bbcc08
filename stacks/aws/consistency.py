"""Retries for answers that cannot be empty: AWS is eventually consistent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PAUSES = (0.1, 0.4)
"""Seconds before each retry; lists catch up within moments."""


def retry_while_empty(ask: Callable[[], T], is_full: Callable[[T], bool] = bool) -> T:
    """Return the first full answer of `ask`, or the last one if none is full."""
    for pause in PAUSES:
        if is_full(found := ask()):
            return found
        time.sleep(pause)
    return ask()
