"""By how much a plan moves what a month costs, in a few lines, and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.cost.environment import SANDBOX
from stacks.views import cost as view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from stacks.cost.amounts import Amount
    from stacks.cost.change import CostChange

MOST = 5
"""Resources that are named, those that move it most."""


def lines(found: CostChange) -> Iterator[str]:
    """Yield what a month costs before and after, what moves it most, and what is in no figure."""
    yield _sentence(found)
    moved = found.moved if found.before is not None else ()
    width = max((len(it.path) + len(it.name) for it in moved[:MOST]), default=0) + 2
    for it in moved[:MOST]:
        yield f"  {f'{it.path}: {it.name}':<{width}}  {_change(it.change)}"
    if len(moved) > MOST:
        yield f"  and {len(moved) - MOST} more: `cost ENV` has all of them"
    if found.before is not None:
        for line in found.uncounted:
            yield f"  {line.path}: {line.name} is not counted, {view.reason(line)}"


def _sentence(found: CostChange) -> str:
    whose = ", at the prices of the sandbox, which are not AWS's" if found.after.source == SANDBOX else ""
    rest = "" if not found.after.missing else ", without what has no figure"
    after, currency = found.after.total, found.after.currency or (found.before.currency if found.before else "")
    if found.before is None:
        return f"A month costs {_all(after)} {currency}{rest}{whose}."
    if not found.moved:
        return f"A month costs {_all(after)} {currency}, as before{rest}{whose}."
    before = found.before.total
    change = f"{view.money(before.expected)} → {view.money(after.expected)} {currency}, {_change(found.change)}"
    return f"A month costs {change}{rest}{whose}."


def _all(amount: Amount) -> str:
    """Return `76.44`, or `76.44 (70.10 to 80.20)` where it depends on the number of tasks."""
    own = view.money(amount.expected)
    if amount.smallest == amount.largest:
        return own
    return f"{own} ({view.money(amount.smallest)} to {view.money(amount.largest)})"


def _change(amount: Amount) -> str:
    """Return `+15.86`, or `+15.86 (+8.00 to +31.20)` where it depends on the number of tasks."""
    own = _signed(amount.expected)
    if len({amount.smallest, amount.expected, amount.largest}) == 1:
        return own
    return f"{own} ({_signed(amount.smallest)} with the fewest tasks, {_signed(amount.largest)} with the most)"


def _signed(value: Decimal) -> str:
    return f"{'+' if value >= 0 else '-'}{view.money(abs(value))}"


def document(found: CostChange) -> dict[str, Any]:
    """Return it as a part of the plan's document; amounts are decimal numbers as text."""
    return {
        "currency": found.after.currency or None,
        "source": found.after.source,
        "before": view.numbers(found.before.total) if found.before else None,
        "after": view.numbers(found.after.total),
        "change": view.numbers(found.change),
        "is_complete": not found.after.missing and not (found.before and found.before.missing),
        "moved": [
            {"path": it.path, "name": it.name, "before": view.numbers(it.before), "after": view.numbers(it.after)}
            for it in found.moved
        ],
    }
