"""Scaling by the clock: other limits at night and at weekends, down to none and back up."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere.applicationautoscaling import ScalableTargetAction, ScheduledAction

from templates.autoscaling.capacity import Capacity, Name
from templates.section import Allowed, Section

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
EXPRESSION = rf"^(?:cron\([^()\s]+(?: [^()\s]+){{5}}\)|rate\([1-9][0-9]* (?:minute|hour|day)s?\)|at\({_TIME}\))$"
"""https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html"""


def _zone(name: str) -> str:
    from zoneinfo import available_timezones

    if name not in available_timezones():
        raise PydanticCustomError("timezone", "no time zone of this name is known")
    return name


class Schedule(Section):
    """One change of the limits at a time or again and again; between two of them the limits stay."""

    name: Annotated[Name, Allowed('1 to 32 letters, digits and single hyphens in quotes, such as "night"')]
    """Name of the scheduled action."""
    schedule: Annotated[
        str,
        Field(pattern=EXPRESSION, max_length=256),
        Allowed('like "cron(0 20 ? * MON-FRI *)", "rate(1 day)" or "at(2027-01-01T00:00:00)"'),
    ]
    """When: `cron(minute hour day-of-month month day-of-week year)`, `rate(...)` or `at(...)`."""
    timezone: Annotated[
        str, AfterValidator(_zone), Allowed('the name of a time zone in quotes, such as "Asia/Seoul"')
    ] = "UTC"
    """Time zone in which `schedule` is meant, summer time considered."""
    min_capacity: Capacity | None = None
    """The smallest number of tasks from then on; left out, it stays."""
    max_capacity: Capacity | None = None
    """The largest number of tasks from then on; left out, it stays. 0 with a `min_capacity` of 0 stops the service."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.min_capacity is None and self.max_capacity is None:
            raise PydanticCustomError(
                "schedule",
                "min_capacity, max_capacity or both are needed: a schedule changes the limits",
                {"key": "name"},
            )
        return self

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.min_capacity, self.max_capacity
        if low is not None and high is not None and low > high:
            raise PydanticCustomError(
                "min_capacity",
                "min_capacity {min} is more than max_capacity {max}",
                {"key": "min_capacity", "with": ("max_capacity",), "min": low, "max": high},
            )
        return self


def scheduled_actions(schedules: tuple[Schedule, ...]) -> list[ScheduledAction]:
    """The schedules as the scalable target has them."""
    return [
        ScheduledAction(
            ScheduledActionName=it.name,
            Schedule=it.schedule,
            # A rate counts from its beginning, and takes no time zone.
            **({} if it.schedule.startswith("rate(") else {"Timezone": it.timezone}),
            ScalableTargetAction=ScalableTargetAction(
                **({} if it.min_capacity is None else {"MinCapacity": it.min_capacity}),
                **({} if it.max_capacity is None else {"MaxCapacity": it.max_capacity}),
            ),
        )
        for it in schedules
    ]
