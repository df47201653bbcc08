"""What RunTask refuses, for a task without a service.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html; the words are ECS's where they are known.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ministack.services import ec2, ecs

from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

_MOST_OVERRIDES, _MOST_TASKS, _MOST_TOKEN = 8192, 10, 64
_STARTED_BY = re.compile(r"[A-Za-z0-9_/-]{0,128}")
_SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
"""Fargate's (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size)."""


def checked_definition(data: Record) -> Record:
    """Return the task definition of a request. Raises RefusedError for what ECS refuses."""
    name = ecs._resolve_cluster_name(data.get("cluster", "default"))
    if name is None or name not in ecs._clusters:
        raise RefusedError("ClusterNotFoundException", "Cluster not found.")
    key = ecs._resolve_td_key(data.get("taskDefinition", ""))
    found = ecs._task_defs.get(key)
    if not found:
        raise RefusedError("ClientException", "TaskDefinition not found.")
    definition: Record = found
    if definition["status"] != "ACTIVE":
        raise RefusedError("ClientException", "TaskDefinition is inactive")
    _check_plain(data)
    _check_network(data, definition)
    _check_overrides(data.get("overrides") or {}, definition)
    return definition


def _check_plain(data: Record) -> None:
    if not 1 <= data.get("count", 1) <= _MOST_TASKS:
        raise _invalid(f"count must be between 1 and {_MOST_TASKS}.")
    if str(data.get("group", "")).startswith("service:"):
        raise _invalid("The group name prefix 'service:' is reserved.")
    if not _STARTED_BY.fullmatch(data.get("startedBy", "")):
        raise _invalid("startedBy must be at most 128 letters, numbers, hyphens, slashes and underscores.")
    if len(data.get("clientToken", "")) > _MOST_TOKEN:
        raise _invalid(f"clientToken must be at most {_MOST_TOKEN} characters.")
    if data.get("propagateTags") == "SERVICE":
        raise _invalid("The SERVICE option of propagateTags is not supported for RunTask.")
    if any(str(it.get("key", "")).lower().startswith("aws:") for it in data.get("tags", [])):
        raise _invalid("Tag keys with the prefix aws: are reserved.")


def _check_network(data: Record, definition: Record) -> None:
    if definition["networkMode"] != "awsvpc":
        return
    network = (data.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not network or not network.get("subnets"):
        raise _invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    for subnet in network["subnets"]:
        if subnet not in ec2._subnets:
            raise _invalid(
                f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist"
            )
    for group in network.get("securityGroups", []):
        if group not in ec2._security_groups:
            why = f"The security group '{group}' does not exist"
            raise _invalid(f"Error retrieving security group information for [{group}]: {why}")


def _check_overrides(overrides: Record, definition: Record) -> None:
    if len(json.dumps(overrides, separators=(",", ":"), ensure_ascii=False)) > _MOST_OVERRIDES:
        raise _invalid(f"Overrides length must be at most {_MOST_OVERRIDES}.")
    containers = {it["name"]: it for it in definition["containerDefinitions"]}
    for it in overrides.get("containerOverrides", []):
        if it.get("name") not in containers:
            raise _invalid(f"Override for container named {it.get('name')} is not a container in the TaskDefinition.")
        secrets = {secret["name"] for secret in containers[it["name"]].get("secrets", [])}
        if taken := sorted(secrets & {variable["name"] for variable in it.get("environment", [])}):
            raise RefusedError(
                "ClientException",
                "The secret name must be unique and not shared with any new or existing environment variables set on "
                f"the container, such as '{taken[0]}'.",
            )
    cpu, memory = (int(overrides.get(key) or definition.get(key) or 0) for key in ("cpu", "memory"))
    if ("cpu" in overrides or "memory" in overrides) and memory not in _SIZES.get(cpu, ()):
        raise RefusedError("ClientException", "No Fargate configuration exists for given values.")


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterException", message)
