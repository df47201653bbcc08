"""What RunTask is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.errors import UserError
from stacks.tasks.request import Changes, run_task_request
from stacks.tasks.revision import with_tag
from stacks.tasks.source import Source

CONTAINERS = [
    {"name": "app", "image": "r/app:v1", "secrets": [{"name": "PASSWORD", "valueFrom": "arn"}]},
    {"name": "proxy", "image": "r/proxy:1"},
]


def source(**changed: Any) -> Source:
    """Return a service of 512 CPU units and 1024 MiB."""
    about: dict[str, Any] = {
        "cluster": "preto-2-prod",
        "service": "preto-2-prod",
        "definition": {
            "taskDefinitionArn": "a/preto-2-prod:7",
            "family": "preto-2-prod",
            "cpu": "512",
            "memory": "1024",
        }
        | {"containerDefinitions": CONTAINERS},
        "container": "app",
        "network": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        "platform_version": "1.4.0",
        "exec": True,
        "managed_tags": False,
        "propagate": "NONE",
        "tags": ({"key": "Project", "value": "preto-2"},),
    }
    return Source(**(about | changed))


def test_it_is_the_service_s_own_task_on_demand() -> None:
    """Network, definition, platform version and Exec are the service's; Spot is only what was asked for."""
    request = run_task_request(source(), Changes(command=("a", "b c")))
    assert request == {
        "cluster": "preto-2-prod",
        "taskDefinition": "a/preto-2-prod:7",
        "count": 1,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        "overrides": {"containerOverrides": [{"name": "app", "command": ["a", "b c"]}]},
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "enableExecuteCommand": True,
    }
    on_spot = run_task_request(source(), Changes(command=("a",), spot=True))
    assert "launchType" not in on_spot
    assert on_spot["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]


def test_it_has_the_tags_of_the_service_s_tasks() -> None:
    """RunTask refuses to propagate those of a service, so they are set; those of a definition are propagated."""
    tags = ({"key": "Project", "value": "preto-2"},)
    assert run_task_request(source(propagate="SERVICE", tags=tags), Changes())["tags"] == list(tags)
    assert run_task_request(source(propagate="TASK_DEFINITION"), Changes())["propagateTags"] == "TASK_DEFINITION"
    assert not run_task_request(source(), Changes()).keys() & {"tags", "propagateTags"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (Changes(container="web"), "container web: preto-2-prod:7 has app, proxy"),
        (Changes(environment={"PASSWORD": "x"}), "--env PASSWORD: the container app has a secret of this name"),
        (Changes(cpu=300), "--cpu 300: Fargate has no such size"),
        (Changes(cpu=2048), "--cpu 2048: Fargate has no task of 2048 CPU units with 1024 MiB"),
        (Changes(memory=9000), "--memory 9000: Fargate has no task of 512 CPU units with 9000 MiB"),
        (Changes(command=("x" * 8192,)), "as JSON they have 8246 characters, and ECS takes 8192 at most"),
    ],
)
def test_what_ecs_would_refuse_is_refused_before(changes: Changes, why: str) -> None:
    """In words, and before a task definition is registered."""
    with pytest.raises(UserError, match=why):
        run_task_request(source(), changes)


def test_a_size_is_whole() -> None:
    """Of one that is given, the other is the definition's."""
    assert run_task_request(source(), Changes(memory=2048))["overrides"] == {"cpu": "512", "memory": "2048"}


def test_values_of_variables_are_in_no_representation() -> None:
    """Nor in that of an error's context."""
    assert "hunter2" not in repr(Changes(environment={"TOKEN": "hunter2"}))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("host:5000/app", "host:5000/app:v2"),
        ("host/app:v1", "host/app:v2"),
        ("host/app:v1@sha256:0", "host/app:v2"),
        ("app@sha256:0", "app:v2"),
    ],
)
def test_another_tag_replaces_tag_and_digest(image: str, expected: str) -> None:
    """The port of a registry is no tag."""
    assert with_tag(image, "v2") == expected
