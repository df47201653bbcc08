"""A line for each thing that happens: for files, CI and terminals that cannot do more."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.views import events
from stacks.views import service as view
from stacks.views.live.silent import Silent

if TYPE_CHECKING:
    from stacks.cloudformation.events import Event
    from stacks.operations.service import Service


class Lines(Silent):
    """Writes to standard error."""

    def __init__(self) -> None:
        self._tell = events.printer(terminal.message)
        self._counts: dict[str, str] = {}
        self._reasons: set[tuple[str, str]] = set()

    def event(self, event: Event) -> None:
        """Write a line for each change of a status."""
        self._tell(event)

    def service(self, path: str, service: Service) -> None:
        """Write a line when the number of tasks changes, and each reason for which tasks stop once."""
        counts = view.counts(service)
        if self._counts.get(path) != counts:
            self._counts[path] = counts
            terminal.message(f"{dt.datetime.now().astimezone():%H:%M:%S}  {path:<{events.PATH}}  {counts}")
        for stopped in service.stopped:
            if (path, stopped.reason) not in self._reasons:
                self._reasons.add((path, stopped.reason))
                for line in view.reason(stopped):
                    terminal.message(f"          {line}")

    def say(self, text: str) -> None:
        """Write it."""
        terminal.message(text)
