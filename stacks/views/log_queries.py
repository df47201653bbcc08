"""What a query of Logs Insights has found, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from stacks.terminal import counted
from stacks.views.logs import printable, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.logs.queries import Result
    from stacks.views.styled import Line

GAP = "  "
NARROW = 12
"""Columns that the last field has at least, however little room there is."""


def lines(result: Result, width: int) -> Iterable[Line]:
    """Yield a table with a row for each result; the last field is wrapped at `width` columns (0: not at all)."""
    counts = f"{counted(len(result.rows), 'row')}; {result.matched:,} of {result.scanned:,} events match"
    if not result.rows:
        yield [(f"{result.query.name}: {counts}", "")]
        return
    widths = [_width(result, name) for name in result.columns]
    yield [(GAP.join(_fit(*it) for it in zip(result.columns, widths, strict=True)), "bold")]
    for row in result.rows:
        cells = [_cell(row, name) for name in result.columns]
        before = "".join(_fit(*it) + GAP for it in zip(cells[:-1], widths, strict=False))
        room = max(width - cell_len(before), NARROW) if width else 0
        for number, part in enumerate(wrapped(cells[-1], room)):
            yield [(before if not number else " " * cell_len(before), ""), (part, "")]
    yield [("", "")]
    yield [(counts, "dim")]


def document(result: Result) -> dict[str, Any]:
    """Return it as a JSON document; all values are text, as CloudWatch gives them."""
    return {
        "query": result.query.name,
        "text": result.query.text,
        "log_groups": list(result.query.groups),
        "scanned": result.scanned,
        "matched": result.matched,
        "scanned_bytes": result.scanned_bytes,
        "rows": [dict(row) for row in result.rows],
    }


def _cell(row: Mapping[str, str], name: str) -> str:
    return printable(" ".join(row.get(name, "").splitlines())).rstrip()


def _width(result: Result, name: str) -> int:
    return max(cell_len(name), *(cell_len(_cell(row, name)) for row in result.rows))


def _fit(text: str, width: int) -> str:
    return set_cell_size(text, width)
