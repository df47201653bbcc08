"""An operation while it is under way: as a live tree, as lines, as JSON events, or not at all."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol, Self

from stacks.views.live.lines import Lines
from stacks.views.live.screen import Screen
from stacks.views.live.silent import Silent
from stacks.views.live.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.cloudformation.events import Event
    from stacks.operations.service import Service
    from stacks.views.live.silent import Learnt

DUMB = frozenset({"", "dumb", "unknown"})
"""Values of TERM for terminals on which the cursor cannot be moved."""


class View(Protocol):
    """A view of an operation; between `__enter__` and `__exit__` the terminal may be in use."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def expect(self, planned: Iterable[tuple[tuple[str, ...], str]], learnt: Learnt | None = None) -> None:
        """Take in what is going to change: paths of logical ids from the root, and types.

        `learnt` are the seconds of paths and actions in earlier operations on this stack.
        """

    def event(self, event: Event) -> None:
        """Show an event."""

    def service(self, path: str, service: Service) -> None:
        """Show how a service is getting on; `path` is that of its resource."""

    def say(self, text: str) -> None:
        """Show a message that stays."""

    def pause(self) -> None:
        """Leave the terminal alone: something is asked."""

    def resume(self) -> None:
        """Go on after a pause."""


def choose(*, quiet: bool, as_json: bool) -> View:
    """Return the view for this command and this terminal."""
    if as_json:
        return Stream()
    if quiet:
        return Silent()
    if not is_live():
        return Lines()
    return Screen()


def is_live() -> bool:
    """Whether standard error is a terminal on which a tree can be redrawn, and nobody has asked for plain text."""
    plain = any(os.environ.get(name) for name in ("CI", "NO_COLOR"))
    return sys.stderr.isatty() and not plain and os.environ.get("TERM", "") not in DUMB
