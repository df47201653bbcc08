"""What a month costs: each item with its price, and a total that says what it does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from stacks.cost.amounts import NOTHING, Amount
from stacks.cost.assumptions import Assumptions
from stacks.cost.billed import NoFixedPrice, Use
from stacks.cost.catalogue import Price
from stacks.cost.tasks import Tasks
from stacks.errors import UserError

if TYPE_CHECKING:
    from stacks.cost.catalogue import Catalogue
    from stacks.cost.survey import Found, Survey

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item of one resource: so many units a month at a price.

    `cost` is None where a price or an amount is missing; `why` then says which. `price` is that of the first unit.
    `is_unanswered`: AWS could not be asked for the price.
    """

    path: str
    type: str
    name: str
    unit: str
    amount: Amount | None = None
    price: Decimal | None = None
    cost: Amount | None = None
    sku: str = ""
    why: str = ""
    note: str = ""
    is_unanswered: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether it is billed by a price that is looked up."""
        return self.amount is not None or self.price is not None or bool(self.why)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a month costs. `total` is the sum of the lines that have a cost, and only of these.

    `source` says whose prices they are, `oldest` since when the oldest of them is known, `is_stale` that it is older
    than it should be; `problem` is why AWS could not be asked.
    """

    lines: tuple[Line, ...]
    currency: str
    total: Amount
    given: Assumptions
    tasks: Tasks | None
    region: str
    source: str
    oldest: datetime | None = None
    is_stale: bool = False
    problem: UserError | None = None

    @property
    def missing(self) -> tuple[Line, ...]:
        """The lines that are not in the total, although something is paid for them."""
        return tuple(line for line in self.lines if line.cost is None)

    @property
    def is_known(self) -> bool:
        """Whether any price is known."""
        return any(line.cost is not None for line in self.lines)

    @property
    def is_unanswered(self) -> bool:
        """Whether AWS could not be asked for a price, and no earlier answer stands for it."""
        return any(line.is_unanswered for line in self.lines)


def figure(survey: Survey, catalogue: Catalogue, given: Assumptions) -> Figure:
    """Return the figure of a survey at the prices of a catalogue."""
    catalogue.ask([found.item.meter for found in survey.items if isinstance(found.item, Use)])
    currency = ""
    lines = []
    for found in survey.items:
        line, its_currency = _line(found, catalogue, currency)
        currency = currency or its_currency
        lines.append(line)
    total = NOTHING
    for line in lines:
        total = total.plus(line.cost) if line.cost is not None else total
    return Figure(
        lines=tuple(lines),
        currency=currency,
        total=total,
        given=given,
        tasks=survey.tasks,
        region=catalogue.region,
        source=catalogue.source,
        oldest=catalogue.oldest,
        is_stale=catalogue.is_stale,
        problem=catalogue.problem,
    )


def _line(found: Found, catalogue: Catalogue, currency: str) -> tuple[Line, str]:
    """Return the line of an item, and its currency; one in another currency than those before has no cost."""
    item = found.item
    if isinstance(item, NoFixedPrice):
        return Line(path=found.path, type=found.type, name=item.name, unit=item.unit, note=item.why), ""
    price = catalogue.price(item.meter)
    product = price.product
    if product is not None and currency and product.currency != currency:
        other = f"its price is in {product.currency}, and the others are in {currency}"
        return _used(found, item, Price(why=other)), ""
    return _used(found, item, price), product.currency if product else ""


def _used(found: Found, item: Use, price: Price) -> Line:
    product, amount = price.product, item.amount
    factor = (HUNDRED - item.discount) / HUNDRED
    return Line(
        path=found.path,
        type=found.type,
        name=item.meter.name,
        unit=item.meter.unit,
        amount=amount,
        price=product.price * factor if product else None,
        cost=amount.each(lambda it: product.cost(it) * factor) if product and amount else None,
        sku=product.sku if product else "",
        why=price.why or item.why,
        note=item.note,
        is_unanswered=price.is_unanswered,
    )
