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
TEXTS = "name image user workingDirectory versionConsistency"
NUMBERS = "cpu memory memoryReservation startTimeout stopTimeout"
FLAGS = "essential readonlyRootFilesystem interactive pseudoTerminal disableNetworking privileged"
LISTS = ("command", "entryPoint")


def reduced(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return the part of container definitions that may be held."""
    containers = document if isinstance(document, list) else []
    return [_reduced(Attributes(it)) for it in containers if isinstance(it, Mapping)]


def _reduced(it: Attributes) -> dict[str, Any]:
    log, health = it.block("logConfiguration"), it.block("healthCheck")
    options = log.entries("options")
    return {
        **_of(it, f"{TEXTS} {NUMBERS} {FLAGS}"),
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
        **it.properties(texts=TEXTS, numbers=NUMBERS, flags=FLAGS),
        "Command": it.texts("command"),
        "EntryPoint": it.texts("entryPoint"),
        "PortMappings": [
            each.properties(numbers="containerPort hostPort", texts="protocol name appProtocol")
            for each in it.blocks("portMappings")
        ],
        "Environment": [each.properties(texts="name") for each in it.blocks("environment")],
        "Secrets": [each.properties(texts="name valueFrom") for each in it.blocks("secrets")],
        "MountPoints": [
            each.properties(texts="sourceVolume containerPath", flags="readOnly") for each in it.blocks("mountPoints")
        ],
        "DependsOn": [each.properties(texts="containerName condition") for each in it.blocks("dependsOn")],
        "LogConfiguration": {"LogDriver": log.text("logDriver"), "Options": log.entries("options")},
        "HealthCheck": {
            "Command": health.texts("command"),
            **health.properties(numbers="interval timeout retries startPeriod"),
        },
        "LinuxParameters": it.block("linuxParameters").properties(flags="initProcessEnabled"),
        "RepositoryCredentials": it.block("repositoryCredentials").properties(texts="credentialsParameter"),
    }
