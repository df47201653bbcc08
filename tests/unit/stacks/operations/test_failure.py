"""Which failure is the first."""

from __future__ import annotations

import dataclasses
import datetime as dt

from stacks.cloudformation.events import Event
from stacks.operations.failure import Cause, Failure, explain_failure, first_failure
from stacks.operations.service import Stopped

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def event(second: int, path: str, status: str, reason: str = "", kind: str = "AWS::ECS::Service") -> Event:
    """An event of a resource so many seconds after the start."""
    *stack, logical_id = path.split("/")
    return Event(
        id=f"{second}-{path}",
        time=START + dt.timedelta(seconds=second),
        stack=tuple(stack),
        logical_id=logical_id,
        type=kind,
        physical_id="arn:aws:cloudformation:x" if kind == "AWS::CloudFormation::Stack" else path,
        status=status,
        reason=reason,
        is_stack=False,
    )


NESTED = "AWS::CloudFormation::Stack"


def test_the_cause_is_told_and_not_the_cascade() -> None:
    """What was cancelled, and the stacks around it, are not what failed first, whatever order they come in."""
    events = [
        event(9, "Network", "CREATE_FAILED", "Resource creation cancelled", NESTED),
        event(7, "Ecs/Cluster", "CREATE_FAILED", "Resource creation cancelled"),
        event(8, "Ecs", "CREATE_FAILED", "Embedded stack arn:x was not successfully created", NESTED),
        event(6, "Ecs/Service", "CREATE_FAILED", "Circuit breaker was triggered"),
        event(1, "Ecs/Service", "CREATE_IN_PROGRESS"),
    ]
    assert first_failure(events) == Failure(
        path="Ecs/Service", type="AWS::ECS::Service", status="CREATE_FAILED", reason="Circuit breaker was triggered"
    )


def test_of_two_causes_the_earlier_is_told() -> None:
    """By CloudFormation's clock, not by the order of reading."""
    found = first_failure([event(5, "Iam/B", "CREATE_FAILED", "later"), event(4, "Ecr/A", "CREATE_FAILED", "earlier")])
    assert found is not None
    assert (found.path, found.reason) == ("Ecr/A", "earlier")


def test_a_child_that_could_not_even_start_is_the_cause() -> None:
    """Its parent's reason is then the only one."""
    found = first_failure([event(3, "Ecs", "CREATE_FAILED", "Template format error", NESTED)])
    assert found is not None
    assert (found.path, found.reason) == ("Ecs", "Template format error")


def test_without_a_failure_there_is_none() -> None:
    """A deletion that skips what is retained has not failed."""
    assert first_failure([event(1, "Ecr/Repository", "DELETE_SKIPPED")]) is None


def test_what_was_cancelled_on_request_is_told_as_such() -> None:
    """Not the resource that happened to be in progress."""
    asked = dataclasses.replace(
        event(5, "preto-2-prod", "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated", NESTED), is_stack=True
    )
    events = [event(4, "Ecs/Service", "UPDATE_FAILED", "Resource update cancelled"), asked]
    found = first_failure(events)
    assert found is not None
    assert (found.path, found.reason) == ("preto-2-prod", "User Initiated")
    cause = event(3, "Ecs/Cluster", "UPDATE_FAILED", "no such thing")
    assert first_failure([*events, cause]) == Failure(
        path="Ecs/Cluster", type="AWS::ECS::Service", status="UPDATE_FAILED", reason="no such thing"
    )


CAUSE = Cause(
    path="Ecs/Service",
    status="UPDATE_IN_PROGRESS",
    stopped=Stopped(reason="CannotPullContainerError: not found", container="web", exit_code=None, count=1),
    by="--fail-fast 2",
)


def test_what_was_cancelled_because_of_tasks_is_told_as_their_failure() -> None:
    """Of an update, and of a creation, whose stack is deleted."""
    for status, reason in (("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"), ("DELETE_IN_PROGRESS", "")):
        asked = dataclasses.replace(event(5, "preto-2-prod", status, reason, NESTED), is_stack=True)
        found = explain_failure(first_failure([asked]), CAUSE)
        assert found is not None
        assert (found.path, found.reason) == ("Ecs/Service", "CannotPullContainerError: not found")
        assert found.cancelled_for == CAUSE


def test_a_real_failure_comes_before_what_it_was_to_be_cancelled_for() -> None:
    """Where the circuit breaker was quicker than the cancelling, or something else had failed before."""
    broken = first_failure([event(3, "Ecs/Cluster", "UPDATE_FAILED", "no such thing")])
    assert explain_failure(broken, CAUSE) == broken
    assert explain_failure(None, CAUSE) is None
