"""What a message says: JSON of the common loggers is taken apart, and everything else stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.logs.events import LogEvent, Message, read_message

TRACE = 'Traceback (most recent call last):\n  File "app.py", line 1\nValueError: no'


@pytest.mark.parametrize(
    ("written", "level", "text", "rest"),
    [
        ({"levelname": "error", "message": "no", "asctime": "1"}, "ERROR", "no", {}),
        ({"level": "info", "event": "sent", "user": 3, "timestamp": "2026"}, "INFO", "sent", {"user": 3}),
        ({"severity": "WARNING", "msg": "slow", "ms": 1.5}, "WARNING", "slow", {"ms": 1.5}),
        ({"level": 30, "msg": "pino", "time": 1}, "30", "pino", {}),
        ({"user": "a"}, "", "", {"user": "a"}),
    ],
)
def test_json_of_common_loggers_is_taken_apart(written: object, level: str, text: str, rest: object) -> None:
    """Level, text and the other fields are found whatever the logger calls them; the time is the event's."""
    assert read_message(json.dumps(written)) == Message(level=level, text=text, fields=rest, document=written)  # type: ignore[arg-type]  # a dictionary each


@pytest.mark.parametrize("name", ["exc_info", "traceback", "stack_trace", "exception"])
@pytest.mark.parametrize("trace", [TRACE, TRACE.splitlines()])
def test_a_traceback_in_json_keeps_its_lines(name: str, trace: object) -> None:
    """As one text with line breaks, or as a list of lines."""
    assert read_message(json.dumps({"message": "no", name: trace})).trace == TRACE


@settings(max_examples=60)
@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_what_is_no_json_object_stays_as_it_was_written(text: str) -> None:
    """Nothing of a message is lost, and none is an error; only the end of the line goes."""
    assert read_message(text).text.rstrip("\r\n") == text.rstrip("\r\n")


@pytest.mark.parametrize(
    ("stream", "task", "container"),
    [
        ("streamlit/streamlit/0a1b", "0a1b", "streamlit"),
        ("a/b/proxy/0a1b", "0a1b", "proxy"),
        ("by-hand", "", ""),
        ("x/y", "", ""),
    ],
)
def test_a_stream_of_the_awslogs_driver_names_its_task(stream: str, task: str, container: str) -> None:
    """prefix/container/task, and the prefix may have slashes; other streams are of no task."""
    event = LogEvent(id="1", time=0, ingested=0, stream=stream, message="")
    assert (event.task, event.container) == (task, container)
