"""The tree as rows of text that fit a terminal: finished parts fold up when there is not enough height."""

from __future__ import annotations

import datetime as dt
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from stacks.estimate.durations import expected_seconds
from stacks.views import service as service_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stacks.estimate.durations import Action
    from stacks.views.live.tree import Node

Fold = Literal["open", "stacks", "done", "waiting"]
FOLDS: tuple[Fold, ...] = ("open", "stacks", "done", "waiting")
"""What is folded, from nothing to all that has not begun; each includes those before it."""
STATUS = 20
"""Width of the column of statuses: no resource has a longer one that happens often."""
REASON_LINES = 4
"""Lines that a reason may take."""
ACTIONS: Mapping[str, Action] = {"CREATE": "create", "UPDATE": "update", "DELETE": "delete", "IMPORT": "import"}
UNICODE = {"waiting": "·", "busy": "»", "done": "✓", "failed": "✗", "branch": "├ ", "last": "└ ", "down": "│ "}
ASCII = {"waiting": ".", "busy": ">", "done": "+", "failed": "x", "branch": "|-", "last": "`-", "down": "| "}
STYLES = {"waiting": "dim", "busy": "cyan", "done": "green", "failed": "bold red"}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the rows are made for: a time on CloudFormation's clock, a size, and whether only ASCII can be shown."""

    now: dt.datetime
    width: int
    height: int
    ascii_only: bool = False

    @property
    def signs(self) -> Mapping[str, str]:
        """The symbols and the lines of the tree."""
        return ASCII if self.ascii_only else UNICODE


def rows(root: Node, page: Page) -> list[Text]:
    """Return the whole tree, folded as far as the page's height asks for, and cut where that is not enough."""
    found: list[Text] = []
    for fold in FOLDS:
        found = [_heading(root, page), *_children(root, page, fold, "", _label_width(root, page))]
        if len(found) <= page.height:
            return found
    hidden = len(found) - page.height + 1
    return [*found[: page.height - 1], Text(f"… {hidden} more lines", style="dim")]


