"""The live tree, as it is seen: golden screens, each in `golden/`, and what they must show whatever the size."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from stacks.views.live.rows import Page, rows
from tests.unit.stacks.views.live import recorded

if TYPE_CHECKING:
    from rich.text import Text

GOLDEN = Path(__file__).parent / "golden"
MOMENTS = {"network": 60, "tasks-stop": 240, "failed": 330}


def lines(until: int, *, width: int = 80, height: int = 40, ascii_only: bool = False) -> list[Text]:
    """The rows after so many seconds."""
    page = Page(now=recorded.now(until), width=width, height=height, ascii_only=ascii_only)
    return rows(recorded.tree(until).root, page)


@pytest.mark.parametrize("colour", [True, False], ids=["colour", "plain"])
@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("moment", MOMENTS)
def test_golden_screens(moment: str, width: int, colour: bool, request: pytest.FixtureRequest) -> None:  # noqa: FBT001 - a parameter of the test
    """The tree while the network is made, while tasks stop, and after the failure."""
    written = io.StringIO()
    console = Console(file=written, force_terminal=colour, width=width, color_system="standard" if colour else None)
    for line in lines(MOMENTS[moment], width=width):
        console.print(line)
    golden = GOLDEN / f"{moment}-{width}-{'colour' if colour else 'plain'}.txt"
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written.getvalue(), encoding="utf-8")
    assert written.getvalue() == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("height", range(3, 20))
@pytest.mark.parametrize("until", [0, 20, 60, 140, 240, 330])
def test_it_is_never_higher_or_wider_than_the_terminal(until: int, height: int) -> None:
    """Whatever has happened."""
    found = lines(until, width=80, height=height)
    assert len(found) <= height
    assert max(line.cell_len for line in found) <= 80


def test_finished_stacks_fold_up_first() -> None:
    """What is going on stays to be seen; a folded stack says how much is in it."""
    text = "\n".join(line.plain for line in lines(240, height=13))
    assert "Repository" not in text
    assert "1 resource\n" in text
    assert "2 resources\n" in text
    assert "Service" in text
    assert "ModuleNotFoundError" in text


def test_a_failure_stays_with_its_reason() -> None:
    """Also while everything is rolled back, and when there is little room."""
    text = "\n".join(line.plain for line in lines(330, height=16))
    assert "CREATE_FAILED" in text
    assert "Deployment Circuit Breaker was triggered" in text


def test_the_expected_rest_is_told() -> None:
    """A load balancer takes 116 s typically; after 44 s that are 1:12 more."""
    row = next(line.plain for line in lines(60) if "LoadBalancer" in line.plain)
    assert row.endswith(" 0:44  about 1:12 left")


def test_a_terminal_without_unicode_gets_ascii() -> None:
    """No sign is lost in another encoding."""
    assert all(line.plain.isascii() for line in lines(240, ascii_only=True))


def test_clocks_that_differ_do_not_matter() -> None:
    """Stopwatches run on CloudFormation's clock, however wrong that of the machine is."""
    machine = recorded.now(60) + (recorded.now(3600) - recorded.now(0))
    assert recorded.tree(60).now(machine) == machine


@pytest.mark.parametrize(
    ("learnt", "said"),
    [
        ({}, "about 1:12 left"),  # 116 s are typical; 44 s of them have gone by.
        ({("Network/LoadBalancer", "create"): 164.0}, "about 2:00 left"),
        ({("Network/LoadBalancer", "create"): 20.0}, "usually 0:20"),
        ({("Network/LoadBalancer", "create"): 0.2}, "usually 0:01"),
        ({("Network/LoadBalancer", "delete"): 164.0}, "about 1:12 left"),
    ],
)
def test_the_rest_stands_on_what_was_learnt(learnt: dict[tuple[str, str], float], said: str) -> None:
    """What the same resource and action took on this stack before; the typical duration where that is not known."""
    tree = recorded.tree(60)
    tree.expect([(("Network", "LoadBalancer"), recorded.TYPES["LoadBalancer"])], learnt)
    page = Page(now=recorded.now(60), width=80, height=40)
    (row,) = (line.plain for line in rows(tree.root, page) if "LoadBalancer" in line.plain)
    assert said in row


def test_an_update_that_replaces_takes_what_replacing_took() -> None:
    """CloudFormation calls it an update until the old one goes."""
    tree = recorded.tree(0)
    tree.expect([(("Service",), "AWS::ECS::Service")], {("Service", "replace"): 300.0, ("Service", "delete"): 9.0})
    tree.event(recorded.event(99, 0, "Service", "UPDATE_IN_PROGRESS"), recorded.now(0))
    page = Page(now=recorded.now(60), width=80, height=40)
    assert "about 4:00 left" in "\n".join(line.plain for line in rows(tree.root, page))
