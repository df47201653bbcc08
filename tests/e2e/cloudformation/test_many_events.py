"""Watching an operation of which thousands of events come."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.operations.follow import StackFollower
from tests.support import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.cloudformation.events import Event
    from tests.support.world import World

ROOT = "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/preto-2-prod/1"
START = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
MANY, FIRST, PAGE = 3001, 1500, 100


def event(number: int) -> str:
    """The event of this number; the root's own are the first and the last."""
    ends = number in {0, MANY - 1}
    return (
        f"<member><EventId>e{number}</EventId><StackId>{ROOT}</StackId><StackName>preto-2-prod</StackName>"
        f"<LogicalResourceId>{'preto-2-prod' if ends else f'Resource{number}'}</LogicalResourceId>"
        f"<PhysicalResourceId>{ROOT if ends else f'r{number}'}</PhysicalResourceId>"
        f"<ResourceType>{'AWS::CloudFormation::Stack' if ends else 'AWS::Logs::LogGroup'}</ResourceType>"
        f"<ResourceStatus>{'UPDATE_COMPLETE' if number == MANY - 1 else 'UPDATE_IN_PROGRESS'}</ResourceStatus>"
        f"<Timestamp>{(START + dt.timedelta(milliseconds=number)).isoformat()}</Timestamp></member>"
    )


def pages(first: int, last: int) -> Iterator[str]:
    """The events from `last` back to `first`, as CloudFormation answers them: newest first, a hundred at a time."""
    numbers = list(range(last, first - 1, -1))
    for at in range(0, len(numbers), PAGE):
        more = f"<NextToken>t{at}</NextToken>" if at + PAGE < len(numbers) else ""
        events = "".join(map(event, numbers[at : at + PAGE]))
        result = f"<DescribeStackEventsResult><StackEvents>{events}</StackEvents>{more}</DescribeStackEventsResult>"
        yield f"<DescribeStackEventsResponse>{result}</DescribeStackEventsResponse>"


def test_thousands_of_events_are_told_once_each_and_in_order(empty: World) -> None:
    """More than come on one page, and more while the others are being read: none is lost, none comes twice."""

    def answers() -> Iterator[str]:
        yield from pages(-1, -1)
        yield from pages(-1, FIRST - 1)
        yield from pages(FIRST - PAGE, MANY - 1)

    replies = answers()
    told: list[Event] = []
    with (
        faults.server(lambda _: (200, next(replies))) as url,
        closing(replace(empty.aws, endpoint_url=url)) as aws,
    ):
        operation = StackFollower(aws, ROOT).follow(told.append)
    assert operation.state == "UPDATE_COMPLETE"
    assert [it.id for it in told] == [f"e{number}" for number in range(MANY)]
