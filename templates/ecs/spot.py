"""Capacity of the tasks: on demand, or on Fargate Spot above a base on demand."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from troposphere.ecs import CapacityProviderStrategyItem

from templates.section import Section

FARGATE, FARGATE_SPOT = "FARGATE", "FARGATE_SPOT"
PROVIDERS = (FARGATE, FARGATE_SPOT)
"""The cluster's capacity providers. Always both: Spot cannot be removed while tasks run on it."""


class Spot(Section):
    """`[ecs.spot]`: Fargate Spot, up to 70 % cheaper; AWS can stop a task with two minutes' notice.

    A Streamlit session ends with its task. ARM64 needs platform version 1.4.0, which is the latest.
    """

    on_demand_base: Annotated[int, Field(ge=0, le=5000)] = 1
    """Tasks that run on demand before any runs on Spot."""
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
    """Share of the tasks above the base that run on Spot, against `on_demand_weight`."""
    on_demand_weight: Annotated[int, Field(ge=0, le=1000)] = 0
    """Share of the tasks above the base that run on demand; 0: all of them run on Spot."""


def capacity_provider_strategy(spot: Spot | None) -> list[CapacityProviderStrategyItem]:
    """Return the service's strategy, also without Spot: it replaces `LaunchType`.

    A change of `LaunchType` replaces the service, which fails because both would have the same name
    (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2214). A change of the strategy does
    not, so that Spot can be switched on and off.
    """
    if spot is None:
        return [CapacityProviderStrategyItem(CapacityProvider=FARGATE, Base=0, Weight=1)]
    return [
        CapacityProviderStrategyItem(CapacityProvider=FARGATE, Base=spot.on_demand_base, Weight=spot.on_demand_weight),
        CapacityProviderStrategyItem(CapacityProvider=FARGATE_SPOT, Base=0, Weight=spot.weight),
    ]
