"""What a container has written: one event of a log stream, and what its message says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHORT = 8
"""Characters of a task's id that tell it from the others."""
STREAM_PARTS = 3
"""Parts of the name of a stream that the awslogs driver makes: `prefix/container/task`
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html)."""
LEVELS = ("level", "levelname", "severity", "log.level", "lvl")
"""Fields that hold the level in the JSON of Python's, Go's, JavaScript's and Elastic's loggers."""
TEXTS = ("message", "msg", "event", "text")
"""Fields that hold the text, likewise; structlog calls it `event`."""
TIMES = ("timestamp", "time", "ts", "@timestamp", "asctime")
"""Fields with the time, which every event has anyway."""
TRACES = ("exc_info", "exception", "traceback", "stack_info", "stack_trace", "stacktrace", "stack", "error.stack_trace")
"""Fields with a traceback, which has lines."""


@dataclass(frozen=True, kw_only=True)
class LogEvent:
    """One event; `time` is when it was written and `ingested` when CloudWatch got it, in milliseconds since 1970."""

    id: str
    time: int
    ingested: int
    stream: str
    message: str

    @property
    def task(self) -> str:
        """The id of the task; "" where the stream is not one of a task."""
        parts = self.stream.split("/")
        return parts[-1] if len(parts) >= STREAM_PARTS else ""

    @property
    def container(self) -> str:
        """The name of the container; "" where the stream is not one of a task."""
        parts = self.stream.split("/")
        return parts[-2] if len(parts) >= STREAM_PARTS else ""

    @property
    def at(self) -> dt.datetime:
        """When it was written, in UTC."""
        return dt.datetime.fromtimestamp(self.time / 1000, dt.UTC)


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message taken apart: `level` is in capitals or "", `trace` the traceback or "", `fields` the rest of its JSON.

    `document` is all of its JSON. A message that is no JSON object is `text`, as it was written, and has no document.
    """

    text: str
    level: str = ""
    trace: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None


def read_message(message: str) -> Message:
    """Return what a message says; a JSON object is taken apart by the names that common loggers give to its fields."""
    found = _json_object(message)
    if found is None:
        return Message(text=message.rstrip("\r\n"))
    rest = dict(found)
    level, text, trace = (_take(rest, names) for names in (LEVELS, TEXTS, TRACES))
    for name in TIMES:
        rest.pop(name, None)
    return Message(
        text=_words(text), level=_words(level).upper(), trace=_words(trace).rstrip(), fields=rest, document=found
    )


def _json_object(message: str) -> dict[str, Any] | None:
    text = message.strip()
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _take(fields: dict[str, Any], names: tuple[str, ...]) -> object:
    """Remove the first of these fields that is there, and return its value; lines of a list are joined."""
    for name in names:
        if fields.get(name) not in (None, "", False):
            value = fields.pop(name)
            return "\n".join(map(str, value)) if isinstance(value, list) else value
    return ""


def _words(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
