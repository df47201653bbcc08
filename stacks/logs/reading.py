"""Events of a log group, from all its streams, by time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code
from stacks.logs.events import LogEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_logs.type_defs import FilterLogEventsResponseTypeDef

    from stacks.aws.session import Aws

MISSING = "ResourceNotFoundException"
PAGE = 10_000
"""The most events in a page of FilterLogEvents, which also ends at 1 MB, and may be empty with more to come:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html"""
NEWEST_FIRST_SINCE = int(dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp() * 1000)
"""The earliest start, in milliseconds, with which FilterLogEvents takes `startFromHead` as false (the same page)."""
STREAMS = 100
"""The most names of streams that FilterLogEvents takes."""
ENDED = dt.timedelta(days=1)
"""How late the time of a stream's last event may be known. CloudWatch updates it within an hour, as a rule:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which events of a log group: from `start` to `end`, in milliseconds since 1970; None is no end.

    `task` is the beginning of a task's id, `container` the name of a container, `pattern` a filter pattern of
    CloudWatch Logs; "" is any. `streams` are the names of all streams that count, where they are known; at most
    `STREAMS`.
    """

    group: str
    start: int
    end: int | None = None
    task: str = ""
    container: str = ""
    pattern: str = ""
    streams: tuple[str, ...] = ()

    def has(self, stream: str) -> bool:
        """Whether events of a stream of this name count."""
        event = LogEvent(id="", time=0, ingested=0, stream=stream, message="")
        return event.task.startswith(self.task) and (not self.container or event.container == self.container)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of events; `clock` is AWS's time in milliseconds when it answered, None where it does not say it."""

    events: tuple[LogEvent, ...]
    clock: int | None


def read_pages(aws: Aws, wanted: Wanted, *, newest_first: bool = False, limit: int = PAGE) -> Iterator[Page]:
    """Yield the events, by time; none where a stream is not there yet. Pages may be empty.

    The newest first, they end at `NEWEST_FIRST_SINCE`.
    Raises botocore's ClientError, also where the log group does not exist.
    """
    request: dict[str, Any] = {"logGroupName": wanted.group, "startTime": max(wanted.start, 0), "limit": limit}
    if wanted.end is not None:
        request["endTime"] = wanted.end
    if wanted.pattern:
        request["filterPattern"] = wanted.pattern
    if wanted.streams:
        request["logStreamNames"] = list(wanted.streams)
    if newest_first:
        request |= {"startFromHead": False, "startTime": max(wanted.start, NEWEST_FIRST_SINCE)}
    while True:
        try:
            answer = aws.logs.filter_log_events(**request)
        except ClientError as error:
            if error_code(error) == MISSING and wanted.streams and "stream" in str(error):
                return
            raise
        yield Page(events=tuple(_events(answer, wanted)), clock=_clock(answer))
        if not (token := answer.get("nextToken")):
            return
        request["nextToken"] = token


def read(aws: Aws, wanted: Wanted) -> Iterator[LogEvent]:
    """Yield the events, oldest first."""
    for page in read_pages(aws, wanted):
        yield from page.events


def read_newest(aws: Aws, wanted: Wanted, count: int) -> list[LogEvent]:
    """Return the newest events since `NEWEST_FIRST_SINCE`, so many at most, oldest first."""
    found: list[LogEvent] = []
    narrow = wanted.streams or not (wanted.task or wanted.container)
    for page in read_pages(aws, wanted, newest_first=True, limit=min(count, PAGE) if narrow else PAGE):
        found += page.events
        if len(found) >= count:
            break
    return found[:count][::-1]


def find_streams(aws: Aws, wanted: Wanted) -> tuple[str, ...]:
    """Return the names of the streams with events that are wanted, those that were written to last first.

    Reading them by name is faster than reading all. Raises botocore's ClientError.
    """
    found: list[str] = []
    oldest = wanted.start - int(ENDED.total_seconds() * 1000)
    pages = aws.logs.get_paginator("describe_log_streams").paginate(
        logGroupName=wanted.group, orderBy="LastEventTime", descending=True
    )
    for page in pages:
        for stream in page["logStreams"]:
            last = stream.get("lastEventTimestamp", stream.get("creationTime", 0))
            if max(last, stream.get("lastIngestionTime", 0)) < oldest:
                return tuple(found)
            if wanted.has(stream["logStreamName"]):
                found.append(stream["logStreamName"])
    return tuple(found)


def _events(answer: FilterLogEventsResponseTypeDef, wanted: Wanted) -> Iterator[LogEvent]:
    for it in answer["events"]:
        if wanted.has(it["logStreamName"]):
            yield LogEvent(
                id=it["eventId"],
                time=it["timestamp"],
                ingested=it.get("ingestionTime", it["timestamp"]),
                stream=it["logStreamName"],
                message=it["message"],
            )


def _clock(answer: FilterLogEventsResponseTypeDef) -> int | None:
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        return int(parsedate_to_datetime(date).timestamp() * 1000)
    except ValueError:
        return None
