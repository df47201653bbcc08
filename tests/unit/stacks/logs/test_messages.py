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
        ({"level": 30, "msg": "pino", "time": 1}, "INFO", "pino", {}),
        ({"level": 35, "msg": "a level of its own"}, "35", "a level of its own", {}),
        ({"@t": "2026", "@l": "Error", "@m": "Serilog", "n": 1}, "ERROR", "Serilog", {"n": 1}),
        ({"Time": "2026", "Level": "WARN", "Msg": "with capitals"}, "WARN", "with capitals", {}),
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


@pytest.mark.parametrize("error", [("err", "stack"), ("error", "stack_trace"), ("thrown", "extendedStackTrace")])
def test_the_traceback_of_an_error_object_keeps_its_lines(error: tuple[str, str]) -> None:
    """As pino, Elastic's loggers and Log4j write it; what else the object says stays a field."""
    field, inner = error
    found = read_message(json.dumps({"msg": "no", field: {"type": "ValueError", inner: TRACE}}))
    assert (found.text, found.trace, found.fields) == ("no", TRACE, {field: {"type": "ValueError"}})


def test_numbers_that_json_has_no_word_for_become_texts() -> None:
    """Python's logger writes NaN and Infinity: `--json` stays JSON that every program reads."""
    found = read_message('{"message": "m", "a": NaN, "b": [-Infinity, 1e999], "c": 1.5}')
    assert json.loads(json.dumps(found.document, allow_nan=False)) == {
        "message": "m",
        "a": "NaN",
        "b": ["-Infinity", "1e999"],
        "c": 1.5,
    }


@settings(max_examples=60)
@given(st.text() | (st.none() | st.integers() | st.lists(st.text(max_size=5), max_size=3)).map(json.dumps))
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
