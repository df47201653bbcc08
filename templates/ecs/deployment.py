"""Deployments of the service: how new tasks replace old ones, and when ECS rolls back."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere import Ref
from troposphere.ecs import (
    CanaryConfiguration,
    DeploymentAlarms,
    DeploymentCircuitBreaker,
    DeploymentConfiguration,
    LinearConfiguration,
    ThresholdConfiguration,
)

from templates.section import Section, refuse_idle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.cloudwatch import Alarm

Strategy = Literal["rolling", "blue_green", "linear", "canary"]

MAX_BAKE_MINUTES = 33 * 60
"""Minutes of all bake times of a linear or canary deployment, at most (CloudFormation, `LinearConfiguration`)."""
MINUTES_A_DAY = 1440
SHIFT_BAKE_MINUTES = 15
"""ECS's default for strategies that shift traffic (`DeploymentConfiguration.BakeTimeInMinutes`)."""

STRATEGIES_OF: MappingProxyType[str, tuple[Strategy, ...]] = MappingProxyType(
    {
        "minimum_healthy_percent": ("rolling",),
        "maximum_percent": ("rolling",),
        "circuit_breaker": ("rolling",),
        "circuit_breaker_rollback": ("rolling",),
        "circuit_breaker_threshold": ("rolling",),
        "step_percent": ("linear",),
        "step_bake_minutes": ("linear",),
        "canary_percent": ("canary",),
        "canary_bake_minutes": ("canary",),
    }
)
"""Settings that only some strategies have."""

Bake = Annotated[int, Field(ge=0, le=MINUTES_A_DAY)]


