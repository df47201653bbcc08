"""A log that is followed: nothing twice, nothing left out, and patience with AWS."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.aws.errors import ClientError
from stacks.logs.reading import Wanted, read, read_newest
from stacks.logs.tail import FIRST_PAUSE, Tail
from tests.support import faults
from tests.support.proxy import between
from tests.support.world import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from tests.support.accounts import Account

GROUP = "/ecs/any"


@pytest.fixture
def aws(account: Account) -> Iterator[Aws]:
    """Give a caller in an empty account."""
    with closing(connected(account)) as found:
        yield found


def put(aws: Aws, task: str, *messages: str, ago: float = 0, create: bool = False) -> None:
    """Write messages of a task, so many seconds ago."""
    name = f"p/app/{task}"
    if create:
        aws.logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
    now = int((time.time() - ago) * 1000)
    events: Any = [{"timestamp": now, "message": text} for text in messages]
    aws.logs.put_log_events(logGroupName=GROUP, logStreamName=name, logEvents=events)


def polled(tail: Tail) -> list[str]:
    """Return the messages of a poll."""
    return [it.message for it in tail.poll()]


def test_nothing_comes_twice_and_nothing_is_left_out(aws: Aws) -> None:
    """Also before the log group or a stream is there, for events of the same moment, and for those that come late."""
    said: list[str] = []
    tail = Tail(aws, Wanted(group=GROUP, start=int(time.time() * 1000) - 60_000), warn=said.append)
    assert polled(tail) == []
    aws.logs.create_log_group(logGroupName=GROUP)
    put(aws, "one", "a", "b", create=True)
    assert polled(tail) == ["a", "b"]
    put(aws, "two", "c", create=True)
    put(aws, "one", "late", ago=30)
    assert polled(tail) == ["late", "c"]
    put(aws, "one", "too old", ago=90)
    assert polled(tail) == []
    assert tail.pause > FIRST_PAUSE
    assert said == []
    after = Tail(aws, Wanted(group=GROUP, start=0), warn=said.append, seen=[*read(aws, Wanted(group=GROUP, start=0))])
    put(aws, "one", "after what was read")
    assert polled(after) == ["after what was read"]
    named = Tail(aws, Wanted(group=GROUP, start=0, streams=("p/app/three",)), warn=said.append)
    assert polled(named) == []
    put(aws, "three", "d", create=True)
    assert polled(named) == ["d"]


def test_a_throttled_request_is_repeated_later_and_loses_nothing(aws: Aws, account: Account) -> None:
    """It says so once, asks less often, and says when it is over; other errors are errors."""
    aws.logs.create_log_group(logGroupName=GROUP)
    failing = [faults.throttle]
    said: list[str] = []
    with (
        between(account.address.endpoint_url, lambda _: failing.pop() if failing else None) as proxy,
        closing(replace(aws, endpoint_url=proxy.url, attempts=1)) as slow,
    ):
        tail = Tail(slow, Wanted(group=GROUP, start=0), warn=said.append)
        put(aws, "one", "a", create=True)
        assert polled(tail) == []
        assert tail.pause == 2 * FIRST_PAUSE
        assert polled(tail) == ["a"]
        assert [text.partition(" says")[0] for text in said] == ["CloudWatch Logs", "CloudWatch Logs answers again."]
        failing.append(faults.expired)
        with pytest.raises(ClientError, match="ExpiredToken"):
            tail.poll()


def test_all_pages_are_read_from_both_ends(aws: Aws) -> None:
    """A page is not all there is: AWS ends it at 1 MB."""
    aws.logs.create_log_group(logGroupName=GROUP)
    put(aws, "one", *(f"{number:03}{'x' * 9000}" for number in range(250)), create=True)
    wanted = Wanted(group=GROUP, start=0)
    assert [it.message[:3] for it in read(aws, wanted)] == [f"{number:03}" for number in range(250)]
    assert [it.message[:3] for it in read_newest(aws, wanted, 200)] == [f"{number:03}" for number in range(50, 250)]
    assert [it.message[:3] for it in read_newest(aws, wanted, 1)] == ["249"]
    with pytest.raises(ClientError, match="InvalidParameterException"):
        aws.logs.filter_log_events(logGroupName=GROUP, startFromHead=False)  # AWS reads backwards since 2024 only
