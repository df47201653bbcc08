"""What `logs` writes: events to standard output, tasks that come and go, and remarks, to standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli.reporting import progress
from stacks.logs.events import LogEvent
from stacks.views import logs as view
from stacks.views import styled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.cli.arguments import Options
    from stacks.logs.tasks import TaskChange


class LogScreen:
    """Shows events and tasks as text, or with `--json` as one object a line. `container` is the app's."""

    def __init__(self, options: Options, container: str) -> None:
        self._json = options.json
        self._quiet = options.quiet
        self._lines = view.LogLines(container)
        self.say = progress(options)

    def show(self, it: LogEvent | TaskChange) -> None:
        """Show one at once, so that what reads a pipe has it."""
        if isinstance(it, LogEvent):
            self.event(it)
            sys.stdout.flush()
        else:
            self._change(it)

    def events(self, found: Iterable[LogEvent], newer_than: int) -> tuple[int, list[LogEvent]]:
        """Show many; return how many they were, and those that were written after a time."""
        count, newest = 0, []
        for it in found:
            self.event(it)
            count += 1
            if it.time >= newer_than:
                newest.append(it)
        return count, newest

    def event(self, event: LogEvent) -> None:
        """Write an event to standard output."""
        if self._json:
            terminal.line_document(view.event_document(event))
        else:
            terminal.verbatim(styled.shown(lambda width: self._lines.lines(event, width), sys.stdout))

    def _change(self, change: TaskChange) -> None:
        if self._json and not self._quiet:
            terminal.event("task", **view.change_document(change))
        elif not self._quiet:
            lines = view.change_lines(change, self._lines.colour(change.task))
            terminal.message(styled.shown(lambda _: lines, sys.stderr))