class Deployment(Section):
    """`[ecs.deployment]`: how new tasks replace old ones."""

    strategy: Strategy = "rolling"
    """`rolling` replaces tasks few at a time. The others start all new tasks beside the old ones and then move the
    requests: `blue_green` at once, `linear` in equal steps, `canary` a few first."""
    minimum_healthy_percent: Annotated[int, Field(ge=0, le=100)] = 100
    """Rolling: tasks that keep running, in percent of the desired count."""
    maximum_percent: Annotated[int, Field(ge=100, le=1000)] = 200
    """Rolling: tasks that may run at once, in percent of the desired count."""
    circuit_breaker: bool = True
    """Rolling: whether ECS gives a deployment up whose tasks keep failing. Off, CloudFormation waits three hours for
    it."""
    circuit_breaker_rollback: bool = True
    """Rolling: whether ECS then goes back to the tasks of before."""
    circuit_breaker_threshold: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Rolling: failed tasks after which ECS gives up and rolls back. Half the desired count, from 3 to 200, when left
    out."""
    bake_minutes: Bake | None = None
    """Minutes for which ECS watches the alarms and can roll back after all requests go to the new tasks. None for
    `rolling` and 15 for the others when left out."""
    step_percent: Annotated[int, Field(ge=3, le=100)] = 10
    """Linear: percent of the requests that each step moves."""
    step_bake_minutes: Bake = 6
    """Linear: minutes between two steps."""
    canary_percent: Annotated[int, Field(ge=1, le=100)] = 5
    """Canary: percent of the requests that move first."""
    canary_bake_minutes: Bake = 10
    """Canary: minutes before the rest moves."""
    rollback_alarms: bool = False
    """Roll back when during a deployment the targets answer with errors, are unhealthy or slow: three alarms for each
    target group."""

    @property
    def shifts_traffic(self) -> bool:
        """Whether ECS shifts the requests from one target group to the other."""
        return self.strategy != "rolling"

    @property
    def two_target_groups(self) -> bool:
        """Whether there are a second target group, weighted rules, and a role with which ECS changes the weights."""
        return self.shifts_traffic

    @property
    def final_bake_minutes(self) -> int | None:
        """Minutes after the last shift; None for no bake time."""
        if self.bake_minutes is None and self.shifts_traffic:
            return SHIFT_BAKE_MINUTES
        return self.bake_minutes

    def fewest_at(self, tasks: int) -> int:
        """Return how many of these tasks keep running during a deployment; ECS rounds up."""
        return -(-tasks * self.minimum_healthy_percent // 100)

    def most_at(self, tasks: int) -> int:
        """Return how many tasks may run during a deployment of these, old and new; ECS rounds down."""
        return tasks * self.maximum_percent // 100

    @model_validator(mode="after")
    def _strategy_has_the_setting(self) -> Self:
        for name, strategies in STRATEGIES_OF.items():
            if name in self.model_fields_set and self.strategy not in strategies:
                raise PydanticCustomError(
                    "strategy",
                    "means nothing with strategy {strategy}, only with {strategies}",
                    {
                        "key": name,
                        "with": ("strategy",),
                        "strategy": self.strategy,
                        "strategies": ", ".join(strategies),
                    },
                )
        return self

    @model_validator(mode="after")
    def _breaker_is_on(self) -> Self:
        if not self.circuit_breaker:
            keys = ("circuit_breaker_rollback", "circuit_breaker_threshold")
            refuse_idle(self, keys, "circuit_breaker is off", "circuit_breaker")
        return self

    @model_validator(mode="after")
    def _tasks_can_be_replaced(self) -> Self:
        if self.minimum_healthy_percent == self.maximum_percent:
            raise PydanticCustomError(
                "no_room",
                "no task could be stopped and none started: one of the two must not be 100",
                {"key": "maximum_percent", "with": ("minimum_healthy_percent",)},
            )
        return self

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if (minutes := self._minutes()) > MAX_BAKE_MINUTES:
            raise PydanticCustomError(
                "too_long",
                "all bake times are {minutes} minutes together, and CloudFormation takes {longest} at most",
                {
                    "key": f"{'step' if self.strategy == 'linear' else 'canary'}_bake_minutes",
                    "with": ("bake_minutes", "step_percent") if self.strategy == "linear" else ("bake_minutes",),
                    "minutes": minutes,
                    "longest": MAX_BAKE_MINUTES,
                },
            )
        return self

    def _minutes(self) -> int:
        """Return the sum of bake times as CloudFormation counts it: of a linear or canary deployment, else 0."""
        final = self.final_bake_minutes or 0
        if self.strategy == "linear":
            return final + self.step_bake_minutes * (-(-100 // self.step_percent) - 1)
        return final + self.canary_bake_minutes if self.strategy == "canary" else 0


class Prepared(Deployment):
    """A rolling deployment with everything in place that the other strategies need.

    A running service can change to one of them only after a rolling deployment with it
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html, "Prerequisites").
    """

    @property
    def two_target_groups(self) -> bool:
        """Always: they are not used yet."""
        return True


def deployment_configuration(deployment: Deployment, alarms: Sequence[Alarm]) -> DeploymentConfiguration:
    """Return the service's deployment configuration.

    ECS keeps what an update leaves out. So strategy and alarms are always there, or they could not be switched off.
    """
    more: dict[str, Any] = {}
    if not deployment.shifts_traffic:
        # The other strategies have neither (DeploymentCircuitBreaker: "only ... rolling update").
        more["DeploymentCircuitBreaker"] = _breaker(deployment)
        more["MinimumHealthyPercent"] = deployment.minimum_healthy_percent
        more["MaximumPercent"] = deployment.maximum_percent
    if deployment.strategy == "linear":
        more["LinearConfiguration"] = LinearConfiguration(
            StepPercent=deployment.step_percent, StepBakeTimeInMinutes=deployment.step_bake_minutes
        )
    if deployment.strategy == "canary":
        more["CanaryConfiguration"] = CanaryConfiguration(
            CanaryPercent=deployment.canary_percent, CanaryBakeTimeInMinutes=deployment.canary_bake_minutes
        )
    if (minutes := deployment.final_bake_minutes) is not None:
        more["BakeTimeInMinutes"] = minutes
    return DeploymentConfiguration(
        Strategy=deployment.strategy.upper(),
        Alarms=DeploymentAlarms(
            AlarmNames=[Ref(alarm) for alarm in alarms], Enable=bool(alarms), Rollback=bool(alarms)
        ),
        **more,
    )


def _breaker(deployment: Deployment) -> DeploymentCircuitBreaker:
    """Return the circuit breaker; one that is off has no rollback, and is there because ECS keeps what is left out."""
    on = deployment.circuit_breaker
    breaker = DeploymentCircuitBreaker(Enable=on, Rollback=on and deployment.circuit_breaker_rollback)
    if (count := deployment.circuit_breaker_threshold) is not None:
        breaker.ThresholdConfiguration = ThresholdConfiguration(Type="COUNT", Value=count)
    return breaker
