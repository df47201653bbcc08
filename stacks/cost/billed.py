"""How a resource is billed: by meters with quantities, by something that has no fixed price, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from stacks.cost.amounts import Amount
from stacks.cost.assumptions import Assumptions
from stacks.cost.meters import Meter
from stacks.cost.tasks import Tasks
from stacks.rendered.values import Later


@dataclass(frozen=True, kw_only=True)
class Use:
    """So much of a meter in a month. `amount` is None where nothing says how much, and `why` says what would.

    `note` is what a reader has to know of the amount. `discount` is a percentage off the price, "" or as assumed.
    """

    meter: Meter
    amount: Amount | None
    why: str = ""
    note: str = ""
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class NoFixedPrice:
    """Something that is paid for by a unit that has no fixed price: what it is, and the unit by which it is billed."""

    name: str
    unit: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Free:
    """A type that costs nothing by itself; `source` says so."""

    source: str


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource as it will be: its properties with what is known filled in, and the others of its tree."""

    path: str
    type: str
    properties: Mapping[str, Any]
    tree: Iterable[Resource] = field(repr=False, compare=False)
    given: Assumptions
    tasks: Tasks | None

    @property
    def module(self) -> str:
        """What the paths of its stack begin with."""
        return self.path.rpartition("/")[0]

    @property
    def reference(self) -> str:
        """How `Ref` of it reads in the properties of others of its stack."""
        return f"${{{self.path.rpartition('/')[2]}.}}"

    def others(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of these types in its tree; itself where it is one of them."""
        return (it for it in self.tree if it.type in types)

    def beside(self, resource_type: str) -> Iterator[Resource]:
        """Yield those of a type in its own stack."""
        return (it for it in self.others(resource_type) if it.module == self.module)

    def at(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the value at a path of its properties; None where there is none."""
        value: Any = self.properties
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def number(self, path: str, default: str = "") -> Decimal | None:
        """Return a number among its properties; None where it is filled in later, or there is none."""
        text = str(self.at(path) if self.at(path) is not None else default)
        return Decimal(text) if text.replace(".", "", 1).isdigit() else None

    def length(self, path: str) -> int | None:
        """Return how many elements a list has; None where that is not known before a deployment."""
        value = self.at(path)
        return None if isinstance(value, Later) or not isinstance(value, list) else len(value)


Item: TypeAlias = Use | NoFixedPrice
Billing: TypeAlias = Callable[[Resource], Iterator[Item]]


def hourly(meter: Meter, resource: Resource, count: Decimal | int = 1, note: str = "") -> Use:
    """Return what something costs that is there for all hours of the month."""
    return Use(meter=meter, amount=Amount.of(resource.given.hours * count), note=note)


def monthly(meter: Meter, count: Decimal | int = 1, note: str = "") -> Use:
    """Return what something costs that is paid for by the month, or by what is used in it."""
    return Use(meter=meter, amount=Amount.of(count), note=note)
