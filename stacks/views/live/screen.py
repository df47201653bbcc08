"""The live tree on a terminal: redrawn while time passes, and left as it is at the end."""

from __future__ import annotations

import datetime as dt
from threading import RLock
from typing import TYPE_CHECKING, Self

from rich.console import Console, Group
from rich.live import Live

from stacks import terminal
from stacks.views.live.rows import Page, rows
from stacks.views.live.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import ConsoleOptions, RenderResult

    from stacks.cloudformation.events import Event
    from stacks.operations.service import Service
    from stacks.views.live.silent import Learnt

REDRAWN = 4
"""Times a second: often enough for the stopwatches, which count seconds, to move evenly."""


class Picture:
    """The tree as rich draws it, at the size of the terminal and the time of the moment."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._lock = RLock()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with self._lock:
            page = Page(
                now=self._tree.now(dt.datetime.now(dt.UTC)),
                width=options.max_width,
                height=max(3, console.size.height - 1),
                ascii_only=options.ascii_only,
            )
            lines = rows(self._tree.root, page)
        yield Group(*lines)

    @property
    def lock(self) -> RLock:
        """Held while the tree changes or is drawn: rich draws from a thread of its own."""
        return self._lock


class Screen:
    """Draws on standard error, from the first event on."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._picture = Picture(self._tree)
        self._console = Console(stderr=True)
        self._live = self._made()

    def _made(self) -> Live:
        return Live(
            self._picture,
            console=self._console,
            refresh_per_second=REDRAWN,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def expect(self, planned: Iterable[tuple[tuple[str, ...], str]], learnt: Learnt | None = None) -> None:
        """Show what will change as waiting; `learnt` has the seconds that it took before, where known."""
        with self._picture.lock:
            self._tree.expect(planned, learnt)

    def event(self, event: Event) -> None:
        """Take an event into the tree."""
        with self._picture.lock:
            self._tree.event(event, dt.datetime.now(dt.UTC))
        self._live.start(refresh=True)

    def service(self, path: str, service: Service) -> None:
        """Show it below its resource."""
        with self._picture.lock:
            self._tree.service(path, service)

    def say(self, text: str) -> None:
        """Write it above the tree."""
        self._console.print(terminal.spelt(text), markup=False, highlight=False, soft_wrap=True)

    def pause(self) -> None:
        """Leave the tree where it is."""
        self._live.stop()

    def resume(self) -> None:
        """Draw it anew, below what was written meanwhile."""
        self._live = self._made()
        self._live.start(refresh=True)
