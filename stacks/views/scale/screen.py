"""A replay on standard output: as wide as the terminal, with its colours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stacks.views import styled
from stacks.views.scale.words import lines

if TYPE_CHECKING:
    from stacks.scale.comparison import Comparison


def screen(found: Comparison) -> str:
    """Return the whole for standard output."""
    return styled.shown(lambda width: lines(found, width), sys.stdout)
