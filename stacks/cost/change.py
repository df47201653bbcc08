"""By how much a change moves what a month costs: the deployed tree against the new one, at the same prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stacks.cost.amounts import NOTHING, Amount
from stacks.cost.figure import Figure, figure
from stacks.cost.survey import survey_tree
from stacks.rendered.tree import Module
from stacks.rendered.values import Value

if TYPE_CHECKING:
    from decimal import Decimal

    from stacks.cost.assumptions import Assumptions
    from stacks.cost.catalogue import Catalogue
    from stacks.cost.figure import Line


@dataclass(frozen=True, kw_only=True)
class Side:
    """A tree of templates, and the parameters of its root."""

    root: Module
    parameters: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What is deployed, None for a new stack, and what will be; `desired` tasks run where autoscaling decides."""

    before: Side | None
    after: Side
    desired: int


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One item of a resource that costs another amount than before."""

    path: str
    name: str
    before: Amount
    after: Amount

    @property
    def change(self) -> Amount:
        """The difference."""
        return self.after.minus(self.before)


@dataclass(frozen=True, kw_only=True)
class CostChange:
    """What a month costs before and after; before is None for a new stack."""

    before: Figure | None
    after: Figure

    @property
    def change(self) -> Amount:
        """The difference of both totals."""
        return self.after.total.minus(self.before.total if self.before else NOTHING)

    @property
    def is_known(self) -> bool:
        """Whether the price list was asked for everything on both sides."""
        sides = (self.after, *([self.before] if self.before else []))
        return all(side.is_known and not side.is_unanswered for side in sides if side.lines)

    @property
    def moved(self) -> tuple[Moved, ...]:
        """The items whose cost differs, the largest difference first."""
        old, new = _costs(self.before), _costs(self.after)
        found = (
            Moved(path=path, name=name, before=old.get((path, name), NOTHING), after=new.get((path, name), NOTHING))
            for path, name in dict.fromkeys([*new, *old])
        )
        return tuple(sorted((it for it in found if it.before != it.after), key=_size, reverse=True))

    @property
    def uncounted(self) -> tuple[Line, ...]:
        """The items of the new tree that have no figure, and were not there before."""
        known = {(line.path, line.name) for line in self.before.lines} if self.before else set()
        return tuple(line for line in self.after.missing if (line.path, line.name) not in known)


def cost_change(sides: Sides, catalogue: Catalogue, given: Assumptions) -> CostChange:
    """Return what a month costs before and after, at the prices of one catalogue."""
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def side_figure(side: Side) -> Figure:
        survey = survey_tree(side.root, side.parameters, given, sides.desired, start=start)
        return figure(survey, catalogue, given)

    return CostChange(before=side_figure(sides.before) if sides.before else None, after=side_figure(sides.after))


def _costs(found: Figure | None) -> dict[tuple[str, str], Amount]:
    """Return the cost of each item; items of a resource with the same name count together."""
    costs: dict[tuple[str, str], Amount] = {}
    for line in found.lines if found else ():
        if line.cost is not None:
            key = line.path, line.name
            costs[key] = costs.get(key, NOTHING).plus(line.cost)
    return costs


def _size(moved: Moved) -> Decimal:
    change = moved.change
    return max(abs(change.smallest), abs(change.expected), abs(change.largest))
