"""Capacity of the tasks: on demand, or on Fargate Spot above a base on demand; or the launch type of a service."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError
from troposphere.ecs import CapacityProviderStrategyItem

from templates.section import Section

FARGATE, FARGATE_SPOT = "FARGATE", "FARGATE_SPOT"
PROVIDERS = (FARGATE, FARGATE_SPOT)
"""The cluster's capacity providers. Both or none: Spot cannot be removed while tasks run on it."""


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


def capacity(launch_type: str | None, spot: Spot | None) -> dict[str, Any]:
    """Return the service's properties that say on which capacity its tasks run.

    A strategy also without Spot: a service that has one can change to Spot and back. A change between `LaunchType` and
    a strategy replaced the service, which failed because both had the same name
    (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2214). The provider schema has
    `LaunchType` among the properties that replace a service on conditions, and does not say on which.
    """
    if launch_type is not None:
        return {"LaunchType": launch_type}
    return {"CapacityProviderStrategy": _strategy(spot)}


def refuse_contradictions(launch_type: str | None, spot: Spot | None, *, capacity_providers: bool) -> None:
    """Raise PydanticCustomError if a launch type has a strategy beside it, or a strategy lacks the providers.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    if launch_type is not None and spot is not None:
        raise PydanticCustomError(
            "launch_type",
            "a launch type has no Spot: a service has a launch type or a capacity provider strategy",
            {"key": "launch_type", "with": ("spot",)},
        )
    if launch_type is None and not capacity_providers:
        raise PydanticCustomError(
            "capacity_providers",
            'the cluster needs them: without launch_type = "FARGATE" its tasks run by Fargate\'s capacity providers',
            {"key": "capacity_providers", "with": ("launch_type",)},
        )


def _strategy(spot: Spot | None) -> list[CapacityProviderStrategyItem]:
    if spot is None:
        return [CapacityProviderStrategyItem(CapacityProvider=FARGATE, Base=0, Weight=1)]
    return [
        CapacityProviderStrategyItem(CapacityProvider=FARGATE, Base=spot.on_demand_base, Weight=spot.on_demand_weight),
        CapacityProviderStrategyItem(CapacityProvider=FARGATE_SPOT, Base=0, Weight=spot.weight),
    ]
