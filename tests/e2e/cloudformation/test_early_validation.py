"""What CloudFormation's own validation of a change set says; the embedded AWS has none, so a server in between does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from tests.support import faults

if TYPE_CHECKING:
    from tests.support.world import World

REASON = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. "
    "To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."
)
FAILED = f"""<DescribeChangeSetResponse><DescribeChangeSetResult>
<ChangeSetName>plan</ChangeSetName><ChangeSetId>arn:aws:cloudformation:ap-northeast-2:1:changeSet/plan/1</ChangeSetId>
<StackId>arn:aws:cloudformation:ap-northeast-2:1:stack/preto-2-prod/1</StackId><StackName>preto-2-prod</StackName>
<Status>FAILED</Status><StatusReason>{REASON}</StatusReason>
</DescribeChangeSetResult></DescribeChangeSetResponse>"""


def event(resource: str, mode: str, reason: str) -> str:
    """One result of the validation."""
    return (
        f"<member><EventType>VALIDATION_ERROR</EventType><LogicalResourceId>{resource}</LogicalResourceId>"
        f"<ValidationName>NAME_CONFLICT_VALIDATION</ValidationName><ValidationFailureMode>{mode}</ValidationFailureMode>"
        f"<ValidationStatusReason>{reason}</ValidationStatusReason></member>"
    )


EVENTS = "".join([
    event("LoadBalancer", "FAIL", "Resource with identifier a already exists."),
    event("TargetGroup", "FAIL", "Resource with identifier b already exists."),
    event("Repository", "WARN", "It is not empty."),
])  # fmt: skip
FOUND = (
    "<DescribeEventsResponse><DescribeEventsResult>"
    f"<OperationEvents>{EVENTS}</OperationEvents></DescribeEventsResult></DescribeEventsResponse>"
)


def refused(world: World, events: faults.Fault) -> str:
    """What a plan says whose change set has failed in the validation."""
    asked: list[str] = []

    def answer(action: str) -> faults.Fault | None:
        asked.append(action)
        if action == "DescribeEvents":
            return events
        return (200, FAILED) if action == "DescribeChangeSet" and "DescribeEvents" not in asked else None

    with (
        world.behind(answer, attempts=1) as there,
        pytest.raises(UserError, match="change set of preto-2-prod") as error,
    ):
        there.plan()
    return error.value.why


def test_everything_that_it_has_found_is_told(world: World) -> None:
    """CloudFormation's own reason is only that there was something; warnings do not fail a change set."""
    why = refused(world, (200, FOUND))
    assert why == (
        "LoadBalancer: Resource with identifier a already exists; "
        "TargetGroup: Resource with identifier b already exists"
    )


def test_who_may_not_read_it_is_told_so(world: World) -> None:
    """The reason stays, and the right that shows more is named."""
    why = refused(world, (403, faults.refusal("AccessDenied", "no")))
    assert re.search(r"ResourceExistenceCheck.*cloudformation:DescribeEvents", why)


def test_a_reason_that_cannot_be_looked_up_stays(world: World) -> None:
    """Whatever keeps the events from being read does not take the place of what went wrong."""
    why = refused(world, (400, faults.refusal("ValidationError", "no such change set")))
    assert re.search(r"ResourceExistenceCheck.*\(DescribeEvents: no such change set\)", why)
