"""What Fargate tasks cost an hour: for whoever knows how many run."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stacks.cost import meters
from stacks.cost.catalogue import Price
from stacks.cost.types.containers import ARM64, INCLUDED_STORAGE, MIB, UNITS

if TYPE_CHECKING:
    from stacks.cost.catalogue import Catalogue

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class TaskSize:
    """CPU units, MiB of memory and GiB of disk of a task."""

    cpu: int
    memory: int
    storage: int = INCLUDED_STORAGE


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The prices of an hour of one vCPU and one GB. Those on Spot are seldom in the price list."""

    vcpu: Price
    memory: Price
    storage: Price
    spot_vcpu: Price
    spot_memory: Price
    spot_discount: Decimal | None = None

    @property
    def currency(self) -> str:
        """The currency of the prices; "" where there are none."""
        return self.vcpu.product.currency if self.vcpu.product else ""

    @property
    def why(self) -> str:
        """Why there is no price on demand; "" where there is."""
        return self.vcpu.why or self.memory.why

    def per_hour(self, size: TaskSize, *, on_demand: Decimal, spot: Decimal = Decimal(0)) -> Decimal | None:
        """Return what so many tasks cost an hour; None where a price is missing that this needs."""
        disk = Decimal(max(size.storage - INCLUDED_STORAGE, 0))
        parts = [(self.vcpu, on_demand * size.cpu / UNITS), (self.memory, on_demand * size.memory / MIB)]
        parts += [(self.storage, (on_demand + spot) * disk)] if disk else []
        factor = Decimal(1) if self.spot_discount is None else (HUNDRED - self.spot_discount) / HUNDRED
        pair = (self.spot_vcpu, self.spot_memory) if self.spot_discount is None else (self.vcpu, self.memory)
        if spot:
            parts += [(pair[0], spot * size.cpu / UNITS * factor), (pair[1], spot * size.memory / MIB * factor)]
        total = Decimal(0)
        for price, quantity in parts:
            if price.product is None:
                return None
            total += price.product.price * quantity
        return total


def fargate_rates(catalogue: Catalogue, architecture: str, *, spot_discount: Decimal | None = None) -> Rates:
    """Return the rates of an architecture, `X86_64` or `ARM64`; a percentage off for Spot, where it is assumed."""
    is_arm = architecture == ARM64
    wanted = (
        (meters.ARM_VCPU, meters.ARM_MEMORY, meters.STORAGE, meters.SPOT_ARM_VCPU, meters.SPOT_ARM_MEMORY)
        if is_arm
        else (meters.VCPU, meters.MEMORY, meters.STORAGE, meters.SPOT_VCPU, meters.SPOT_MEMORY)
    )
    vcpu, memory, storage, spot_vcpu, spot_memory = (catalogue.price(meter) for meter in wanted)
    return Rates(
        vcpu=vcpu,
        memory=memory,
        storage=storage,
        spot_vcpu=spot_vcpu,
        spot_memory=spot_memory,
        spot_discount=spot_discount,
    )
