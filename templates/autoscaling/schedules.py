"""Scheduled scaling: other limits at night and at weekends, down to no task and back up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere.applicationautoscaling import ScalableTargetAction, ScheduledAction

from templates.autoscaling import expressions, zones
from templates.autoscaling.capacity import Capacity, Name
from templates.section import Allowed, Section, refuse_idle

if TYPE_CHECKING:
    from collections.abc import Iterator


def _expression(text: str) -> str:
    try:
        expressions.check_expression(text)
    except expressions.ExpressionError as error:
        raise PydanticCustomError("schedule", "{error}", {"error": str(error)}) from error
    return text


Expression = Annotated[str, Field(pattern=rf"^{expressions.FORM}$", max_length=256), AfterValidator(_expression)]
"""A schedule expression that Application Auto Scaling and EventBridge Scheduler take."""


def _zone(name: str) -> str:
    if name in zones.canonical_zones():
        return name
    if meant := zones.zone_aliases().get(name):
        why = 'another name of "{meant}", and Application Auto Scaling takes that one'
        raise PydanticCustomError("timezone", why, {"meant": meant})
    raise PydanticCustomError("timezone", "no time zone of this name is known to Application Auto Scaling")


class Schedule(Section):
    """A change of the limits, at one time or repeatedly; until the next one the limits stay."""

    name: Annotated[Name, Allowed('1 to 32 letters, digits and single hyphens in quotes, such as "night"')]
    """Name of the scheduled action."""
    schedule: Annotated[
        Expression,
        Allowed('like "cron(0 20 ? * MON-FRI *)", "rate(1 day)" or "at(2027-01-01T00:00:00)"'),
    ]
    """When: `cron(minute hour day-of-month month day-of-week year)`, one of the two days `?`; `rate(...)` or
    `at(...)`."""
    timezone: Annotated[
        str, AfterValidator(_zone), Allowed('the name of a time zone in quotes, such as "Asia/Seoul"')
    ] = "UTC"
    """Time zone of `schedule`, with its daylight saving time: IANA's canonical name."""
    min_capacity: Capacity | None = None
    """The smallest number of tasks from then on; left out, it stays."""
    max_capacity: Capacity | None = None
    """The largest number of tasks from then on; left out, it stays. 0 with a `min_capacity` of 0 stops the service."""

    @model_validator(mode="after")
    def _has_a_zone(self) -> Self:
        if self.schedule.startswith("rate("):
            refuse_idle(self, ("timezone",), "a rate counts from its beginning, in no time zone", "schedule")
        return self

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.min_capacity is None and self.max_capacity is None:
            raise PydanticCustomError(
                "schedule",
                "min_capacity, max_capacity or both are needed: a schedule changes the limits",
                {"key": "name", "with": ("min_capacity", "max_capacity")},
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


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A smallest or largest number of tasks. `key` is its setting, `of` the name of its schedule or ""."""

    value: int
    key: str
    of: str = ""

    @property
    def beside(self) -> tuple[str, ...]:
        """The setting of the schedule's other limit; nothing for a limit that belongs to no schedule."""
        table, dot, own = self.key.rpartition(".")
        return (f"{table}.{'max' if own.startswith('min') else 'min'}_capacity",) if dot else ()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Two limits that hold at the same time. `last` was set last; of two that were set at once it is the first."""

    low: Limit
    high: Limit
    last: Limit


def possible_limits(smallest: int, largest: int, schedules: tuple[Schedule, ...]) -> Iterator[Limits]:
    """Return all pairs of limits that can hold: those without a schedule, and those after each, in any order.

    A schedule that sets one limit leaves the other as another schedule has set it.
    """
    lows = [Limit(value=smallest, key="min_capacity"), *_set(schedules, "min_capacity")]
    highs = [Limit(value=largest, key="max_capacity"), *_set(schedules, "max_capacity")]
    yield Limits(low=lows[0], high=highs[0], last=lows[0])
    for index in range(len(schedules)):
        own_low, own_high = ([it for it in them if it.key.startswith(f"schedules[{index}].")] for them in (lows, highs))
        last = [*own_low, *own_high][0]
        yield from (Limits(low=low, high=high, last=last) for low in own_low or lows for high in own_high or highs)


def _set(schedules: tuple[Schedule, ...], key: str) -> Iterator[Limit]:
    for index, it in enumerate(schedules):
        value: int | None = getattr(it, key)
        if value is not None:
            yield Limit(value=value, key=f"schedules[{index}].{key}", of=it.name)


def scheduled_actions(schedules: tuple[Schedule, ...]) -> list[ScheduledAction]:
    """Return the scalable target's scheduled actions."""
    return [
        ScheduledAction(
            ScheduledActionName=it.name,
            Schedule=it.schedule,
            # A rate counts from its start, and has no time zone.
            **({} if it.schedule.startswith("rate(") else {"Timezone": it.timezone}),
            ScalableTargetAction=ScalableTargetAction(
                **({} if it.min_capacity is None else {"MinCapacity": it.min_capacity}),
                **({} if it.max_capacity is None else {"MaxCapacity": it.max_capacity}),
            ),
        )
        for it in schedules
    ]
