"""Lines of styled pieces in the terminal: with colour where it is one, as plain lines otherwise."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from typing import TextIO, TypeAlias

from rich.style import Style

Piece: TypeAlias = tuple[str, str]
"""A text and its style, in rich's words; "" is none."""
Line: TypeAlias = list[Piece]
Lines: TypeAlias = Callable[[int], Iterable[Line]]
"""Makes the lines, at most so many columns wide (0: nothing is shortened)."""


def plain(lines: Iterable[Line]) -> str:
    """Return the lines without colour."""
    return "\n".join("".join(piece for piece, _ in line).rstrip() for line in lines)


def coloured(lines: Iterable[Line]) -> str:
    """Return the lines with the escape sequences of colours that every terminal has."""

    def painted(piece: str, style: str) -> str:
        return Style.parse(style).render(piece) if style and piece else piece

    return "\n".join("".join(painted(*piece) for piece in line) for line in lines)


def shown(lines: Lines, stream: TextIO) -> str:
    """Return the lines in this stream's width and colours; NO_COLOR and TERM=dumb turn colours off."""
    if not stream.isatty():
        return plain(lines(0))
    width = shutil.get_terminal_size().columns
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return plain(lines(width))
    return coloured(lines(width))
