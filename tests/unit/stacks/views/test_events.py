"""Events as lines."""

from __future__ import annotations

import datetime as dt

from stacks.cloudformation.events import Event
from stacks.views import events as view

NOON = dt.datetime(2026, 11, 1, 12, 3, 4).astimezone()


def event(
    path: str, status: str, reason: str = "", kind: str = "AWS::ECS::Service", *, is_stack: bool = False
) -> Event:
    """An event of a resource, at noon where the reader is."""
    *stack, logical_id = path.split("/")
    return Event(
        id="1",
        time=NOON.astimezone(dt.UTC),
        stack=tuple(stack),
        logical_id=logical_id,
        type=kind,
        physical_id="x",
        status=status,
        reason=reason,
        is_stack=is_stack,
    )


def test_a_line_has_the_readers_time_the_path_and_the_status() -> None:
    """In columns."""
    line = view.line(event("Network/LoadBalancer", "CREATE_IN_PROGRESS"))
    assert line.split() == ["12:03:04", "Network/LoadBalancer", "CREATE_IN_PROGRESS", "AWS::ECS::Service"]
    assert line.index("CREATE") == view.line(event("Ecs", "CREATE_FAILED")).index("CREATE")


def test_a_failure_shows_its_reason() -> None:
    """Instead of the type."""
    assert view.line(event("Ecs/Service", "CREATE_FAILED", "the image is gone")).endswith("the image is gone")


def test_a_status_is_shown_once() -> None:
    """CloudFormation repeats one with a physical id; a child repeats what its parent says of it."""
    lines: list[str] = []
    tell = view.printer(lines.append)
    tell(event("preto-2-prod", "CREATE_IN_PROGRESS", is_stack=True))
    tell(event("Ecs", "CREATE_IN_PROGRESS"))
    tell(event("Ecs", "CREATE_IN_PROGRESS", "Resource creation Initiated"))
    tell(event("Ecs/preto-2-prod-Ecs-1", "CREATE_IN_PROGRESS", is_stack=True))
    tell(event("Ecs", "CREATE_COMPLETE"))
    assert [line.split()[1:3] for line in lines] == [
        ["preto-2-prod", "CREATE_IN_PROGRESS"],
        ["Ecs", "CREATE_IN_PROGRESS"],
        ["Ecs", "CREATE_COMPLETE"],
    ]
