"""Polling, for what CloudFormation does in seconds or in a minute."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.1, 5.0, 1.6
"""Seconds between two attempts: the first pause, the longest, and the factor by which they grow."""
LOG_SECONDS = 10.0
"""Seconds after which a wait is logged."""


def poll(longest: float, what: str) -> Iterator[None]:
    """Yield at once, then after growing pauses until `longest` seconds are over; log what a long wait is for."""
    begun, pause, logged = time.monotonic(), FIRST_PAUSE, False
    yield
    while (left := begun + longest - time.monotonic()) > 0:
        if not logged and longest - left > LOG_SECONDS:
            logger.info("Still waiting for %s, %.0f s at most", what, left)
            logged = True
        time.sleep(min(pause, left))
        pause = min(pause * GROWTH, LONGEST_PAUSE)
        yield
