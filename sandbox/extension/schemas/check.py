"""The functions into which a JSON schema is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Untyped

Check: TypeAlias = "Callable[[Untyped, str, list[str]], None]"
"""Validate a value, at a path like `#/Tags/0`, and add the problems to the list."""
Compile: TypeAlias = "Callable[[Record], Check]"