def clock(seconds: float) -> str:
    """Return `0:07`, `1:20`, `2:03:04`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _label_width(root: Node, page: Page) -> int:
    """Enough for the longest name with its indentation, but not more than leaves room for the rest."""
    deepest = max((2 * depth + len(name) for depth, name in _names(root, 0)), default=0)
    return min(deepest + 4, max(16, page.width - STATUS - 26))


def _names(node: Node, depth: int) -> Iterator[tuple[int, str]]:
    for child in node.children.values():
        yield depth, child.name
        yield from _names(child, depth + 1)


def _heading(root: Node, page: Page) -> Text:
    text = Text()
    text.append(root.name or "…", style="bold")
    text.append(f"  {root.status or 'waiting for CloudFormation'}", style=STYLES[_style(root)])
    if (seconds := root.seconds(page.now)) is not None:
        text.append(f"  {clock(seconds)}")
    text.truncate(page.width, overflow="ellipsis")
    return text


def _children(node: Node, page: Page, fold: Fold, indent: str, width: int) -> Iterator[Text]:
    shown, notes = _folded(node, fold)
    for index, child in enumerate(shown):
        last = index == len(shown) - 1 and not notes
        guide = page.signs["last" if last else "branch"]
        below = indent + ("  " if last else page.signs["down"])
        yield _row(child, page, indent + guide, width, fold)
        yield from _below(child, page, below)
        if child.is_stack and not (fold != "open" and child.is_done):
            yield from _children(child, page, fold, below, width)
    if notes:
        yield Text(f"{indent}{page.signs['last']}{', '.join(notes)}", style="dim")


def _folded(node: Node, fold: Fold) -> tuple[list[Node], list[str]]:
    """Return the children that are shown, and how many of each state are not."""
    tests: dict[str, Callable[[Node], bool]] = {}
    if fold in {"done", "waiting"}:
        tests["done"] = lambda child: child.is_done and not child.is_stack
    if fold == "waiting" or _is_over(node):
        tests["waiting"] = lambda child: child.is_waiting
    shown, hidden = [], dict.fromkeys(tests, 0)
    for child in node.children.values():
        kind = next((name for name, test in tests.items() if test(child)), None)
        if kind is None:
            shown.append(child)
        else:
            hidden[kind] += 1
    if _is_over(node):
        hidden.pop("waiting", None)  # What never came has nothing to wait for any more.
    return shown, [f"{count} {name}" for name, count in hidden.items() if count]


def _is_over(node: Node) -> bool:
    return bool(node.status) and not node.is_busy


def _style(node: Node) -> str:
    if node.failure or node.status.endswith("_FAILED") or (not node.is_busy and "ROLLBACK" in node.status):
        return "failed"
    if node.is_busy:
        return "busy"
    return "done" if node.status else "waiting"


def _row(node: Node, page: Page, guide: str, width: int, fold: Fold) -> Text:
    style = _style(node)
    label = Text()
    label.append(guide, style="dim")
    label.append(f"{page.signs[style]} ", style=STYLES[style])
    label.append(node.name, style="bold" if node.is_stack else "default")
    label.truncate(width, overflow="ellipsis", pad=True)
    label.append(f" {node.status or 'waiting':<{STATUS}}", style=STYLES[style])
    if (seconds := node.seconds(page.now)) is not None:
        label.append(f" {clock(seconds):>5}")
        label.append(_rest(node, seconds, fold), style="dim")
    label.rstrip()
    label.no_wrap = True
    label.truncate(page.width, overflow="ellipsis")
    return label


def _rest(node: Node, seconds: float, fold: Fold) -> str:
    """Return how much longer it will take, as far as that is known; for a folded stack how much is in it."""
    if node.is_stack:
        count = sum(1 for _ in node.resources())
        number = f"  {count} resource{'' if count == 1 else 's'}"
        return number if fold != "open" and node.is_done and count else ""
    action = ACTIONS.get(node.status.partition("_")[0])
    if not node.is_busy or action is None:
        return ""
    typical = _expected(node, action)
    if typical is None:
        return ""
    left = typical - seconds
    return (
        f"  about {clock(left)} left" if left >= 1 else f"  usually {clock(typical)}" if seconds > 2 * typical else ""
    )


def _expected(node: Node, action: Action) -> float | None:
    """Return the seconds that it took on this stack before, else the typical ones; at least 1, which a row shows.

    An update that turns out to be a replacement is under way as an update, too.
    """
    names = ("replace", "update") if action == "update" else (action,)
    known = next((node.learnt[name] for name in names if name in node.learnt), None)
    return expected_seconds(node.type, action) if known is None else max(known, 1.0)


def _below(node: Node, page: Page, indent: str) -> Iterator[Text]:
    """Yield why it failed, and how a service is getting on."""
    if node.failure:
        yield from _wrapped(node.failure, page, indent, "red")
    if node.service is not None and (node.is_busy or node.failure):
        yield from _wrapped(service_view.counts(node.service), page, indent, "default")
        for stopped in node.service.stopped:
            reason, *log = service_view.reason(stopped)
            yield from _wrapped(reason, page, indent, "red")
            for line in log:
                yield _line(indent, line, page, "dim")


def _wrapped(text: str, page: Page, indent: str, style: str) -> Iterator[Text]:
    width = max(20, page.width - len(indent) - 2)
    for line in textwrap.wrap(text, width, max_lines=REASON_LINES, placeholder=" …"):
        yield _line(indent, line, page, style)


def _line(indent: str, text: str, page: Page, style: str) -> Text:
    line = Text()
    line.append(indent, style="dim")
    line.append(f"  {text.replace('×', 'x') if page.ascii_only else text}", style=style)  # noqa: RUF001 - the sign for times
    line.no_wrap = True
    line.truncate(page.width, overflow="ellipsis")
    return line
