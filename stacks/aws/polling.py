"""Waiting for something that CloudFormation does in seconds, or in a minute: one look after the other."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

FIRST_LOOK, LAST_LOOK, GROWTH = 0.1, 5.0, 1.6
"""Seconds between two looks: the first, the longest, and the factor between them."""
TOLD_SECONDS = 10.0
"""A wait that takes longer is told."""


def looks(longest: float, what: str) -> Iterator[None]:
    """Look at once, then after pauses that grow, until `longest` seconds are over; a long wait says for what it is."""
    begun, pause, told = time.monotonic(), FIRST_LOOK, False
    yield
    while (left := begun + longest - time.monotonic()) > 0:
        if not told and longest - left > TOLD_SECONDS:
            logger.info("Still waiting for %s, %.0f s at most", what, left)
            told = True
        time.sleep(min(pause, left))
        pause = min(pause * GROWTH, LAST_LOOK)
        yield
