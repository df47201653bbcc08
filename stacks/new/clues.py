"""A value that was found in the app's files, and where: everything that is guessed can be checked by who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Clue(Generic[T]):
    """A value, and the place in a file, or the rule, from which it is."""

    value: T
    why: str
    """A phrase without a full stop, such as `Dockerfile:9 has --port 8000`."""
