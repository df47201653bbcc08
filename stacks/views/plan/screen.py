"""A plan in the terminal: with colour where it is one, as plain lines otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from stacks.views import duration, styled
from stacks.views.plan import by_hand, cost, layout, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.plan import Plan
    from stacks.views.styled import Line


def text(plan: Plan, width: int = 0) -> str:
    """Return the plan without colour, at most `width` columns wide (0: nothing is shortened)."""
    return styled.plain(lines(plan, width))


def shown(plan: Plan, stream: TextIO) -> str:
    """Return the plan in this stream's width and colours; NO_COLOR and TERM=dumb turn colours off."""
    return styled.shown(lambda width: lines(plan, width), stream)


def coloured(plan: Plan, width: int) -> str:
    """Return the plan with the escape sequences of colours that every terminal has."""
    return styled.coloured(lines(plan, width))


def lines(plan: Plan, width: int) -> Iterator[Line]:
    """Yield the notes, the stack, the tree of changes, what was changed by hand, and the summary."""
    for note in plan.request.notes:
        yield from layout.wrapped(note, "", width, "")
    if plan.change_set is None:
        yield from layout.wrapped(words.no_changes(plan), "", width, "bold")
    else:
        yield from _head(plan, width)
        yield []
        yield from layout.tree(plan.changes, width)
    if plan.drift is not None:
        yield []
        for line in by_hand.lines(plan.drift, plan.changes):
            yield from _below(line, width)
    if plan.change_set is not None:
        yield []
        yield from _end(plan, width)
        for line in cost.lines(plan.cost) if plan.cost else ():
            yield from _below(line, width)
        if permission := words.needs_permission(plan):
            yield from layout.wrapped(permission, "", width, "bold red")


def _head(plan: Plan, width: int) -> Iterator[Line]:
    """Yield the stack's name, and where it is and its state, on one line where that fits."""
    name, header = plan.request.stack_name, words.header(plan)
    if width and len(name) + len(layout.GAP) + len(header) > width:
        yield [(name, "bold")]
        yield from layout.wrapped(header, "", width, "dim")
    else:
        yield [(name, "bold"), (f"{layout.GAP}{header}", "dim")]


def _end(plan: Plan, width: int) -> Iterator[Line]:
    """Yield the summary and the estimate, on one line where that fits."""
    summary, time = words.summary(plan), duration.estimate(plan.estimate) if plan.estimate else ""
    if time and width and len(summary) + len(time) + len(layout.GAP) > width:
        yield from layout.wrapped(summary, "", width, "bold")
        yield from layout.wrapped(time, "", width, "")
    elif width and len(summary) > width:
        yield from layout.wrapped(summary, "", width, "bold")
    else:
        yield [(summary, "bold"), (f"{layout.GAP}{time}" if time else "", "")]


def _below(line: str, width: int) -> Iterator[Line]:
    """Yield a line that is indented by itself, and its rest, where it does not fit, further in."""
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    if not width or len(line) <= width:
        yield [(line, "")]
    else:
        first, *rest = layout.wrapped(text, f"{indent}    ", width, "")
        yield [(indent, ""), *first[1:]]
        yield from rest
