"""`--quiet`: only messages that ask for something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.cloudformation.events import Event
    from stacks.operations.service import Service

    Learnt = Mapping[tuple[str, str], float]


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was in use."""

    def expect(self, planned: Iterable[tuple[tuple[str, ...], str]], learnt: Learnt | None = None) -> None:
        """Show nothing."""

    def event(self, event: Event) -> None:
        """Show nothing."""

    def service(self, path: str, service: Service) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Show nothing."""

    def pause(self) -> None:
        """The terminal is not in use."""

    def resume(self) -> None:
        """The terminal is not in use."""
