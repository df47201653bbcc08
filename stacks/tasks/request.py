"""The request that starts a one-off task: the service's own properties, and what differs for this one run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.tasks.source import own_tags
from templates.fargate import MEMORY_BY_CPU, memory_for

if TYPE_CHECKING:
    from stacks.tasks.source import Source

MOST_CHARACTERS = 8192
"""Characters of all overrides as JSON (ECS, RunTask, `overrides`)."""
BY_TASK_DEFINITION = "TASK_DEFINITION"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What this run has other than the definition; nothing and "" leave it as it is there.

    `environment` has values that nobody may see: they are in the request alone.
    """

    command: tuple[str, ...] = ()
    container: str = ""
    cpu: int | None = None
    memory: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    spot: bool = False


def run_task_request(source: Source, changes: Changes) -> dict[str, Any]:
    """Return the request of RunTask, without `clientToken` and `startedBy`.

    The task is on no load balancer: ECS registers only tasks of services there. It runs on demand, also where the
    service runs on Spot, unless the changes say otherwise. Raises UserError for what ECS would refuse.
    """
    overrides = _overrides(source, changes)
    written = len(json.dumps(overrides, separators=(",", ":"), ensure_ascii=False))
    if written > MOST_CHARACTERS:
        raise UserError(
            "command and variables",
            f"as JSON they have {written} characters, and ECS takes {MOST_CHARACTERS} at most",
            "Put the rest into the image, or where the task can read it from.",
            code=Code.USAGE,
        )
    optional = {
        "platformVersion": source.platform_version,
        "enableExecuteCommand": source.exec,
        "enableECSManagedTags": source.managed_tags,
        **_tags(source),
    }
    return {
        "cluster": source.cluster,
        "taskDefinition": source.arn,
        "count": 1,
        "networkConfiguration": dict(source.network),
        "overrides": overrides,
        **_capacity(spot=changes.spot),
        **{key: value for key, value in optional.items() if value},
    }


def _capacity(*, spot: bool) -> dict[str, Any]:
    """Return the launch type, which is always on demand, or the strategy that alone reaches Spot."""
    if spot:
        return {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}
    return {"launchType": "FARGATE"}


def _tags(source: Source) -> dict[str, Any]:
    """Return how the task gets the tags that tasks of the service have; RunTask refuses to propagate a service's."""
    if source.propagate == "SERVICE":
        return {"tags": list(own_tags(source.tags))}
    return {"propagateTags": BY_TASK_DEFINITION} if source.propagate == BY_TASK_DEFINITION else {}


def _overrides(source: Source, changes: Changes) -> dict[str, Any]:
    name = changes.container or source.container
    defined = source.defined(name)
    secret = {it["name"] for it in defined.get("secrets", [])}
    if given := sorted(secret & changes.environment.keys()):
        raise UserError(
            f"--env {given[0]}",
            f"the container {name} has a secret of this name, and ECS allows one of the two",
            f"Change the secret that {given[0]} names, or use another name.",
            code=Code.USAGE,
        )
    container = {
        "command": list(changes.command),
        "environment": [{"name": key, "value": value} for key, value in sorted(changes.environment.items())],
    }
    given_here = {key: value for key, value in container.items() if value}
    return {
        **({"containerOverrides": [{"name": name, **given_here}]} if given_here else {}),
        **_size(source, changes),
    }


def _size(source: Source, changes: Changes) -> dict[str, str]:
    """Return CPU and memory of the task as ECS takes them. Raises UserError for a size that Fargate does not have."""
    if changes.cpu is None and changes.memory is None:
        return {}
    cpu = changes.cpu or int(source.definition["cpu"])
    memory = changes.memory or int(source.definition["memory"])
    if cpu not in MEMORY_BY_CPU:
        sizes = ", ".join(map(str, MEMORY_BY_CPU))
        raise UserError(f"--cpu {cpu}", f"Fargate has no such size: it has {sizes}", code=Code.USAGE)
    if memory not in MEMORY_BY_CPU[cpu]:
        what = "--memory" if changes.memory else "--cpu"
        raise UserError(
            f"{what} {changes.memory or cpu}",
            f"Fargate has no task of {cpu} CPU units with {memory} MiB",
            f"With {cpu} CPU units: {memory_for(cpu)}.",
            code=Code.USAGE,
        )
    return {"cpu": str(cpu), "memory": str(memory)}
