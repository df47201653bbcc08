"""What tasks cost an hour, by AWS's price list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stacks.cost.fargate import TaskSize, fargate_rates
from stacks.cost.tasks import SPOT, split
from stacks.scale.sides import Pricing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cost.catalogue import Catalogue
    from stacks.scale.summary import Price
    from stacks.settings import Settings


ONE = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What tasks of some size cost; `why` says why that is not known, or is ""; `source` whose prices they are."""

    pricing: Pricing | None
    currency: str = ""
    why: str = ""
    source: str = ""


def task_prices(catalogue: Catalogue, settings: Settings) -> Prices:
    """Return what tasks of the settings' architecture cost, on demand and on Spot as their strategy places them."""
    rates = fargate_rates(catalogue, settings.ecs.architecture)
    strategy, disk = _strategy(settings), settings.ecs.ephemeral_storage
    one_of_each = rates.per_hour(TaskSize(cpu=256, memory=512, storage=disk), on_demand=ONE, spot=ONE * bool(strategy))
    if one_of_each is None:
        why = rates.why or rates.spot_vcpu.why or rates.spot_memory.why or rates.storage.why
        return Prices(pricing=None, why=why)

    def pricing(cpu: int, memory: int) -> Price:
        size = TaskSize(cpu=cpu, memory=memory, storage=disk)

        def price(tasks: int) -> float:
            on_demand, spot = split(Decimal(tasks), strategy)
            return float(rates.per_hour(size, on_demand=on_demand, spot=spot) or 0)

        return price

    return Prices(pricing=pricing, currency=rates.currency, source=catalogue.source)


def _strategy(settings: Settings) -> list[Mapping[str, Any]]:
    """Return the service's capacity provider strategy; none where all tasks are on demand."""
    spot = settings.ecs.spot
    if spot is None:
        return []
    return [
        {"CapacityProvider": "FARGATE", "Base": spot.on_demand_base, "Weight": spot.on_demand_weight},
        {"CapacityProvider": SPOT, "Base": 0, "Weight": spot.weight},
    ]
