"""A replay as text, JSON and a page."""

from __future__ import annotations

import datetime as dt
import json
import re
from xml.etree import ElementTree as ET

import pytest

from stacks.scale.comparison import Comparison, Settings, assumptions, compare, measured_hours
from stacks.scale.policies import ScheduledAction
from stacks.scale.service import Pace
from stacks.views import scale as view
from stacks.views.scale.buckets import average, largest, spark
from stacks.views.scale.plots import grid_step
from stacks.views.scale.words import lines
from tests.unit.stacks.scale.loads import MONDAY, load, target, tracking

DAY = 24 * 60


def comparison(days: int = 3, timezone: str = "Asia/Seoul") -> Comparison:
    """Return two sides of a load that swings each day; the second has more tasks and a schedule."""
    wanted = load(
        *[*[10] * 600, *[450] * 240, *[30] * 600] * days,
        memory=[40.0] * DAY * days,
        requests=[100.0] * DAY * days,
        sessions=[20.0] * DAY * days,
        tasks=[2.0] * DAY * days,
        source="a <test>",
    )
    night = ScheduledAction(name="night", schedule="cron(0 20 * * ? *)", minimum=1, maximum=8)
    sides = [
        Settings(name="deployed", words="as deployed", target=target(tracking(), maximum=4), price=lambda it: it * 0.1),
        Settings(
            name="changed",
            words="environments/prod.toml with --var x=<y>",
            target=target(tracking(target=60), maximum=8, schedules=(night,)),
            price=lambda it: it * 0.1,
        ),
    ]
    return Comparison(
        environment="preto-2-prod",
        load=wanted,
        sides=compare(wanted, sides, Pace()),
        pace=Pace(),
        assumptions=assumptions(wanted, sides, Pace()),
        timezone=timezone,
        currency="USD",
        measured_task_hours=measured_hours(wanted),
    )


def test_buckets_and_sparklines() -> None:
    """The largest of a bucket, its average, and a block for each; nothing measured is a question mark."""
    assert largest([1, None, 5, 2, None, None], 2) == [1, 5, None]
    assert average([1, None, 5, 2, None, None], 2) == [1, 3.5, None]
    assert spark([0, 0.1, 4, 8, None], 8) == " ▁▄█?"


@pytest.mark.parametrize(("most", "step"), [(0, 1), (1, 0.25), (4, 1), (8, 2), (100, 25), (250, 100), (2400, 1000)])
def test_grids_have_round_numbers(most: float, step: float) -> None:
    """Few lines, at numbers that people count by."""
    assert grid_step(most) == step


def test_the_text_has_both_sides_and_no_line_is_wider_than_asked() -> None:
    """Load, tasks, where more were wanted, the busiest day with a scale, the table, findings and assumptions."""
    found = comparison()
    text = view.text(found)
    for words in (
        "Autoscaling of preto-2-prod, Mon 16 Nov 09:00 to Thu 19 Nov 2026 08:59 Asia/Seoul",
        "Load: a <test>",
        "deployed: as deployed: 1 to 4 tasks, cpu_target 70",
        "changed: environments/prod.toml with --var x=<y>: 1 to 8 tasks, cpu_target 60, 1 schedule",
        "  more wanted",
        "  cost to 0.40 USD",
        "The busiest day, ",
        "    4 │",
        "task-hours",
        "cost of a month",
        "Measured: 144 task-hours really ran.",
        "The maximum of 4 is reached on 3 of 3 days",
        "- No deployment is in progress",
    ):
        assert words in text
    narrow = view.text(found, 72).split("\n")
    pictures = [it for it in narrow if "█" in it or "▁" in it]
    assert pictures
    assert max(map(len, pictures)) <= 72
    assert {style for line in lines(found) for _, style in line} >= {"cyan", "green", "bold red"}


def test_a_load_without_a_whole_day_has_its_first_hours() -> None:
    """With the clock of its own hours below them."""
    wanted = load(*[50] * 300, start=MONDAY + dt.timedelta(hours=9, minutes=5))
    sides = compare(wanted, [Settings(name="file", words="it", target=target(tracking()))], Pace())
    found = Comparison(environment="x", load=wanted, sides=sides, pace=Pace(), assumptions=())
    text = view.text(found)
    assert "The first hours, Mon 16 Nov, tasks (each column is 30 min)" in text
    assert re.search(r"^ {7}9 {5}12$", text, re.MULTILINE)
    assert "Nothing stands out." not in text
    assert view.page(found)


def test_the_document_is_json_by_the_hour() -> None:
    """Everything for programs: settings, figures, findings, each change, and series of one value an hour."""
    found = json.loads(json.dumps(view.document(comparison())))
    first, second = found["sides"]
    assert [len(series) for series in first["hours"].values()] == [72] * 5
    assert first["summary"]["cost"] == pytest.approx(first["summary"]["task_hours"] * 0.1, abs=0.01)
    assert (second["target"]["maximum"], second["target"]["schedules"][0]["name"]) == (8, "night")
    assert sum(first["hours"]["cost"]) == pytest.approx(first["summary"]["cost"], abs=0.01)
    change = first["activities"][0]
    assert (change["at"], change["from"], change["to"], change["by"]) == ("2026-11-16T00:15:00+00:00", 2, 1, "cpu")
    assert found["load"]["minutes"] == 3 * DAY


def test_the_page_is_whole_and_escaped_and_asks_for_nothing() -> None:
    """The same bytes each time, well formed, and each picture has words for those who do not see it."""
    page = view.page(comparison())
    assert page == view.page(comparison())
    assert "with --var x=&lt;y&gt;" in page
    assert not re.search(r"<script|https?://|url\(", page)
    tree = ET.fromstring(re.sub(r"<!doctype html>|<(meta|link)[^>]*>", "", page))  # noqa: S314 - our own
    plots = [it for it in tree.iter("svg") if it.get("role") == "img"]
    assert [it.get("aria-label", "").split(",")[0] for it in plots] == [
        "Load: CPU of all tasks together",
        "Load: requests",
        "Tasks: deployed 1 to 4",
        "CPU use of each side over time",
        f"Cost in the end: deployed {comparison().sides[0].summary.cost:.2f}",
    ]
    assert [it.text for it in tree.iter("h2")] == ["What stands out", "Figures", "Over time", "Each day", "Assumed"]
    days = [
        it.findtext("th")
        for it in tree.iter("tr")
        if (it.findtext("th") or "").startswith(("Mon", "Tue", "Wed", "Thu"))
    ]
    assert days == ["Mon 16 Nov", "Tue 17 Nov", "Wed 18 Nov", "Thu 19 Nov"]
