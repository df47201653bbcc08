"""What the rendered templates say of the container and of its probes, as the real server is then run and probed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.templates import of_type

if TYPE_CHECKING:
    from collections.abc import Mapping

Templates = dict[str, Any]
PORT = {"Ref": "ContainerPort"}
"""The port on which the app listens, which is another one here."""


def environment(templates: Templates, secrets: Mapping[str, str], port: int) -> dict[str, str]:
    """The container's variables, on loopback and on this port; `secrets` are the values that ECS would fetch.

    A secret of the template that has no value here is an error.
    """
    container = _container(templates)
    literal = {it["Name"]: str(port) if it["Value"] == PORT else it["Value"] for it in container["Environment"]}
    assert str(port) in literal.values()
    named = {it["Name"]: secrets[it["Name"]] for it in container.get("Secrets", [])}
    here = {name: "127.0.0.1" for name in literal if name == "STREAMLIT_SERVER_ADDRESS"}
    return literal | named | dict(secrets) | here


def command(templates: Templates) -> list[str]:
    """The command of the settings."""
    declared: list[str] = _container(templates)["Command"]
    return declared


def health_check(templates: Templates) -> list[str]:
    """The command with which ECS asks the container, as a process is started: without `CMD`, or by a shell."""
    declared: list[str] = _container(templates)["HealthCheck"]["Command"]
    kind, *words = declared
    assert kind in {"CMD", "CMD-SHELL"}
    return words if kind == "CMD" else ["/bin/sh", "-c", *words]


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
    """The container that runs the app."""
    (definition,) = of_type(templates["Ecs"], "AWS::ECS::TaskDefinition").values()
    containers = definition["Properties"]["ContainerDefinitions"]
    (container,) = [it for it in containers if PORT in [each["ContainerPort"] for each in it["PortMappings"]]]
    return dict(container)
