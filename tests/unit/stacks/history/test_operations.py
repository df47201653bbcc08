"""Operations from the events of a stack: where each begins and ends, how, and with which task definition."""

from __future__ import annotations

import datetime as dt

import pytest

from stacks.cloudformation.events import Event
from stacks.history.operations import DEFINITION, Outcome, grouped, operation
from stacks.history.reading import BY_ECS, DeployedImage, Deployment, merge
from stacks.history.rollouts import Rollout

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/p/1"


def at(minute: float) -> dt.datetime:
    """Return a time."""
    return NOW + dt.timedelta(minutes=minute)


def root(minute: float, status: str, reason: str = "", token: str = "") -> Event:
    """Return an event of the root itself."""
    return Event(
        id=f"{minute}{status}", time=at(minute), stack=(), logical_id="p", type="AWS::CloudFormation::Stack",
        physical_id=STACK, status=status, reason=reason, is_stack=True, token=token,
    )  # fmt: skip


def inner(minute: float, kind: str, status: str, physical_id: str, reason: str = "") -> Event:
    """Return an event of a resource of the service's stack."""
    return Event(
        id=f"{minute}{status}{physical_id}", time=at(minute), stack=("Ecs",), logical_id=kind.rpartition(":")[2],
        type=kind, physical_id=physical_id, status=status, reason=reason, is_stack=False,
    )  # fmt: skip


BACK = "UPDATE_ROLLBACK_IN_PROGRESS UPDATE_ROLLBACK_COMPLETE"


@pytest.mark.parametrize(
    ("statuses", "kind", "outcome"),
    [
        ("CREATE_IN_PROGRESS CREATE_COMPLETE", "create", Outcome.SUCCEEDED),
        ("UPDATE_IN_PROGRESS UPDATE_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_COMPLETE", "update", Outcome.SUCCEEDED),
        ("UPDATE_IN_PROGRESS UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "update", Outcome.RUNNING),
        (f"UPDATE_IN_PROGRESS {BACK}", "update", Outcome.ROLLED_BACK),
        (
            f"UPDATE_IN_PROGRESS UPDATE_ROLLBACK_IN_PROGRESS UPDATE_ROLLBACK_FAILED {BACK}",
            "update",
            Outcome.ROLLED_BACK,
        ),
        ("CREATE_IN_PROGRESS ROLLBACK_IN_PROGRESS ROLLBACK_FAILED", "create", Outcome.FAILED),
        ("IMPORT_IN_PROGRESS IMPORT_COMPLETE", "import", Outcome.SUCCEEDED),
        ("DELETE_IN_PROGRESS DELETE_COMPLETE", "destroy", Outcome.SUCCEEDED),
        ("DELETE_IN_PROGRESS DELETE_FAILED", "destroy", Outcome.FAILED),
    ],
)
def test_how_an_operation_ended_is_cloudformations_word(statuses: str, kind: str, outcome: Outcome) -> None:
    """One operation each, also where a rollback failed and was gone on with; a review before it is none."""
    events = [root(minute, status) for minute, status in enumerate(statuses.split())]
    (group,) = grouped([*events[::-1], root(-1, "REVIEW_IN_PROGRESS")])
    found = operation(group, [])
    assert (found.kind, found.outcome, found.began) == (kind, outcome, at(0))
    assert (found.ended is None) == (outcome is Outcome.RUNNING)


def test_an_update_that_somebody_has_cancelled_is_cancelled() -> None:
    """CloudFormation says so of the rollback; of the update it says it as well, where a call has begun it."""
    asked = "User Initiated"
    events = [
        root(0, "UPDATE_IN_PROGRESS", asked),
        root(1, "UPDATE_ROLLBACK_IN_PROGRESS", asked),
        root(2, "UPDATE_ROLLBACK_COMPLETE"),
    ]
    assert operation(events, []).outcome is Outcome.CANCELLED


def test_the_image_and_the_reason_are_those_of_its_own_time() -> None:
    """What the nested stack has done before and after is another operation's; a rollback names the old one again."""
    first = [root(0, "UPDATE_IN_PROGRESS"), root(2, "UPDATE_COMPLETE")]
    second = [
        root(5, "UPDATE_IN_PROGRESS", "", "deploy-1"),
        root(7, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Ecs]."),
        root(9, "UPDATE_ROLLBACK_COMPLETE"),
    ]
    service = "AWS::ECS::Service"
    inside = [
        inner(1, DEFINITION, "UPDATE_COMPLETE", "d:1"),
        inner(6, DEFINITION, "UPDATE_COMPLETE", "d:2"),
        inner(6.5, service, "UPDATE_FAILED", "s", "the breaker has opened"),
        inner(8, DEFINITION, "UPDATE_COMPLETE", "d:1"),
        inner(8.5, DEFINITION, "DELETE_COMPLETE", "d:2"),
    ]
    newest, oldest = (operation(group, inside) for group in grouped([*second[::-1], *first[::-1]]))
    assert (newest.definition, newest.reason, newest.token) == (
        "d:2",
        "Ecs/Service: the breaker has opened",
        "deploy-1",
    )
    assert (oldest.definition, oldest.reason, oldest.outcome) == ("d:1", "", Outcome.SUCCEEDED)


def rollout(minute: float, definition: str, outcome: Outcome, reason: str = "") -> Rollout:
    """Return a deployment by ECS."""
    ended = at(minute + 1)
    return Rollout(
        began=at(minute), ended=ended, outcome=outcome, reason=reason, definition=definition, image="", digest=""
    )


def test_ecs_is_believed_where_it_knows_better() -> None:
    """A rollback that CloudFormation calls a success is one; what nobody did through the stack has its own row."""
    updates = [[root(start, "UPDATE_IN_PROGRESS"), root(start + 2, "UPDATE_COMPLETE")] for start in (10, 0)]
    made = [inner(1, DEFINITION, "UPDATE_COMPLETE", "d:1"), inner(11, DEFINITION, "UPDATE_COMPLETE", "d:2")]
    operations = [operation(events, made) for events in updates]
    rollouts = [
        rollout(20, "d:1", Outcome.SUCCEEDED),
        rollout(11.5, "d:2", Outcome.ROLLED_BACK, "tasks failed to start"),
        rollout(1.5, "d:1", Outcome.SUCCEEDED),
    ]
    images = {f"d:{it}": DeployedImage(uri=f"r:v{it}", digest="", definition=f"d:{it}") for it in (1, 2)}
    found = merge(operations, rollouts, images)

    def shown(it: Deployment) -> tuple[str, Outcome, str, str]:
        return it.kind, it.outcome, it.image.tag if it.image else "", it.reason

    assert [shown(it) for it in found] == [
        (BY_ECS, Outcome.SUCCEEDED, "v1", ""),
        ("update", Outcome.ROLLED_BACK, "v2", "tasks failed to start"),
        ("update", Outcome.SUCCEEDED, "v1", ""),
    ]
    assert [it.is_new_image for it in found] == [False, True, True]
