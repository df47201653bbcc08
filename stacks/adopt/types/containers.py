"""Container definitions: of what a state says, environment variables by name only, and nothing that is not named here.

A state has them as the JSON of ECS's API (camelCase), with numbers and flags also as text.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stacks.adopt.types.attributes import Attributes

LOG_OPTIONS = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group", "mode")
"""Options of a log driver that are held; others can be tokens of a vendor."""
PLAIN = (
    "name image essential cpu memory memoryReservation user workingDirectory readonlyRootFilesystem stopTimeout "
    "startTimeout interactive pseudoTerminal disableNetworking privileged versionConsistency"
)
LISTS = ("command", "entryPoint")


def reduced(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return the part of container definitions that may be held."""
    containers = document if isinstance(document, list) else []
    return [_reduced(Attributes(it)) for it in containers if isinstance(it, Mapping)]


def _reduced(it: Attributes) -> dict[str, Any]:
    log, health = it.block("logConfiguration"), it.block("healthCheck")
    options = log.entries("options")
    return {
        **_of(it, PLAIN),
        **{name: texts for name in LISTS if (texts := it.texts(name))},
        "portMappings": _each(it, "portMappings", "containerPort hostPort protocol name appProtocol"),
        "environment": _each(it, "environment", "name"),
        "secrets": _each(it, "secrets", "name valueFrom"),
        "mountPoints": _each(it, "mountPoints", "sourceVolume containerPath readOnly"),
        "dependsOn": _each(it, "dependsOn", "containerName condition"),
        "logConfiguration": {
            **_of(log, "logDriver"),
            "options": {name: options[name] for name in LOG_OPTIONS if name in options},
        },
        "healthCheck": {**_of(health, "interval timeout retries startPeriod"), "command": health.texts("command")},
        "linuxParameters": _of(it.block("linuxParameters"), "initProcessEnabled"),
        "repositoryCredentials": _of(it.block("repositoryCredentials"), "credentialsParameter"),
    }


def _each(it: Attributes, name: str, keys: str) -> list[dict[str, Any]]:
    return [_of(each, keys) for each in it.blocks(name)]


def _of(it: Attributes, keys: str) -> dict[str, Any]:
    return {key: it.values[key] for key in keys.split() if isinstance(it.values.get(key), str | int | float)}


def containers(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return container definitions as CloudFormation writes them; environment variables without their values."""
    items = document if isinstance(document, list) else []
    return [_container(Attributes(it)) for it in items if isinstance(it, Mapping)]


def _container(it: Attributes) -> dict[str, Any]:
    log, health = it.block("logConfiguration"), it.block("healthCheck")
    return {
        "Name": it.text("name"),
        "Image": it.text("image"),
        "Essential": it.flag("essential"),
        "Cpu": it.number("cpu"),
        "Memory": it.number("memory"),
        "MemoryReservation": it.number("memoryReservation"),
        "User": it.text("user"),
        "WorkingDirectory": it.text("workingDirectory"),
        "ReadonlyRootFilesystem": it.flag("readonlyRootFilesystem"),
        "StartTimeout": it.number("startTimeout"),
        "StopTimeout": it.number("stopTimeout"),
        "Interactive": it.flag("interactive"),
        "PseudoTerminal": it.flag("pseudoTerminal"),
        "DisableNetworking": it.flag("disableNetworking"),
        "Privileged": it.flag("privileged"),
        "VersionConsistency": it.text("versionConsistency"),
        "Command": it.texts("command"),
        "EntryPoint": it.texts("entryPoint"),
        "PortMappings": [
            {
                "ContainerPort": each.number("containerPort"),
                "HostPort": each.number("hostPort"),
                "Protocol": each.text("protocol"),
                "Name": each.text("name"),
                "AppProtocol": each.text("appProtocol"),
            }
            for each in it.blocks("portMappings")
        ],
        "Environment": [{"Name": each.text("name")} for each in it.blocks("environment")],
        "Secrets": [{"Name": each.text("name"), "ValueFrom": each.text("valueFrom")} for each in it.blocks("secrets")],
        "MountPoints": [
            {
                "SourceVolume": each.text("sourceVolume"),
                "ContainerPath": each.text("containerPath"),
                "ReadOnly": each.flag("readOnly"),
            }
            for each in it.blocks("mountPoints")
        ],
        "DependsOn": [
            {"ContainerName": each.text("containerName"), "Condition": each.text("condition")}
            for each in it.blocks("dependsOn")
        ],
        "LogConfiguration": {"LogDriver": log.text("logDriver"), "Options": log.entries("options")},
        "HealthCheck": {
            "Command": health.texts("command"),
            "Interval": health.number("interval"),
            "Timeout": health.number("timeout"),
            "Retries": health.number("retries"),
            "StartPeriod": health.number("startPeriod"),
        },
        "LinuxParameters": {"InitProcessEnabled": it.block("linuxParameters").flag("initProcessEnabled")},
        "RepositoryCredentials": {
            "CredentialsParameter": it.block("repositoryCredentials").text("credentialsParameter")
        },
    }
