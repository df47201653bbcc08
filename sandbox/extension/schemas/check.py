"""What a keyword of a JSON schema is made into."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Untyped

Check: TypeAlias = "Callable[[Untyped, str, list[str]], None]"
"""Look at a value, at a place like `#/Tags/0`, and add what is wrong with it to the list."""
Compile: TypeAlias = "Callable[[Record], Check]"
