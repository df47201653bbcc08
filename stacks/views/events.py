"""Events as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.cloudformation.events import Event, OnEvent

PATH, STATUS = 36, 20


def printer(write: Callable[[str], None]) -> OnEvent:
    """Write a line for each change of a status; what a child says of itself is left to its parent, who says it, too."""
    statuses: dict[str, str] = {}

    def on_event(event: Event) -> None:
        said_by_parent = event.is_stack and not event.is_root
        if not said_by_parent and statuses.get(event.path) != event.status:
            statuses[event.path] = event.status
            write(line(event))

    return on_event


def line(event: Event) -> str:
    """Return the time (of this machine's zone), what, its status, and why, or else what type of thing it is."""
    about = event.reason if event.reason and event.is_final else event.type
    return f"{event.time.astimezone():%H:%M:%S}  {event.path:<{PATH}}  {event.status:<{STATUS}}  {about}"
