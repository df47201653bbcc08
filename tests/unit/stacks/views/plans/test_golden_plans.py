"""Golden screens of plans: 80 and 200 columns, with and without colour."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stacks.views.plan import screen
from tests.unit.stacks.views.plans import examples

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.plan import Plan

GOLDEN = Path(__file__).parent / "golden"
PLANS: dict[str, Callable[[], Plan]] = {"new-image": examples.new_image, "everything": examples.everything}
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_without_colour(name: str, width: int, request: pytest.FixtureRequest) -> None:
    """As `NO_COLOR` shows it in a terminal of this width."""
    shown = screen.text(PLANS[name](), width)
    compare(GOLDEN / f"{name}-{width}.txt", shown, request)
    assert max(map(len, shown.splitlines())) <= width


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_with_colour(name: str, width: int, request: pytest.FixtureRequest) -> None:
    """The same text, with escape sequences around its pieces."""
    shown = screen.coloured(PLANS[name](), width)
    compare(GOLDEN / f"{name}-{width}.ansi", shown, request)
    lines = [line.rstrip() for line in ESCAPE.sub("", shown).splitlines()]
    assert lines == screen.text(PLANS[name](), width).splitlines()


def compare(path: Path, shown: str, request: pytest.FixtureRequest) -> None:
    """The screen is the golden one."""
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown + "\n", encoding="utf-8")
    assert f"{shown}\n" == path.read_text(encoding="utf-8"), f"{path.name}: run pytest --update-golden, read the diff"
