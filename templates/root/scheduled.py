"""Conflicts of `[[tasks]]` with the service, whose definition the tasks have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from templates import tasks
from templates.ecs import environment

if TYPE_CHECKING:
    from templates.root.tables import Tables
    from templates.tasks import ScheduledTask


def refuse_impossible_tasks(settings: Tables) -> None:
    """Raise PydanticCustomError for the first task that could not be made, or not be told from another one."""
    known: dict[str, int] = {}
    for index, it in enumerate(settings.tasks):
        at = f"tasks[{index}]"
        if (other := known.setdefault(it.name, index)) != index:
            raise PydanticCustomError(
                "task_name",
                "another task has the name {name}",
                {"key": f"{at}.name", "with": (f"tasks[{other}].name",), "name": it.name},
            )
        _names_fit(settings, it, at)
        _variables_can_be_set(settings, it, at)
        _sidecars_fit(settings, it, at)
        if it.spot and not settings.ecs.capacity_providers:
            raise PydanticCustomError(
                "capacity_providers",
                "Spot is a capacity provider of the cluster, which has none",
                {"key": f"{at}.spot", "with": ("ecs.capacity_providers",)},
            )


def _names_fit(settings: Tables, it: ScheduledTask, at: str) -> None:
    name = tasks.schedule_name(settings.identity, it.name)
    if len(name) > tasks.MAX_NAME:
        raise PydanticCustomError(
            "name_too_long",
            "the schedule would be named {name}, {length} characters, and {limit} are allowed",
            {
                "key": f"{at}.name",
                "with": ("project", "names.application" if settings.names.application else "environment"),
                "name": name,
                "length": len(name),
                "limit": tasks.MAX_NAME,
            },
        )


def _variables_can_be_set(settings: Tables, it: ScheduledTask, at: str) -> None:
    service = settings.ecs
    reserved = dict(environment.OPTION_VARIABLES) if service.streamlit_options else {}
    if service.port_variable:
        reserved[service.port_variable] = "it is network.container_port, by ecs.port_variable"
    if settings.security.cookie_secret:
        reserved[settings.profile.cookie_variable] = "it is generated, the same for all tasks"
    environment.refuse_own(it.environment, {}, reserved, at=f"{at}.")
    if both := sorted({*it.environment} & {*service.secrets}):
        raise PydanticCustomError(
            "variable_twice",
            "{name} is in secrets as well; one of them would win",
            {"key": f"{at}.environment.{both[0]}", "with": (f"ecs.secrets.{both[0]}",), "name": both[0]},
        )


def _sidecars_fit(settings: Tables, it: ScheduledTask, at: str) -> None:
    for key, has in (("cpu", it.cpu), ("memory", it.memory)):
        wanted = sum(getattr(sidecar, key) or 0 for sidecar in settings.ecs.sidecars)
        if has is not None and wanted >= has:
            raise PydanticCustomError(
                "sidecar_size",
                "the sidecars take {wanted} of the task's {has}, which leaves nothing for the app",
                {"key": f"{at}.{key}", "with": ("ecs.sidecars",), "wanted": wanted, "has": has},
            )
