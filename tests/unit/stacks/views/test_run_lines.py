"""What a task of its own writes, on a terminal and in a file."""

from __future__ import annotations

from stacks.tasks.output import Line
from stacks.views.run import line


def test_a_task_does_nothing_to_the_terminal_and_a_file_gets_what_it_wrote() -> None:
    """Sequences that clear the screen or set its title are left out; lines of one event stay lines."""
    it = Line(container="web", at=0, text="\x1b[2Jfirst\n\x1b]0;title\x07second\r")
    assert line(it, "web", on_terminal=True) == "first\nsecond"
    assert line(it, "web", on_terminal=False) == it.text
    assert line(it, "other", on_terminal=True).startswith("web | first")
