"""What the containers of one task write, in order: each of its log streams is read from the beginning on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, error_message, is_denied, is_throttled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.aws.session import Aws
    from stacks.tasks.source import Source

MISSING = "ResourceNotFoundException"
"""A stream is there once its container has written."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a container; `at` is in milliseconds since 1970."""

    container: str
    at: int
    text: str


class Output:
    """The lines of a task that are new at each `poll`; `warn` is called once where the caller may not read them.

    GetLogEvents returns a stream from its first event on, each event once by the token of the page before: unlike a
    search by time it misses none that come late
    (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
    """

    def __init__(self, aws: Aws, source: Source, task: str, *, warn: Callable[[str], None]) -> None:
        self._aws = aws
        self._warn = warn
        self._streams = dict(_streams(source, task))
        self._tokens: dict[str, str] = {}

    def poll(self) -> list[Line]:
        """Return the lines that no poll has returned before, by time. Raises botocore's errors."""
        found = [line for container in list(self._streams) for line in self._new(container)]
        return sorted(found, key=lambda it: it.at)

    def _new(self, container: str) -> Iterator[Line]:
        while container in self._streams:
            group, stream = self._streams[container]
            request: dict[str, Any] = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
            if token := self._tokens.get(container):
                request["nextToken"] = token
            try:
                page = self._aws.logs.get_log_events(**request)
            except ClientError as error:
                self._give_up(container, error)
                return
            for it in page["events"]:
                yield Line(container=container, at=it["timestamp"], text=it["message"].rstrip("\r\n"))
            self._tokens[container] = page["nextForwardToken"]
            if page["nextForwardToken"] == token:
                return

    def _give_up(self, container: str, error: ClientError) -> None:
        """Go on without what is not there yet, or too often asked for; for good without what may not be read."""
        if is_denied(error):
            self._warn(f"The log of {container} cannot be shown: {error_message(error)}")
            del self._streams[container]
        elif error_code(error) != MISSING and not is_throttled(error):
            raise error


def _streams(source: Source, task: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each container with its log group and stream, `PREFIX/CONTAINER/TASK`.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
    """
    for it in source.containers:
        log = it.get("logConfiguration")
        options = log.get("options", {}) if log else {}
        prefix, group = options.get("awslogs-stream-prefix"), options.get("awslogs-group")
        if log and log["logDriver"] == "awslogs" and prefix and group:
            yield it["name"], (group, f"{prefix}/{it['name']}/{task.rpartition('/')[2]}")
