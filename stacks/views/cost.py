"""What a month costs, for people and for programs."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from stacks.cost.assumptions import listed, option
from stacks.cost.catalogue import AWS
from stacks.cost.environment import SANDBOX
from stacks.cost.figure import Figure
from stacks.views import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.cost.amounts import Amount
    from stacks.cost.figure import Line
    from stacks.views.styled import Line as Styled

FORMAT_VERSION = "1.0"
CENT = Decimal("0.01")
COLUMNS = ("smallest", "expected", "largest")
MONEY = 10
"""Columns of an amount of money."""
NOT_COUNTED = "free tier, Savings Plans, taxes, support, and what deployments run twice"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The figure of an environment."""

    environment: str
    stack: str
    figure: Figure


def number(value: Decimal) -> str:
    """Return a number with at most two decimals below a thousand, and none above: `5,840`, `0.25`."""
    rounded = value.quantize(CENT if abs(value) < 1000 else Decimal(1), ROUND_HALF_UP)  # noqa: PLR2004 - digits that matter
    return f"{rounded.normalize():,f}" if rounded else "0"


def money(value: Decimal) -> str:
    """Return an amount of money, to the cent."""
    return f"{value.quantize(CENT, ROUND_HALF_UP):,.2f}"


def text(shown: Shown) -> str:
    """Return the figure as a table, with colour where standard output is a terminal."""
    return styled.shown(lambda width: lines(shown, width), sys.stdout)


def lines(shown: Shown, width: int) -> Iterator[Styled]:
    """Yield the resources with their cost, the total, what it does not hold, and what was assumed."""
    found = shown.figure
    costs = [line for line in found.lines if line.cost is not None]
    if costs:
        yield from _table(shown, costs, width)
    else:
        yield [(f"{shown.stack} in {found.region}: no price is known, so there is no figure.", "bold")]
    for line in _missing(found):
        yield from _wrapped(line, width)
    yield []
    for words in remarks(found):
        yield from _wrapped([(words, "")], width)


def _wrapped(line: Styled, width: int) -> Iterator[Styled]:
    """Yield a line of one or two pieces, and what of the last one does not fit below it, further in."""
    if not width or sum(len(piece) for piece, _ in line) <= width:
        yield line
        return
    *before, (last, style) = line
    used = sum(len(piece) for piece, _ in before)
    first, *rest = textwrap.wrap(last, width, initial_indent=" " * used, subsequent_indent="      ") or [""]
    yield [*before, (first[used:], style)]
    yield from ([(row, style)] for row in rest)


