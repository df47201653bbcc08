"""`--timeline FILE`: from the command line into a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.views.timeline import page
from tests.e2e.commands import browser
from tests.support.commands import Project, project
from tests.unit.stacks.views.test_timeline import deployment, failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.unit.stacks.views.test_timeline import Operation

MEASURE = """[...document.querySelectorAll('.row')].map(row => {
    const box = element => { const {left, top, width, height} = element.getBoundingClientRect();
                             return {left, top, width, height}; };
    return {path: row.dataset.path, row: box(row), track: box(row.querySelector('.track')),
            bars: [...row.querySelectorAll('.bar')].map(box)};
})"""
WIDTHS = {"desktop": 1280, "phone": 390}
PIXEL = 1.0


@pytest.fixture
def bootstrapped(tmp_path: Path, account: Account) -> Project:
    """Give a project with an artifact bucket."""
    here = project(tmp_path, account.env)
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    return here


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    """Give a page of a real browser."""
    found = browser.found()
    if found is None:
        pytest.skip("there is no chromium or chrome on PATH (`make browser` says how to get one)")
    with browser.opened(found, tmp_path_factory.mktemp("profile")) as page:
        yield page


def shown(tab: browser.Page, folder: Path, over: Operation, **window: Any) -> list[dict[str, Any]]:
    """Open the page of an operation, and measure its rows and bars."""
    file = folder / "timeline.html"
    file.write_text(page(over), encoding="utf-8")
    tab.open(file, **window)
    measured: list[dict[str, Any]] = tab.evaluate(MEASURE)
    return measured


def test_each_operation_writes_its_timeline(bootstrapped: Project) -> None:
    """A deployment, one that fails, and a deletion; the report on stdout stays what it is."""
    done = bootstrapped.succeed("deploy", "prod", "--yes", "--quiet", "--timeline", "deployed.html")
    assert done.startswith("Deployed preto-2-prod in ")
    nobody = ("--var", "iam_github_actions_role_name=nobody")
    bootstrapped.fail("deploy", "prod", "--yes", "--quiet", "--timeline", "failed.html", *nobody)
    bootstrapped.succeed("destroy", "prod", "--yes", "--quiet", "--timeline", "destroyed.html")
    pages = {file.stem: file.read_text(encoding="utf-8") for file in bootstrapped.folder.glob("*.html")}
    assert 'data-path="Network/LoadBalancer"' in pages["deployed"]
    assert "Succeeded: CREATE_COMPLETE" in pages["deployed"]
    assert "CREATE_FAILED: The role with name nobody cannot be found." in pages["failed"]
    assert "Failed: UPDATE_ROLLBACK_COMPLETE" in pages["failed"]
    assert "Succeeded: DELETE_COMPLETE" in pages["destroyed"]


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_deployed(
    bootstrapped: Project, account: Account
) -> None:
    """There is no stack, and no change set, when it is said."""
    error = bootstrapped.fail("deploy", "prod", "--yes", "--timeline", "no-such-folder/it.html")
    assert error == "no-such-folder/it.html: it cannot be written: No such file or directory\n"
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    assert {stack["StackName"] for stack in stacks} == {"preto-2-bootstrap"}


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("over", [deployment(), failure()], ids=["succeeded", "failed"])
def test_bars_are_laid_out_by_time(tab: browser.Page, tmp_path: Path, over: Operation, width: int) -> None:
    """Each at its part of the whole, to the pixel, in rows from top to bottom, and nothing is wider than the window."""
    rows = shown(tab, tmp_path, over, width=width)
    start, whole = over.spans[0].start, over.spans[0].seconds
    assert [row["row"]["top"] for row in rows] == sorted(row["row"]["top"] for row in rows)
    for row in rows:
        spans = [span for span in over.spans if span.path == row["path"]]
        track = row["track"]
        for span, bar in zip(spans, row["bars"], strict=True):
            left = (span.start - start).total_seconds() / whole * track["width"]
            assert bar["left"] - track["left"] == pytest.approx(left, abs=PIXEL)
            assert bar["width"] == pytest.approx(max(span.seconds / whole * track["width"], 2), abs=PIXEL)
            assert track["top"] <= bar["top"] < bar["top"] + bar["height"] <= track["top"] + track["height"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_is_asked_for_and_nothing_is_complained_about(tab: browser.Page, tmp_path: Path, dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """One request, which is the file itself, and an empty console; the background follows the reader's scheme."""
    shown(tab, tmp_path, failure(), width=1280, dark=dark)
    assert tab.requests() == [(tmp_path / "timeline.html").as_uri()]
    assert tab.complaints() == []
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(20, 24, 31)" if dark else "rgb(255, 255, 255)")
    assert tab.picture().startswith(b"\x89PNG")


def test_details_are_shown_by_key_and_by_mouse_and_not_on_paper(tab: browser.Page, tmp_path: Path) -> None:
    """Tab goes from row to row; pointing at a row shows its own details only."""
    visible = "[...document.querySelectorAll('.tip')].filter(tip => tip.offsetParent).map(tip => tip.innerText)"
    rows = shown(tab, tmp_path, failure(), width=1280)
    assert tab.evaluate(visible) == []
    tab.press("Tab")
    tab.press("Tab")
    (focused,) = tab.evaluate(visible)
    assert focused.startswith("Topic T")
    role = next(row["row"] for row in rows if row["path"] == "Iam/Role")
    tab.point(role["left"] + 5, role["top"] + 5)
    (pointed,) = tab.evaluate(visible)
    assert pointed.startswith("Iam/Role T")
    assert "CREATE_FAILED: Resource handler returned message" in pointed
    shown(tab, tmp_path, failure(), width=800, paper=True)
    assert tab.evaluate(visible) == []
    assert "CREATE_FAILED" in tab.evaluate("document.body.innerText")
