"""Numbers with what they count: one of it, or several."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 task`, `2 tasks`, `0 tasks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
