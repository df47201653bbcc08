"""`--json`: one JSON object a line on standard error, while standard output stays one document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.views import service as view
from stacks.views.live.silent import Silent

if TYPE_CHECKING:
    from stacks.cloudformation.events import Event
    from stacks.operations.service import Service


class Stream(Silent):
    """Writes objects whose `type` is `event`, `service` or `message`; other keys may be added to them."""

    def event(self, event: Event) -> None:
        """Write every event of CloudFormation, none left out."""
        terminal.event(
            "event",
            id=event.id,
            time=event.time.isoformat(),
            path=event.path,
            resource_type=event.type,
            physical_id=event.physical_id or None,
            status=event.status,
            reason=event.reason or None,
        )

    def service(self, path: str, service: Service) -> None:
        """Write how many tasks there are, and why others stopped."""
        terminal.event("service", path=path, **view.document(service))

    def say(self, text: str) -> None:
        """Write a message."""
        terminal.remark(text)
