"""By how much a plan moves what a month costs: with `plan --cost`, or where all prices are kept from the last week."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.cost.assumptions import Assumptions
from stacks.cost.change import cost_change
from stacks.cost.environment import open_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.plan import Plan
    from stacks.settings import Settings

PRICE_CACHE = Path(".cache", "prices")


def priced(aws: Aws, settings: Settings, plan: Plan, *, asks: bool, emit: Callable[[str], None]) -> Plan:
    """Return the plan with the change of its cost, and without one where prices are missing.

    AWS is asked only where `asks` says so; what it refuses then is a message, and no reason for the plan to fail.
    """
    if plan.change_set is None or plan.sides is None or not (asks or PRICE_CACHE.exists()):
        return plan
    catalogue = open_catalogue(settings, PRICE_CACHE, lambda: aws, may_ask=asks)
    found = cost_change(plan.sides, catalogue, Assumptions())
    if found.is_known:
        return dataclasses.replace(plan, cost=found)
    if asks and catalogue.problem is not None:
        emit(f"Costs are not known: {catalogue.problem.what}: {catalogue.problem.why}")
    return plan
