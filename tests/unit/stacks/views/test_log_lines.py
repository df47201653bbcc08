"""Lines of a log on a terminal: wrapped under the message, each task in its colour, and harmless."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from stacks.logs.events import LogEvent
from stacks.views.logs import LogLines, printable, wrapped
from stacks.views.styled import plain

NOW = int(dt.datetime.now(dt.UTC).timestamp() * 1000)


def event(message: str, task: str = "0a1b2c3d4e5f", container: str = "streamlit") -> LogEvent:
    """Return an event of a task."""
    return LogEvent(id="1", time=NOW, ingested=NOW, stream=f"p/{container}/{task}", message=message)


@settings(max_examples=80)
@given(st.text(alphabet="ab 한글é"), st.integers(2, 30))
def test_wrapping_keeps_all_words_and_the_width(text: str, width: int) -> None:
    """Also with letters that are two columns wide; only blanks at the break go."""
    parts = wrapped(text, width)
    assert all(cell_len(part) <= width for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=60)
@given(st.text(), st.sampled_from(["\x1b[2J", "\x1b]0;title\x07", "\x1b[31m", "\r", "\x08", "\x9b1A", "\x1bc"]))
def test_no_message_moves_the_cursor(text: str, evil: str) -> None:
    """What a visitor's request has brought into the log does nothing to the terminal."""
    shown = printable(f"{text}{evil}x")
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in shown)


@pytest.mark.parametrize("sign", ["\x1b[2J", "\n", "\r", "\u202e", "\u2028", "\ud800"])
def test_no_part_of_an_event_acts_on_the_terminal(sign: str) -> None:
    """Neither level, name or value of a field, nor the name of a stream that somebody has made by hand."""
    written = json.dumps({"level": f"in{sign}fo", "msg": "m", f"k{sign}": f"v{sign}v"})
    by_hand = LogEvent(id="1", time=NOW, ingested=NOW, stream=f"by{sign}hand", message=written)
    for shown in (LogLines("streamlit").lines(it, 0) for it in (event(written), by_hand)):
        assert len(shown) == 1
        assert sign not in plain(shown)


def test_a_title_that_does_not_end_hides_nothing() -> None:
    """A sequence without its end is no sequence: the words after it are the message's."""
    assert printable("a\x1b]0;no end") == "a0;no end"


def test_tasks_are_told_apart_without_colour_too() -> None:
    """By the beginning of the id, and by the name of a container that is not the app's; by colours as well."""
    lines = LogLines("streamlit")
    first = lines.lines(event("one"), 0)
    other = lines.lines(event("two", task="ffffffffffff", container="proxy"), 0)
    assert "  0a1b2c3d  one" in plain(first)
    assert "  ffffffff/proxy  two" in plain(other)
    assert first[0][1][1] != other[0][1][1]
    assert lines.lines(event("three"), 0)[0][1][1] == first[0][1][1]


def test_json_is_level_and_text_first_then_the_traceback_then_the_rest() -> None:
    """The lines of a traceback stand under the message, with their indentation."""
    written = {"level": "error", "message": "it failed", "user": 3, "exc_info": "Traceback:\n  File x\nValueError: no"}
    head, *below, rest = plain(LogLines("streamlit").lines(event(json.dumps(written)), 0)).splitlines()
    margin = head.index("ERROR")
    assert head[margin:] == "ERROR   it failed"
    assert [line[margin:] for line in below] == ["Traceback:", "  File x", "ValueError: no"]
    assert rest.strip() == "user=3"


def test_fields_stand_beside_a_short_message() -> None:
    """So that an event is one line, in a pipe always; below it where the terminal is too narrow."""
    lines = LogLines("streamlit")
    written = event(json.dumps({"level": "info", "msg": "sent", "user": "a b", "n": 1}))
    assert plain(lines.lines(written, 0)).endswith('INFO    sent  user="a b"  n=1')
    assert plain(lines.lines(written, 100)).endswith('INFO    sent  user="a b"  n=1')
    assert plain(lines.lines(written, 50)).splitlines()[1].strip() == 'user="a b"  n=1'
    assert plain(lines.lines(event('{"user": 3}'), 0)).endswith("0a1b2c3d  user=3")


def test_a_wide_line_is_wrapped_under_the_message() -> None:
    """At the width of the terminal; where there is none, a line stays one line."""
    lines = LogLines("streamlit").lines(event("word " * 30), 60)
    head, *below = plain(lines).splitlines()
    assert below
    assert all(cell_len(line) <= 60 for line in (head, *below))
    assert all(line.startswith(" " * head.index("word")) for line in below)
    assert len(plain(LogLines("streamlit").lines(event("word " * 30), 0)).splitlines()) == 1
