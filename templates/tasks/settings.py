"""The settings `[[tasks]]`."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from templates.autoscaling import expressions, zones
from templates.autoscaling.schedules import Expression
from templates.ecs.environment import Variables, VariableValue
from templates.fargate import MEMORY, MEMORY_BY_CPU, memory_for
from templates.section import Allowed, Section, refuse_idle

MAX_NAME = 64
"""Characters of the names of schedules and rules (EventBridge Scheduler, CreateSchedule; EventBridge, PutRule)."""
MAX_FLEXIBLE = 1440
"""Minutes of a flexible time window (EventBridge Scheduler, `FlexibleTimeWindow`)."""
LEAST_AGE, MOST_AGE, MOST_RETRIES = 60, 86400, 185
"""Of EventBridge Scheduler's `RetryPolicy`, in seconds and attempts."""
_MOMENT = re.compile(r"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z")


def _zone(name: str) -> str:
    if name in zones.canonical_zones():
        return name
    if meant := zones.zone_aliases().get(name):
        raise PydanticCustomError("time_zone", 'another name of "{meant}": write that one', {"meant": meant})
    raise PydanticCustomError("time_zone", "there is no time zone of this name in IANA's database")


def _moment(text: str) -> str:
    found = _MOMENT.fullmatch(text)
    try:
        expressions.check_expression(f"at({found['time'] if found else text})")
    except expressions.ExpressionError as error:
        raise PydanticCustomError("moment", "there is no such time") from error
    return text


Moment = Annotated[
    str,
    Field(pattern=rf"^{_MOMENT.pattern.replace('?P<time>', '?:')}$"),
    AfterValidator(_moment),
    Allowed('a time in UTC like "2027-01-01T00:00:00Z"'),
]


class ScheduledTask(Section):
    """`[[tasks]]`: a command of the application that EventBridge Scheduler starts in a task of its own.

    It has the service's task definition with these differences, without its health check: image, variables, secrets,
    volumes, sidecars, roles and network are the service's.
    """

    name: Annotated[
        str,
        Field(max_length=24, pattern=r"^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$"),
        Allowed("1 to 24 lower-case letters, digits and single hyphens in quotes, a letter first and after a hyphen"),
    ]
    """Name of the task, part of the names of all that is made for it."""
    schedule: Annotated[
        Expression,
        Allowed('like "cron(0 3 * * ? *)", "rate(1 hour)" or "at(2027-01-01T00:00:00)"'),
    ]
    """When: `cron(minute hour day-of-month month day-of-week year)`, one of the two days `?`; `rate(...)` or
    `at(...)`."""
    time_zone: Annotated[
        str, AfterValidator(_zone), Allowed('the name of a time zone in quotes, such as "Asia/Seoul"')
    ] = "UTC"
    """Time zone of `schedule`, with its daylight saving time: IANA's canonical name."""
    start: Moment | None = None
    """Time (UTC) before which nothing is started; a `rate` counts from it."""
    end: Moment | None = None
    """Time (UTC) after which nothing is started."""
    flexible_minutes: Annotated[int, Field(ge=0, le=MAX_FLEXIBLE)] = 0
    """Minutes after the time within which it may be started; 0: at the time, within the minute."""
    command: Annotated[tuple[VariableValue, ...], Field(min_length=1)]
    """Command in place of the service's."""
    entry_point: tuple[VariableValue, ...] = ()
    """Entry point in place of the service's; left out, it is the service's."""
    cpu: Annotated[int, Field(ge=256, le=16384)] | None = None
    """CPU units of the task; goes with `memory`. Left out, they are the service's."""
    memory: Annotated[int, Field(ge=MEMORY[0], le=MEMORY[-1])] | None = None
    """Memory of the task, MiB."""
    environment: Variables = Variables()
    """Variables in plain text, beside those of `ecs.environment`, and in place of those of the same names."""
    spot: bool = False
    """Fargate Spot, which AWS can take back with two minutes' notice: nothing starts the task again before its time."""
    enabled: bool = True
    """Whether it is started at all."""
    retries: Annotated[int, Field(ge=0, le=MOST_RETRIES)] = 10
    """Further attempts to start the task where AWS refuses. A task that was started and fails is not started again."""
    maximum_age: Annotated[int, Field(ge=LEAST_AGE, le=MOST_AGE)] = 3600
    """Seconds after its time during which Scheduler tries to start the task."""

    @property
    def title(self) -> str:
        """The beginning of its logical ids: `NightlyReport` for `nightly-report`."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @model_validator(mode="after")
    def _times_mean_something(self) -> Self:
        if self.schedule.startswith("rate("):
            refuse_idle(self, ("time_zone",), "a rate counts from its beginning, in no time zone", "schedule")
        if self.schedule.startswith("at("):
            refuse_idle(self, ("start", "end"), "the task is started once, at its time", "schedule")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("end", "it must be later than start", {"key": "end", "with": ("start",)})
        return self

    @model_validator(mode="after")
    def _fargate_has_the_size(self) -> Self:
        if (self.cpu is None) != (self.memory is None):
            given, lacking = ("cpu", "memory") if self.memory is None else ("memory", "cpu")
            why = "{given} alone is no size: {lacking} goes with it"
            raise PydanticCustomError(
                "size", why, {"key": given, "with": (lacking,), "given": given, "lacking": lacking}
            )
        if self.cpu is None:
            return self
        if self.cpu not in MEMORY_BY_CPU:
            sizes = ", ".join(map(str, MEMORY_BY_CPU))
            raise PydanticCustomError("cpu", "must be one of {sizes}", {"key": "cpu", "sizes": sizes})
        if self.memory not in MEMORY_BY_CPU[self.cpu]:
            raise PydanticCustomError(
                "memory",
                "Fargate has no task with {cpu} CPU units and {memory} MiB; with {cpu} it has {allowed}",
                {
                    "key": "memory",
                    "with": ("cpu",),
                    "cpu": self.cpu,
                    "memory": self.memory,
                    "allowed": memory_for(self.cpu),
                },
            )
        return self
