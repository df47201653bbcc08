"""Amounts that are not one number: the smallest, the expected and the largest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount by the limits of autoscaling: with the fewest tasks, with the expected number, and with the most."""

    smallest: Decimal
    expected: Decimal
    largest: Decimal

    @staticmethod
    def of(number: Decimal | int) -> Amount:
        """Return an amount that is the same however many tasks run."""
        return Amount(smallest=Decimal(number), expected=Decimal(number), largest=Decimal(number))

    def each(self, change: Callable[[Decimal], Decimal]) -> Amount:
        """Return the amount with each of its numbers changed."""
        return Amount(smallest=change(self.smallest), expected=change(self.expected), largest=change(self.largest))

    def times(self, factor: Decimal | int) -> Amount:
        """Return so many times the amount."""
        return self.each(lambda it: it * factor)

    def plus(self, other: Amount) -> Amount:
        """Return the sum of both, number by number."""
        return Amount(
            smallest=self.smallest + other.smallest,
            expected=self.expected + other.expected,
            largest=self.largest + other.largest,
        )

    def minus(self, other: Amount) -> Amount:
        """Return the difference, number by number."""
        return self.plus(other.times(-1))


NOTHING = Amount.of(0)
