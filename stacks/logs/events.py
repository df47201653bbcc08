"""What a container has written: one event of a log stream, and what its message says."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHORT = 8
"""Characters of a task's id that tell it from the others."""
STREAM_PARTS = 3
"""Parts of the name of a stream that the awslogs driver makes: `prefix/container/task`
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html)."""
LEVELS = ("level", "levelname", "severity", "log.level", "lvl", "@l")
"""Fields that hold the level in the JSON of the loggers of Python, Go, JavaScript, Java and .NET, without capitals."""
NUMBERED = {10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL"}
"""Levels that pino and bunyan write as numbers (https://getpino.io/#/docs/api?id=loggerlevels-object)."""
TEXTS = ("message", "msg", "event", "text", "renderedmessage", "@m", "@mt")
"""Fields that hold the text, likewise; structlog calls it `event`."""
TIMES = ("timestamp", "time", "ts", "@timestamp", "asctime", "@t")
"""Fields with the time, which every event has anyway."""
TRACES = (
    "exc_info",
    "exception",
    "traceback",
    "stack_info",
    "stack_trace",
    "stacktrace",
    "stack",
    "extendedstacktrace",
    "throwable",
    "error.stack_trace",
    "@x",
)
"""Fields with a traceback, which has lines."""
ERRORS = ("err", "error", "exception", "thrown")
"""Fields with an object that holds a traceback: of pino, of Elastic's loggers and of Log4j."""


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
    level, text = _take(rest, LEVELS), _take(rest, TEXTS)
    trace = _nested_trace(rest) or _take(rest, TRACES)
    for key in [key for key in rest if key.lower() in TIMES]:
        del rest[key]
    return Message(text=_words(text), level=_level(level), trace=_words(trace).rstrip(), fields=rest, document=found)


def _json_object(message: str) -> dict[str, Any] | None:
    text = message.strip()
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text, parse_constant=str, parse_float=_number)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _number(text: str) -> float | str:
    """Return a number; as its text where it is too large for one, which JSON has no word for."""
    return found if math.isfinite(found := float(text)) else text


def _take(fields: dict[str, Any], names: tuple[str, ...]) -> object:
    """Remove the first of these fields that is there, and return its value; lines of a list are joined."""
    keys = {key.lower(): key for key in reversed(fields)}
    for key in (keys[name] for name in names if name in keys):
        if fields[key] not in (None, "", False):
            value = fields.pop(key)
            return "\n".join(map(_words, value)) if isinstance(value, list) else value
    return ""


def _nested_trace(fields: dict[str, Any]) -> object:
    """Remove the traceback from the first object of an error that has one, and return it."""
    for key, value in fields.items():
        if key.lower() in ERRORS and isinstance(value, dict):
            inner = dict(value)
            if trace := _take(inner, TRACES):
                fields[key] = inner
                return trace
    return ""


def _level(value: object) -> str:
    """Return a level in capitals, and the names of those that are numbers."""
    return NUMBERED.get(value, str(value)) if isinstance(value, int) else _words(value).upper()


def _words(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
