"""All parts of the extension, in the order in which they are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stacks.sandbox.server import Options


class Part(Protocol):
    """One thing that is added or mended."""

    HOOKS: tuple[str, ...]

    def install(self, options: Options) -> None:
        """Change ministack in this process."""


PARTS: tuple[Part, ...] = ()
