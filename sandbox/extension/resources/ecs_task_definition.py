"""AWS::ECS::TaskDefinition with the properties that ministack drops: platform, storage, and those of containers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.services import ecs

from sandbox.extension.resources.provisioners import add_stack_tags, extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Untyped

_TYPE = "AWS::ECS::TaskDefinition"
_WHOLE = {"RuntimePlatform": "runtimePlatform", "EphemeralStorage": "ephemeralStorage", "Volumes": "volumes"}
_LARGEST = 65536
_OTHERWISE = {"EFSVolumeConfiguration": "efsVolumeConfiguration", "FilesystemId": "fileSystemId", "IAM": "iam"}
"""Properties whose names differ from the API's by more than the first letter."""
_AS_WRITTEN = frozenset({"Options", "DockerLabels", "DriverOpts", "Labels"})
"""Maps with keys of the user, which are no names of the API."""
_INTEGERS = frozenset(
    {
        "ContainerPort",
        "HostPort",
        "Cpu",
        "Memory",
        "MemoryReservation",
        "StopTimeout",
        "StartTimeout",
        "Interval",
        "Retries",
        "StartPeriod",
        "Timeout",
        "SizeInGiB",
    }
)


def install() -> None:
    """Check the size of each task definition, and complete what ministack makes of it."""
    add_stack_tags(_TYPE)
    extend(_TYPE, before_create=_check_size, after_change=_complete)


def _check_size(props: Properties) -> None:
    length = len(json.dumps(_camel(props), ensure_ascii=False, separators=(",", ":")).encode())
    if length > _LARGEST:
        raise ValueError(f"Actual length: '{length}'. Max allowed length is '{_LARGEST}' bytes.")


def _complete(made: Made, props: Properties) -> None:
    definition = ecs._task_defs[made[0].rpartition("/")[2]]
    containers = [_camel(container) for container in props.get("ContainerDefinitions", [])]
    definition["containerDefinitions"] = [{"cpu": 0, "essential": True, **container} for container in containers]
    definition |= {key: _camel(props[prop]) for prop, key in _WHOLE.items() if prop in props}


def _camel(value: Untyped, key: str = "") -> Untyped:
    if isinstance(value, dict):
        if key in _AS_WRITTEN:
            return value
        return {
            _OTHERWISE.get(inner, f"{inner[0].lower()}{inner[1:]}"): _camel(item, inner)
            for inner, item in value.items()
        }
    if isinstance(value, list):
        return [_camel(item) for item in value]
    return int(value) if key in _INTEGERS else value
