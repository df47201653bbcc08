"""What events tell of how long things took, and which of them decided when the operation ended."""

from __future__ import annotations

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from stacks.cloudformation.events import Event
from stacks.cloudformation.spans import REPLACES, Span, critical_path, slowest_spans, spans_of

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
STACK = "AWS::CloudFormation::Stack"


def event(second: float, path: str, status: str, reason: str = "", *, kind: str = "AWS::ECS::Service") -> Event:
    """An event so many seconds after noon; the path "" is the root stack itself."""
    *stack, logical_id = path.split("/")
    return Event(
        id=f"{path}-{second}-{status}",
        time=NOON + dt.timedelta(seconds=second),
        stack=tuple(stack),
        logical_id=logical_id or "preto-2-prod",
        type=kind if path else STACK,
        physical_id="arn",
        status=status,
        reason=reason,
        is_stack=not path,
    )


def resource(path: str, start: float, end: float, action: str = "create") -> Span:
    """A resource to which this was done between these seconds."""
    times = (NOON + dt.timedelta(seconds=second) for second in (start, end))
    begin, finish = times
    return Span(
        path=path,
        type="T",
        action=action,
        start=begin,
        end=finish,
        status=f"{action.upper()}_COMPLETE",
        reason="",
        is_stack=False,
    )


def told(*events: Event) -> list[tuple[str, str, float, str]]:
    """Path, action, seconds and last status of each span."""
    return [(span.path, span.action, span.seconds, span.status) for span in spans_of(events)]


def test_a_resource_takes_from_its_first_event_to_its_last() -> None:
    """Also when it says twice that it is in progress; the root has a span of its own, as nested stacks have."""
    assert told(
        event(0, "", "CREATE_IN_PROGRESS"),
        event(1, "Ecs", "CREATE_IN_PROGRESS", kind=STACK),
        event(2, "Ecs/Service", "CREATE_IN_PROGRESS"),
        event(3, "Ecs/Service", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        event(9, "Ecs/Service", "CREATE_COMPLETE"),
        event(10, "Ecs", "CREATE_COMPLETE", kind=STACK),
        event(11, "", "CREATE_COMPLETE"),
    ) == [
        ("preto-2-prod", "create", 11, "CREATE_COMPLETE"),
        ("Ecs", "create", 9, "CREATE_COMPLETE"),
        ("Ecs/Service", "create", 7, "CREATE_COMPLETE"),
    ]


def test_a_replacement_is_told_from_an_update_and_the_old_one_goes_later() -> None:
    """CloudFormation says it by a reason; the deletion in the cleanup is a span of its own."""
    assert told(
        event(0, "", "UPDATE_IN_PROGRESS"),
        event(1, "Task", "UPDATE_IN_PROGRESS", f"{REPLACES}; hence creating one."),
        event(3, "Task", "UPDATE_COMPLETE"),
        event(4, "", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        event(5, "Task", "DELETE_IN_PROGRESS"),
        event(6, "Task", "DELETE_COMPLETE"),
        event(7, "", "UPDATE_COMPLETE"),
    ) == [
        ("preto-2-prod", "update", 4, "UPDATE_IN_PROGRESS"),
        ("Task", "replace", 2, "UPDATE_COMPLETE"),
        ("preto-2-prod", "update_complete_cleanup", 3, "UPDATE_COMPLETE"),
        ("Task", "delete", 1, "DELETE_COMPLETE"),
    ]


def test_a_failure_keeps_its_reason_and_what_is_undone_comes_after_it() -> None:
    """The deletion in the rollback is no part of the creation that failed."""
    events = [
        event(0, "", "CREATE_IN_PROGRESS"),
        event(1, "Role", "CREATE_IN_PROGRESS"),
        event(2, "Role", "CREATE_FAILED", "no such policy"),
        event(3, "", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Role]."),
        event(4, "Role", "DELETE_IN_PROGRESS"),
        event(5, "Role", "DELETE_COMPLETE"),
        event(6, "", "ROLLBACK_COMPLETE"),
    ]
    failed = [span for span in spans_of(events) if span.failed]
    assert [(span.path, span.reason, span.seconds) for span in failed] == [("Role", "no such policy", 1)]
    assert [span[:3] for span in told(*events)] == [
        ("preto-2-prod", "create", 3),
        ("Role", "create", 1),
        ("preto-2-prod", "rollback", 3),
        ("Role", "delete", 1),
    ]


def test_what_never_came_to_rest_ends_with_the_last_event() -> None:
    """It neither succeeded nor failed."""
    (span,) = (
        span
        for span in spans_of([event(0, "A", "CREATE_IN_PROGRESS"), event(8, "", "UPDATE_FAILED")])
        if span.path == "A"
    )
    assert (span.seconds, span.succeeded, span.failed) == (8, False, False)


def test_the_critical_path_is_the_chain_that_ended_last() -> None:
    """The service waited for the load balancer, which waited for the VPC; the role was ready long before."""
    took = [resource("Vpc", 0, 12), resource("Role", 0, 17), resource("Lb", 12, 128), resource("Service", 128, 247)]
    assert [span.path for span in critical_path(took)] == ["Vpc", "Lb", "Service"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1))
def test_a_critical_path_never_overlaps_and_ends_with_the_last(times: list[tuple[int, int]]) -> None:
    """Whatever the times, resources without duration among them; so it is at most as long as the operation."""
    took = [resource(f"R{at}", start, start + length) for at, (start, length) in enumerate(times)]
    chain = critical_path(took)
    assert chain[-1].end == max(span.end for span in took)
    assert all(before.end <= after.start for before, after in itertools.pairwise(chain))


def test_nothing_took_no_time() -> None:
    """No events, no spans, no path."""
    assert (spans_of([]), critical_path([]), list(slowest_spans([], 5))) == ((), (), [])
