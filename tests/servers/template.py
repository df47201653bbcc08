"""What the rendered templates say of the container and of its probes, as the real server is then run and probed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.templates import of_type

if TYPE_CHECKING:
    from collections.abc import Mapping

Templates = dict[str, Any]


def environment(templates: Templates, secrets: Mapping[str, str], port: int) -> dict[str, str]:
    """The container's variables, on loopback and on this port; `secrets` are the values that ECS would fetch.

    A secret of the template that has no value here is an error.
    """
    container = _container(templates)
    literal = {it["Name"]: it["Value"] for it in container["Environment"]}
    named = {it["Name"]: secrets[it["Name"]] for it in container.get("Secrets", [])}
    here = {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1", "STREAMLIT_SERVER_PORT": str(port)}
    assert here.keys() <= literal.keys()
    return literal | named | dict(secrets) | here


def health_check(templates: Templates) -> list[str]:
    """The command with which ECS asks the container, without its `CMD`."""
    declared: list[str] = _container(templates)["HealthCheck"]["Command"]
    kind, *command = declared
    assert kind == "CMD"
    return command


def target_group(templates: Templates) -> dict[str, Any]:
    """The target group of the tasks."""
    (group,) = of_type(templates["Network"], "AWS::ElasticLoadBalancingV2::TargetGroup").values()
    properties: dict[str, Any] = group["Properties"]
    return properties


def matches(templates: Templates, status: int) -> bool:
    """Whether the target group's matcher takes this status for healthy ("200", "200,204", "200-299")."""
    spans = target_group(templates)["Matcher"]["HttpCode"].split(",")
    pairs = [re.fullmatch(r"(\d+)(?:-(\d+))?", span) for span in spans]
    return any(int(pair[1]) <= status <= int(pair[2] or pair[1]) for pair in pairs if pair)


def sticky_seconds(templates: Templates) -> int | None:
    """How long the load balancer's cookie keeps a browser on its task; None is not at all."""
    attributes = {it["Key"]: it["Value"] for it in target_group(templates)["TargetGroupAttributes"]}
    if attributes["stickiness.enabled"] == "false":
        return None
    assert attributes["stickiness.type"] == "lb_cookie"
    return int(attributes["stickiness.lb_cookie.duration_seconds"])


def stop_timeout(templates: Templates) -> int:
    """Seconds between SIGTERM and SIGKILL."""
    return int(_container(templates)["StopTimeout"])


def _container(templates: Templates) -> dict[str, Any]:
    """The container that runs Streamlit."""
    (definition,) = of_type(templates["Ecs"], "AWS::ECS::TaskDefinition").values()
    containers = definition["Properties"]["ContainerDefinitions"]
    (container,) = [it for it in containers if "STREAMLIT_SERVER_PORT" in str(it.get("Environment"))]
    return dict(container)
