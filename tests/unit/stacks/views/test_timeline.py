"""The timeline's page: what is in it, and that it needs nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from stacks.cloudformation.spans import Span
from stacks.views.timeline import axis, page
from tests.unit.stacks.cloudformation.test_spans import NOON, resource

if TYPE_CHECKING:
    from collections.abc import Sequence

NESTED = "AWS::CloudFormation::Stack"
REASON = "Resource handler returned message: \"<b>'no' & never</b>\""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation that is over."""

    stack_name: str = "preto-2-prod"
    state: str = "CREATE_COMPLETE"
    succeeded: bool = True
    spans: tuple[Span, ...] = ()


class Outline(HTMLParser):
    """The tags of a page with their attributes, and that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Keep it; those without an end are not waited for."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Expect it to be the last one opened."""
        assert self.open.pop() == tag

    def classes(self, name: str) -> list[dict[str, str]]:
        """The attributes of all tags of this class."""
        return [attributes for _, attributes in self.tags if name in attributes.get("class", "").split()]


def stack(path: str, start: float, end: float) -> Span:
    """A stack created between these seconds."""
    return dataclasses.replace(resource(path, start, end), type=NESTED, is_stack=True)


def deployment() -> Operation:
    """A VPC and a load balancer in a child, a service in another one."""
    return Operation(
        spans=(
            stack("preto-2-prod", 0, 200),
            stack("Network", 0, 100),
            resource("Network/Vpc", 0, 20),
            resource("Network/LoadBalancer", 20, 100),
            stack("Ecs", 100, 200),
            resource("Ecs/Service", 100, 200),
        )
    )


def failure() -> Operation:
    """A role that fails, after a moment in which a topic is made and removed again."""
    failed = dataclasses.replace(resource("Iam/Role", 2, 6), status="CREATE_FAILED", reason=REASON)
    gone = dataclasses.replace(resource("Topic", 8, 10), action="delete", status="DELETE_COMPLETE")
    spans = (stack("preto-2-prod", 0, 10), resource("Topic", 0.5, 3), stack("Iam", 1, 7), failed, gone)
    return Operation(state="ROLLBACK_COMPLETE", succeeded=False, spans=spans)


def outline(over: Operation) -> Outline:
    """The page of an operation, taken apart."""
    found = Outline()
    found.feed(page(over))
    assert found.open == []
    return found


def test_rows_are_in_the_order_of_time_below_their_stacks() -> None:
    """Each stack above what is in it; stacks and resources in the order in which they began."""
    assert [row["data-path"] for row in outline(deployment()).classes("row")] == [
        "preto-2-prod",
        "Network",
        "Network/Vpc",
        "Network/LoadBalancer",
        "Ecs",
        "Ecs/Service",
    ]


def test_bars_are_where_the_time_was() -> None:
    """In percent of the whole operation; the critical path is marked."""
    bars = [bar for bar in outline(deployment()).classes("bar") if "style" in bar]
    assert [(bar["class"], bar["style"]) for bar in bars] == [
        ("bar create", "left:0.000%;width:100.000%"),
        ("bar create", "left:0.000%;width:50.000%"),
        ("bar create critical", "left:0.000%;width:10.000%"),
        ("bar create critical", "left:10.000%;width:40.000%"),
        ("bar create", "left:50.000%;width:50.000%"),
        ("bar create critical", "left:50.000%;width:50.000%"),
    ]


def test_a_failure_is_marked_with_its_reason_and_nothing_in_it_is_markup() -> None:
    """What AWS says is text, whatever it says; two things that happened to one resource are in one row."""
    written = page(failure())
    assert "<b>" not in written
    assert "CREATE_FAILED: Resource handler returned message: &quot;&lt;b&gt;&#x27;no&#x27; &amp; never" in written
    found = outline(failure())
    assert [bar["class"] for bar in found.classes("failed") if "style" in bar] == ["bar create failed critical"]
    assert [row["data-path"] for row in found.classes("row")] == ["preto-2-prod", "Topic", "Iam", "Iam/Role"]
    assert '<p class="failed">Failed: ROLLBACK_COMPLETE</p>' in written


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    """No script, no address, no file; and a policy that forbids them all the same."""
    written = page(failure())
    assert not re.search(r"<script|https?:|//|url\(|@import|javascript:| on\w+=", written)
    assert "default-src 'none'" in written
    links = [attributes["href"] for tag, attributes in outline(failure()).tags if "href" in attributes]
    assert links == ["data:,"]


def test_the_same_operation_is_the_same_page() -> None:
    """Times are in UTC, wherever it was written."""
    seoul = dt.timezone(dt.timedelta(hours=9))
    moved = tuple(
        dataclasses.replace(span, start=span.start.astimezone(seoul), end=span.end.astimezone(seoul))
        for span in deployment().spans
    )
    assert page(Operation(spans=moved)) == page(deployment())
    assert "2026-11-23 12:00:00 to 12:03:20 UTC, 3 min 20 s; critical path 3 min 20 s" in page(deployment())


def test_nothing_done_is_a_page_that_says_so() -> None:
    """A deployment without changes."""
    assert "Nothing had to be done." in page(Operation(state="UPDATE_COMPLETE"))
    assert outline(Operation()).classes("row") == []


@pytest.mark.parametrize("seconds", [0.001, 0.04, 1, 7, 59, 61, 250, 3_600, 50_000, 200_000])
def test_an_axis_has_a_few_marks(seconds: float) -> None:
    """At most nine with the one at the beginning, at least two unless there is nothing to measure."""
    marks = axis.Axis(start=NOON, seconds=seconds).ticks
    assert 2 <= len(marks) <= 9
    assert marks[-1] <= seconds * (1 + 1e-9)


def test_marks_are_read_as_on_a_clock() -> None:
    """Seconds, minutes and hours."""
    assert [axis.label(seconds) for seconds in (0, 0.5, 30, 90, 3600)] == ["0 s", "0.5 s", "30 s", "1:30", "1:00:00"]
