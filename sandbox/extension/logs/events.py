"""FilterLogEvents with pages, both directions, names and prefixes of streams, and filter patterns.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs as logs

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError
from sandbox.extension.logs.filter_patterns import compile_pattern

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

_MOST, _MOST_STREAMS = 10_000, 100
_NEWEST_FIRST_SINCE = 1_704_067_200_000
"""1 January 2024, UTC: "Setting startFromHead to false is supported only when startTime is on or after" it."""
_PAGE_BYTES, _EVENT_BYTES = 1_048_576, 26
"""A page is 1 MB at most; each event counts its message and 26 bytes, as in PutLogEvents."""


def install() -> None:
    """Answer FilterLogEvents in ministack's place."""
    json_services.add_actions("logs", {"FilterLogEvents": _filter})


def find_group(data: Record) -> Record:
    """Return the log group of a request. Raises RefusedError where there is none."""
    if "logGroupName" in data and "logGroupIdentifier" in data:
        raise _invalid("LogGroup name and LogGroup ARN are mutually exclusive parameters.")
    found = logs._log_groups.get(logs._resolve_log_group_name(data))
    if found is None:
        raise RefusedError("ResourceNotFoundException", "The specified log group does not exist.")
    group: Record = found
    return group


def _filter(data: Record) -> Record:
    streams = _streams(find_group(data)["streams"], data)
    matches = compile_pattern(data.get("filterPattern", ""))
    limit = data.get("limit", _MOST)
    if not 1 <= limit <= _MOST:
        raise _invalid(f"Value '{limit}' at 'limit' failed to satisfy constraint: between 1 and {_MOST}")
    start, end = data.get("startTime", 0), data.get("endTime")
    with logs._log_events_lock:
        found = sorted(
            (
                {**event, "logStreamName": name}
                for name, stream in streams.items()
                for event in stream["events"]
                if event["timestamp"] >= start and (end is None or event["timestamp"] <= end)
            ),
            key=lambda it: (it["timestamp"], it["ingestionTime"]),
        )
    from_head, position = _position(data, len(found))
    indexes = range(position, len(found)) if from_head else range(position - 1, -1, -1)
    page: list[Record] = []
    used = 0
    for index in indexes:
        size = len(found[index]["message"].encode()) + _EVENT_BYTES
        if (page and used + size > _PAGE_BYTES) or len(page) == limit:
            break
        position = index + 1 if from_head else index
        if matches(found[index]["message"]):
            page.append(found[index])
            used += size
    answer: Record = {"events": page, "searchedLogStreams": []}
    if position < len(found) if from_head else position > 0:
        answer["nextToken"] = base64.b64encode(f"{'f' if from_head else 'b'}/{position}".encode()).decode()
    return answer


def _position(data: Record, count: int) -> tuple[bool, int]:
    """Return the direction, and the index from which the page begins: in the order of time, whatever the direction."""
    if token := data.get("nextToken"):
        try:
            direction, _, number = base64.b64decode(token).decode().partition("/")
            return direction == "f", min(int(number), count)
        except ValueError:
            raise _invalid("The specified nextToken is invalid.") from None
    from_head = data.get("startFromHead", True)
    if not from_head and data.get("startTime", 0) < _NEWEST_FIRST_SINCE:
        raise _invalid("startFromHead can be false only where startTime is on or after 2024-01-01T00:00:00Z.")
    return from_head, 0 if from_head else count


def _streams(streams: Record, data: Record) -> Record:
    names, prefix = data.get("logStreamNames"), data.get("logStreamNamePrefix")
    if names and prefix:
        raise _invalid("Specify either logStreamNames or logStreamNamePrefix, not both.")
    if names:
        if len(names) > _MOST_STREAMS:
            raise _invalid(f"Value at 'logStreamNames' must have {_MOST_STREAMS} members at most")
        if any(name not in streams for name in names):
            raise RefusedError("ResourceNotFoundException", "The specified log stream does not exist.")
        return {name: streams[name] for name in names}
    return {name: stream for name, stream in streams.items() if name.startswith(prefix or "")}


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterException", message)