def _table(shown: Shown, costs: list[Line], width: int) -> Iterator[Styled]:
    found = shown.figure
    varies = len({found.total.smallest, found.total.expected, found.total.largest}) > 1
    columns = COLUMNS if varies else ("a month",)
    labels = [[(_label(line), _quantity(line)) for line in costs]]
    first = max(len(label) for rows in labels for label, _ in rows)
    second = max(len(quantity) for rows in labels for _, quantity in rows)
    room = width - (MONEY + 1) * len(columns) - 4 if width else first + second
    second = min(second, max(room // 2, room - first - 2))
    first = min(first, max(room - second, 20))
    head = f"{shown.stack} in {found.region}, {number(found.given.hours)} hours, {found.currency}"
    yield [
        (f"{head:<{first + second + 4}}", "bold"),
        *((f"{name:>{MONEY}} ", "dim") for name in columns),
    ]
    for module, rows in groupby(costs, key=lambda line: line.path.partition("/")[0]):
        yield [(module, "bold")]
        for line in rows:
            label, quantity = f"{_cut(_label(line), first):<{first}}", f"{_cut(_quantity(line), second):<{second}}"
            yield [(f"  {label}  ", ""), (quantity, "dim"), *_amounts(line.cost, varies=varies)]
    total = "Total of these" if found.missing else "Total"
    yield [(f"{total:<{first + second + 4}}", "bold"), *_amounts(found.total, varies=varies, style="bold")]


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else f"{words[: length - 1]}…"


def _label(line: Line) -> str:
    own = line.path.partition("/")[2]
    return f"{own}: {line.name}{f' ({line.note})' if line.note else ''}"


def _quantity(line: Line) -> str:
    if line.amount is None or line.price is None:
        return ""
    return f"{_units(line.amount.expected, line.unit)} x {_price(line.price)}"


def _units(amount: Decimal, unit: str) -> str:
    return f"{number(amount)} {unit if amount == 1 else _plural(unit)}"


def _plural(unit: str) -> str:
    return unit if unit.startswith("GB") and not unit.endswith(("hour", "month")) else f"{unit}s"


def _price(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _amounts(amount: Amount | None, *, varies: bool, style: str = "") -> Iterator[tuple[str, str]]:
    if amount is not None:
        numbers = (amount.smallest, amount.expected, amount.largest) if varies else (amount.expected,)
        yield from ((f"{money(it):>{MONEY}} ", style) for it in numbers)


def _missing(found: Figure) -> Iterator[Styled]:
    """Yield what costs money and is not in the total, each with its unit and, where it is known, its price."""
    unanswered = [line for line in found.missing if line.is_unanswered]
    others = [line for line in found.missing if not line.is_unanswered]
    why = f": {found.problem.what}: {found.problem.why}" if found.problem else ""
    for heading, rows in (
        (f"Without a price, because the price list could not be asked{why}", unanswered),
        ("Not in the total:", others),
    ):
        if rows:
            yield []
            yield [(heading, "bold")]
        for line in rows:
            yield [(f"  {line.path}: ", ""), (f"{line.name}, {reason(line)}", "dim")]


def reason(line: Line) -> str:
    """Return the unit of what has no figure, its price where there is one, and why there is no figure."""
    if not line.is_fixed:
        return f"by {line.unit}{f'; {line.note}' if line.note else ''}"
    each = f"{_price(line.price)} each {line.unit}" if line.price is not None else f"by {line.unit}"
    amount = f", {_units(line.amount.expected, line.unit)}" if line.amount is not None else ""
    return f"{each}{amount}{'' if line.is_unanswered else f': {line.why}'}"


def remarks(found: Figure) -> Iterator[str]:
    """Yield whose prices they are, how many tasks run, what was assumed, and what is not counted."""
    if found.source == SANDBOX:
        yield "Prices: made up by the sandbox, so that the command can be tried. They are not AWS's."
    elif found.is_known:
        whose = "AWS's price list" if found.source == AWS else f"the price list of {found.source}, which is not AWS's"
        since = f" of {found.oldest:%Y-%m-%d}" if found.oldest else ""
        stale = "; newer ones could not be asked for" if found.is_stale else ""
        yield f"Prices: {whose}{since}{stale}."
    if found.tasks is not None:
        run = found.tasks.all
        spot = f", {number(found.tasks.spot.expected)} of them on Spot" if found.tasks.spot.largest else ""
        if run.smallest == run.largest:
            yield f"Tasks: {number(run.expected)}{spot}."
        else:
            limits = f"{number(run.smallest)} to {number(run.largest)}"
            when = ", on average of a year with its schedules" if len(found.tasks.spans) > 1 else ""
            yield f"Tasks: {limits}, expected {number(run.expected)}{spot}{when}."
    given = [f"{option(name)} {number(value)}" for name, value in listed(found.given) if value is not None]
    yield f"Assumed: {', '.join(given)}."
    yield f"Not counted: {NOT_COUNTED}."


def document(shown: Shown) -> dict[str, Any]:
    """Return the figure as one JSON document; amounts are decimal numbers as text, so that none is rounded."""
    found = shown.figure
    return {
        "format_version": FORMAT_VERSION,
        "environment": shown.environment,
        "stack": shown.stack,
        "region": found.region,
        "source": found.source,
        "currency": found.currency or None,
        "total": numbers(found.total) if found.is_known else None,
        "is_complete": not found.missing,
        "assumptions": {name: None if value is None else exact(value) for name, value in listed(found.given)},
        "tasks": None
        if found.tasks is None
        else {"on_demand": numbers(found.tasks.on_demand), "spot": numbers(found.tasks.spot)},
        "lines": [_line(line) for line in found.lines],
        "not_counted": NOT_COUNTED,
        "prices_since": found.oldest.isoformat() if found.oldest else None,
        "is_stale": found.is_stale,
        "problem": None if found.problem is None else found.problem.document()["error"],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "path": line.path,
        "type": line.type,
        "name": line.name,
        "unit": line.unit,
        "amount": numbers(line.amount),
        "price": None if line.price is None else exact(line.price),
        "cost": numbers(line.cost),
        "sku": line.sku or None,
        "why": line.why or None,
        "note": line.note or None,
    }


def numbers(amount: Amount | None) -> dict[str, str] | None:
    """Return the three numbers of an amount, exactly."""
    if amount is None:
        return None
    return {name: exact(getattr(amount, name)) for name in COLUMNS}


def exact(value: Decimal) -> str:
    """Return a number to ten decimals, as AWS's price list has them, without an exponent and zeros at its end."""
    rounded = value.quantize(Decimal("1e-10"), ROUND_HALF_UP)
    return f"{rounded.normalize():f}" if rounded else "0"
