"""A plan as lines of styled pieces: a tree, each changed property below its resource."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from stacks.views.plan import leaves, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stacks.cloudformation.changes import Change, PropertyChange, StackChanges
    from stacks.views.styled import Line, Piece

STYLES = {"+": "green", "~": "yellow", "-/+": "bold red", "-": "red", "<=": "cyan", "=": "dim"}
ARROW = " → "
GAP = "   "
SIGN = 3
PATH = 48
"""Columns of the longest property path to which others are aligned."""
SHORTEST = 8
"""Characters of a value that are shown at least."""
WIDE = 30
"""Columns that two values need at least for something to stand beside them."""
NARROWEST = 16
"""Columns in which words are wrapped at least, however deep the tree and narrow the terminal."""


def tree(stack: StackChanges, width: int) -> Iterator[Line]:
    """Yield the changes of a stack and of those in it, at most `width` columns wide (0: as wide as they are)."""
    yield from _level(stack, "", width, root=True)


def _level(stack: StackChanges, indent: str, width: int, *, root: bool = False) -> Iterator[Line]:
    plain = [change for change in stack.changes if change.nested is None]
    columns = (
        max((len(change.logical_id) for change in plain), default=0),
        max((len(change.type) for change in plain if words.remark(change)), default=0),
    )
    for change in stack.changes:
        last = change is stack.changes[-1]
        branch, below = (" ", "   ") if root else ("└ ", "  ") if last else ("├ ", "│ ")
        if change.nested is not None:
            yield from _child(change, indent, branch, below, width)
        else:
            yield from _resource(change, columns, (indent + branch, indent + below), width)


def _child(change: Change, indent: str, branch: str, below: str, width: int) -> Iterator[Line]:
    """Yield a nested stack; what is proven equal is one line."""
    sign, remark = words.symbol(change), words.nested_remark(change)
    style = STYLES[sign]
    head: Line = [(indent + branch, "dim"), (sign, style), (" ", ""), (change.logical_id, f"bold {style}")]
    yield from _with_remark(head, remark, indent + below, width)
    if change.nested is not None and change.certainty != "none":
        yield from _level(change.nested, indent + below, width)


def _resource(change: Change, columns: tuple[int, int], indents: tuple[str, str], width: int) -> Iterator[Line]:
    sign, remark = words.symbol(change), words.remark(change)
    style = STYLES[sign]
    head: Line = [
        (indents[0], "dim"),
        (f"{sign:<{SIGN}} ", style),
        (f"{change.logical_id:<{columns[0]}}", f"bold {style}" if sign != words.EQUAL else style),
        (f"  {change.type:<{columns[1]}}" if remark else f"  {change.type}", "dim"),
    ]
    below = indents[1] + " " * (SIGN + 3)
    yield from _with_remark(head, remark, below, width)
    if change.certainty != "none" and words.is_listed(change):
        shown = leaves.listed(change.properties)
        longest = max((len(item.path) for item in shown if len(item.path) <= PATH), default=0)
        for item in shown:
            yield from _property(item, below, longest, width)


def _with_remark(head: Line, remark: str, below: str, width: int) -> Iterator[Line]:
    """Yield a remark at the end of the line, or where it does not fit, on lines of its own."""
    if remark and (not width or _length(head) + len(GAP) + len(remark) <= width):
        yield [*head, (GAP + remark, "italic")]
        return
    yield from _head(head, below, width)
    if remark:
        yield from wrapped(remark, below, width, "italic")


def _head(head: Line, below: str, width: int) -> Iterator[Line]:
    """Yield the part before a remark; where even that does not fit, its last piece is on a line of its own."""
    *before, (text, style) = head
    text = text.rstrip()
    if not width or _length(before) + len(text) <= width:
        yield [*before, (text, style)]
        return
    *lead, (name, bold) = before
    yield [*lead, (name.rstrip(), bold)]
    yield [(below, "dim"), (text.strip(), style)]


def wrapped(text: str, indent: str, width: int, style: str) -> Iterator[Line]:
    """Yield a text whose lines begin with the tree's lines; words stay whole if they fit (width 0: one line)."""
    for part in textwrap.wrap(text, max(width - len(indent), NARROWEST), break_on_hyphens=False) if width else [text]:
        yield [(indent, "dim"), (part, style)]


def _property(item: PropertyChange, indent: str, longest: int, width: int) -> Iterator[Line]:
    """Yield a property's path and values; values that do not fit stand below it, and are shortened."""
    before, after = words.values(item)
    suffix = words.suffix(item)
    own = indent + "  "
    path = f"{item.path:<{longest}}  "
    needed = len(indent) + len(path) + len(_change(before, after)) + len(suffix)
    if not width or needed <= width:
        yield [(indent, "dim"), (path, ""), *_values(before, after, item), (suffix, "red")]
        return
    yield from wrapped(item.path, indent, width, "")
    if item.causes:
        yield from wrapped(_change(before, after) + suffix, own, width, "italic")
        return
    room = width - len(own)
    beside = room - len(suffix) >= WIDE
    before, after = fitted(before, after, room - len(suffix) if beside else room)
    yield [(own, "dim"), *_values(before, after, item), *([(suffix, "red")] if beside else [])]
    if suffix and not beside:
        yield from wrapped(suffix.strip(), own, width, "red")


def _change(before: str, after: str) -> str:
    return f"{before}{ARROW}{after}" if before else after


def _values(before: str, after: str, item: PropertyChange) -> Line:
    new = "italic" if item.causes else "green"
    return [(before, "red"), (ARROW, "dim"), (after, new)] if before else [(after, new)]


def fitted(before: str, after: str, width: int) -> tuple[str, str]:
    """Return both values, shortened at the start that they share so that they fit with the arrow."""
    if len(_change(before, after)) <= width:
        return before, after
    alike = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    for cut in (i for i, letter in enumerate(before[:alike]) if i and letter in "/:,. "):
        if len(_change(before[cut:], after[cut:])) + 2 <= width:
            return f"…{before[cut:]}", f"…{after[cut:]}"
    half = max((width - len(ARROW)) // 2, SHORTEST)
    left = half if len(after) > half else max(width - len(ARROW) - len(after), half)
    before = words.middle(before, left) if before else ""
    return before, words.middle(after, max(width - len(ARROW) - len(before), SHORTEST) if before else width)


def _length(line: Sequence[Piece]) -> int:
    return sum(len(text) for text, _ in line)
