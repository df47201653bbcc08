"""Small words: one of something or several, and lines that a narrow terminal shows without breaking words."""

from __future__ import annotations

import pytest

from stacks.terminal import counted
from stacks.views.status import _fitted


@pytest.mark.parametrize(("number", "text"), [(0, "0 tasks"), (1, "1 task"), (2, "2 tasks")])
def test_one_is_not_several(number: int, text: str) -> None:
    """Nobody reads `1 tasks` or `1 error(s)`."""
    assert counted(number, "task") == text


def test_a_narrow_terminal_gets_whole_words() -> None:
    """What does not fit goes on below, further in; a word that is too long stays whole all the same."""
    line = f"  PRIMARY IN_PROGRESS preto-2-prod:7: 2 desired, 1 running, 1 pending, 0 failed, {'x' * 70}"
    parts = _fitted(line, 60)
    assert " ".join(parts).split() == line.split()
    assert all(len(part) <= 60 for part in parts[:-1])
    assert parts[0].startswith("  PRIMARY")
    assert all(part.startswith("      ") for part in parts[1:])
    assert _fitted("short", 60) == ["short"]
