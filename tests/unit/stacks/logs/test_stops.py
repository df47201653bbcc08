"""Which stops of tasks are failures, and which container is to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.session import get_session

from stacks.logs import stops

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

CODES = get_session().get_service_model("ecs").shape_for("TaskStopCode").enum  # type: ignore[attr-defined]  # a string's shape has it
FAILURES = {"TaskFailedToStart", "EssentialContainerExited"}


def task(**about: Any) -> TaskTypeDef:
    """A stopped task of which this is known."""
    return cast("TaskTypeDef", about)


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_ecs_is_a_failure_or_not(code: str) -> None:
    """Whatever botocore knows: what ended by itself, or did not start, is one."""
    assert stops.is_failure(task(stopCode=code, stoppedReason="in words")) == (code in FAILURES)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:...)", True),
        ("Task failed container health checks", True),
        ("Scaling activity initiated by (deployment ecs-svc/1)", False),
        ("Service scaling down", False),
        ("Availability Zone rebalancing initiated by (deployment ecs-svc/1)", False),
    ],
)
def test_what_the_service_itself_stops_is_a_failure_only_where_it_was_ill(reason: str, expected: object) -> None:
    """It has one code for both."""
    assert stops.is_failure(task(stopCode="ServiceSchedulerInitiated", stoppedReason=reason)) is expected


def test_without_a_code_the_reason_decides() -> None:
    """As with emulators, and with tasks of which ECS has told no code yet."""
    assert not stops.is_failure(task(stoppedReason="Task definition updated"))
    assert stops.is_failure(task(stoppedReason="Essential container in task exited"))


@pytest.mark.parametrize(
    ("containers", "essential", "expected"),
    [
        ([("init", 1, ""), ("app", 3, "")], {"app"}, "app"),
        ([("app", 0, ""), ("proxy", 143, "")], {"app", "proxy"}, "app"),
        ([("proxy", 137, ""), ("app", 1, "")], {"app", "proxy"}, "app"),
        ([("proxy", 143, ""), ("app", 137, "OutOfMemoryError: Container killed")], {"app", "proxy"}, "app"),
        ([("app", None, "CannotPullContainerError: ..."), ("proxy", None, "")], {"app", "proxy"}, "app"),
        ([("first", 1, ""), ("second", 2, "")], set(), "first"),
    ],
)
def test_an_essential_container_that_ended_by_itself_is_to_blame(
    containers: list[tuple[str, int | None, str]], essential: set[str], expected: str
) -> None:
    """Not one that may end, nor one that was told to when the other had."""
    found = [
        {"name": name} | ({} if code is None else {"exitCode": code}) | ({"reason": reason} if reason else {})
        for name, code, reason in containers
    ]
    assert stops.culprit(task(containers=found), essential).get("name") == expected


def test_a_task_without_containers_has_none_to_blame() -> None:
    """It never came so far."""
    assert stops.culprit(task(), set()) == {}
