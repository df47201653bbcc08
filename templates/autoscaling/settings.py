"""The settings `[autoscaling]`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.autoscaling.capacity import MAX_TASKS, Capacity
from templates.autoscaling.schedules import Limits, Schedule, possible_limits
from templates.autoscaling.steps import Steps
from templates.section import Section, refuse_idle

Percent = Annotated[int, Field(ge=1, le=100)]
Cooldown = Annotated[int, Field(ge=0, le=3600)]
Metric = Literal["cpu", "memory", "request_count"]
"""What is tracked, and what the names of its settings begin with."""
COOLDOWNS = ("scale_out_cooldown", "scale_in_cooldown")
"""Settings that a metric may have for itself."""


def _of(metric: Metric) -> tuple[str, ...]:
    """Return the keys that say how a metric is tracked."""
    return tuple(f"{metric}_{key}" for key in ("target", "scale_in", "scale_out_cooldown", "scale_in_cooldown"))


class Settings(Section):
    """`[autoscaling]`: how many tasks run, by load and by the clock."""

    enabled: bool = True
    """Whether the number of tasks follows the load. If off, `ecs.desired_count` tasks run; the plan shows what happens
    to the running ones."""
    min_capacity: Capacity = 1
    """The smallest number of tasks."""
    max_capacity: Annotated[int, Field(ge=1, le=MAX_TASKS)] = 4
    """The largest number of tasks."""
    cpu_tracking: bool = True
    """Whether tasks follow the CPU use."""
    cpu_target: Percent = 70
    """Average CPU use (percent) that is held: above it tasks are added, below it removed."""
    cpu_scale_in: bool = True
    """Whether tasks are removed below `cpu_target`; off, CPU use only adds tasks."""
    memory_tracking: bool = True
    """Whether tasks follow the memory use."""
    memory_target: Percent = 70
    """Average memory use (percent) that is held: above it tasks are added, below it removed."""
    memory_scale_in: bool = True
    """Whether the removal of tasks waits until memory use is below `memory_target`, too. Streamlit keeps memory after
    sessions end, so that it may never be; off, memory use only adds tasks."""
    request_count_target: Annotated[int, Field(ge=1, le=1000000)] | None = None
    """Requests per task and minute that are held; left out, tasks do not follow them. Not for strategies other than
    rolling, which move the traffic between two target groups."""
    request_count_scale_in: bool = True
    """Whether tasks are removed below `request_count_target`."""
    scale_out_cooldown: Cooldown = 60
    """Seconds after adding tasks before more are added."""
    scale_in_cooldown: Cooldown = 300
    """Seconds after removing tasks before more are removed."""
    cpu_scale_out_cooldown: Cooldown | None = None
    """Seconds for CPU use alone; `scale_out_cooldown` when left out."""
    cpu_scale_in_cooldown: Cooldown | None = None
    """Seconds for CPU use alone; `scale_in_cooldown` when left out."""
    memory_scale_out_cooldown: Cooldown | None = None
    """Seconds for memory use alone; `scale_out_cooldown` when left out."""
    memory_scale_in_cooldown: Cooldown | None = None
    """Seconds for memory use alone; `scale_in_cooldown` when left out."""
    request_count_scale_out_cooldown: Cooldown | None = None
    """Seconds for requests alone; `scale_out_cooldown` when left out."""
    request_count_scale_in_cooldown: Cooldown | None = None
    """Seconds for requests alone; `scale_in_cooldown` when left out."""
    schedules: Annotated[tuple[Schedule, ...], Field(strict=False)] = ()
    """Other limits at certain times. One that sets a single limit must go with those of all others. A deployment that
    changes the scalable target sets `min_capacity` and `max_capacity` again, until the next scheduled time."""
    steps: Annotated[tuple[Steps, ...], Field(strict=False)] = ()
    """Step scaling: tasks are added or removed by custom metrics."""

    @property
    def tracked(self) -> tuple[Metric, ...]:
        """The metrics that have a target-tracking policy."""
        wanted: dict[Metric, bool] = {
            "cpu": self.cpu_tracking,
            "memory": self.memory_tracking,
            "request_count": self.request_count_target is not None,
        }
        return tuple(metric for metric, is_wanted in wanted.items() if is_wanted)

    @property
    def tracks(self) -> bool:
        """Whether there is any target-tracking policy."""
        return bool(self.tracked)

    def is_shared(self, cooldown: str) -> bool:
        """Whether a metric that is tracked takes this cooldown because it has none of its own."""
        return any(getattr(self, f"{metric}_{cooldown}") is None for metric in self.tracked)

    @model_validator(mode="after")
    def _tracks_what_is_set(self) -> Self:
        """Settings without `enabled` are no mistake: it is a parameter of the deployment and can change later."""
        if not self.cpu_tracking:
            refuse_idle(self, _of("cpu"), "cpu_tracking is off", "cpu_tracking")
        if not self.memory_tracking:
            refuse_idle(self, _of("memory"), "memory_tracking is off", "memory_tracking")
        if self.request_count_target is None:
            why = "request_count_target is left out"
            refuse_idle(self, _of("request_count"), why, "request_count_target")
        if not self.tracks:
            tracking = ("cpu_tracking", "memory_tracking", "request_count_target")
            refuse_idle(self, COOLDOWNS, "nothing is tracked", *tracking)
        for key in COOLDOWNS:
            if self.tracks and not self.is_shared(key):
                own = [f"{metric}_{key}" for metric in self.tracked]
                refuse_idle(self, (key,), "each metric that is tracked has one of its own", *own)
        return self

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_capacity > self.max_capacity:
            raise PydanticCustomError(
                "min_capacity",
                "min_capacity {min} is more than max_capacity {max}",
                {
                    "key": "min_capacity",
                    "with": ("max_capacity",),
                    "min": self.min_capacity,
                    "max": self.max_capacity,
                },
            )
        return self

    @property
    def limits(self) -> tuple[Limits, ...]:
        """All pairs of limits that can hold: those of the settings, and those after schedules."""
        return tuple(possible_limits(self.min_capacity, self.max_capacity, self.schedules))

    @model_validator(mode="after")
    def _schedules_go_together(self) -> Self:
        """Application Auto Scaling does not carry out an action that puts the minimum above the maximum.

        https://github.com/hashicorp/terraform-provider-aws/pull/8777 has its message, which nobody sees at night.
        """
        crossed = next((it for it in self.limits if it.low.value > it.high.value), None)
        if crossed is None:
            return self
        other = crossed.high if crossed.last is crossed.low else crossed.low
        raise PydanticCustomError(
            "schedules",
            "is {than} {limit} {value}, which {who} sets: the action would change nothing, and nobody would be told; "
            "a schedule that sets both limits goes with any other",
            {
                "key": crossed.last.key,
                "with": (other.key, *crossed.last.beside),
                "than": "more than" if crossed.last is crossed.low else "less than",
                "limit": other.key.rpartition(".")[2],
                "value": other.value,
                "who": f'the schedule "{other.of}"' if other.of else "[autoscaling]",
            },
        )

    @model_validator(mode="after")
    def _something_scales(self) -> Self:
        if self.enabled and not (self.tracks or self.schedules or self.steps):
            raise PydanticCustomError(
                "enabled",
                "nothing scales: there is neither tracking, nor a schedule, nor steps",
                {"key": "enabled", "with": ("cpu_tracking", "memory_tracking", "request_count_target")},
            )
        return self

    @model_validator(mode="after")
    def _names_are_different(self) -> Self:
        """Policies, alarms and actions are named after them, and names that differ in case alone would collide."""
        for key, names in (
            ("schedules", [it.name for it in self.schedules]),
            ("steps", [it.name for it in self.steps]),
        ):
            used = {"cpu", "memory", "requests"} if key == "steps" else set()
            for name in names:
                plain = name.lower().replace("-", "")
                if plain in used:
                    raise PydanticCustomError(
                        "name_taken",
                        'the name "{name}" is used twice, or is reserved for the other policies',
                        {"key": key, "name": name},
                    )
                used.add(plain)
        return self
