"""HTTPS from the load balancer to the tasks, by a sidecar that takes it in Streamlit's place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import properties, tree
from tests.unit.templates.test_settings_models import refusal

PROXY = {"name": "proxy", "image": "public.ecr.aws/nginx/nginx:1.29", "essential": True, "ports": (8443,)}


def templates(**more: Any) -> dict[str, Any]:
    """The templates with such a sidecar."""
    return tree(network={"tls_port": 8443}, ecs={"sidecars": (PROXY,), **more})


@pytest.mark.parametrize("group", ["TargetGroup", "AlternateTargetGroup"])
def test_requests_and_health_checks_go_by_https(group: str) -> None:
    """To the sidecar's port, on Streamlit's health path."""
    target = properties(templates(deployment={"strategy": "canary"})["Network"], group)
    assert (target["Protocol"], target["HealthCheckProtocol"], target["Port"]) == ("HTTPS", "HTTPS", 8443)
    assert target["HealthCheckPath"] == "/_stcore/health"
    assert "-8443" in target["Name"]


def test_the_service_registers_the_sidecar() -> None:
    """ECS registers the sidecar's port, and Streamlit listens where it always does."""
    template = templates()["Ecs"]
    (target,) = properties(template, "Service")["LoadBalancers"]
    assert (target["ContainerName"], target["ContainerPort"]) == ("proxy", 8443)
    web, proxy = properties(template, "TaskDefinition")["ContainerDefinitions"]
    assert web["PortMappings"] == [{"ContainerPort": {"Ref": "ContainerPort"}, "Protocol": "tcp"}]
    assert proxy["PortMappings"] == [{"ContainerPort": 8443, "Protocol": "tcp"}]


def test_nothing_but_the_sidecars_port_is_open() -> None:
    """The load balancer does not reach Streamlit past the sidecar."""
    template = templates()["Network"]
    ingress = properties(template, "TaskIngress")
    (egress,) = properties(template, "LoadBalancerSecurityGroup")["SecurityGroupEgress"]
    assert {(it["FromPort"], it["ToPort"]) for it in (ingress, egress)} == {(8443, 8443)}


@pytest.mark.parametrize("sidecars", [(), ({**PROXY, "ports": (9443,)},), ({**PROXY, "essential": False},)])
def test_a_port_that_no_essential_sidecar_has_is_refused(sidecars: tuple[dict[str, Any], ...]) -> None:
    """No task would ever be healthy, or one would go on without the way to it."""
    said = refusal(network={"tls_port": 8443}, ecs={"sidecars": sidecars})
    assert "an essential sidecar must have port 8443 among its ports" in said
