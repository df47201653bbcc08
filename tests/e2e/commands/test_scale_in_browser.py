"""`scale --html FILE` in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.views.scale import page
from tests.e2e.commands import browser
from tests.unit.stacks.views.test_scale_views import comparison

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = """[...document.querySelectorAll('figure')].map(figure => {
    const box = element => { const {left, top, width, height} = element.getBoundingClientRect();
                             return {left, top, width, height}; };
    return {plot: box(figure.querySelector('.plot svg')),
            lines: [...figure.querySelectorAll('.plot path:not(.grid)')].map(line => ({
                of: line.getAttribute('class'), color: getComputedStyle(line).stroke, box: box(line)}))};
})"""
TASKS = 2
"""The third figure has the tasks."""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    """Give a page of a real browser."""
    found = browser.found()
    if found is None:
        pytest.skip("there is no chromium or chrome on PATH (`make browser` says how to get one)")
    with browser.opened(found, tmp_path_factory.mktemp("profile")) as page:
        yield page


def shown(tab: browser.Page, folder: Path, **window: Any) -> list[dict[str, Any]]:
    """Open the page of a comparison, and measure its figures."""
    file = folder / "scale.html"
    file.write_text(page(comparison()), encoding="utf-8")
    tab.open(file, **window)
    measured: list[dict[str, Any]] = tab.evaluate(LINES)
    return measured


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_lines_are_where_their_values_are(tab: browser.Page, tmp_path: Path, width: int) -> None:
    """Each within its plot and as wide; four tasks of eight reach half its height; nothing is wider than the window."""
    figures = shown(tab, tmp_path, width=width)
    assert len(figures) == 5
    for figure in figures:
        plot = figure["plot"]
        for line in figure["lines"]:
            assert line["box"]["left"] == pytest.approx(plot["left"], abs=1)
            assert line["box"]["width"] == pytest.approx(plot["width"], abs=plot["width"] / 60)
            assert plot["top"] - 1 <= line["box"]["top"]
            assert line["box"]["top"] + line["box"]["height"] <= plot["top"] + plot["height"] + 1
    plot, (first, second) = figures[TASKS]["plot"], figures[TASKS]["lines"]
    assert first["box"]["top"] == pytest.approx(plot["top"] + plot["height"] / 2, abs=1)
    assert second["box"]["top"] == pytest.approx(plot["top"], abs=1)
    assert first["color"] != second["color"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("look", [{}, {"dark": True}, {"paper": True}], ids=["light", "dark", "paper"])
def test_it_asks_for_nothing_and_can_be_read(tab: browser.Page, tmp_path: Path, look: dict[str, bool]) -> None:
    """One request, which is the file itself, an empty console; the wide table can be reached by the keyboard."""
    shown(tab, tmp_path, width=1280, **look)
    assert tab.requests() == [(tmp_path / "scale.html").as_uri()]
    assert tab.complaints() == []
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(20, 24, 31)" if look.get("dark") else "rgb(255, 255, 255)")
    tab.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == "Each day"
    assert tab.picture().startswith(b"\x89PNG")
