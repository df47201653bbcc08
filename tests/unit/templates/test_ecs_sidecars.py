"""Containers beside Streamlit's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.templates.test_ecs_container import DATABASE, definition
from tests.unit.templates.test_settings_models import refusal

OTEL: dict[str, Any] = {"name": "otel", "image": "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.0"}


def test_a_sidecar_is_beside_streamlit_and_logs_beside_it() -> None:
    """Streamlit's container stays the first; without it the task stops, without the sidecar it goes on."""
    web, sidecar = definition(sidecars=(OTEL,))["ContainerDefinitions"]
    assert (web["Name"], web["Essential"]) == ("web", True)
    assert (sidecar["Name"], sidecar["Essential"], sidecar["Image"]) == ("otel", False, OTEL["image"])
    options = sidecar["LogConfiguration"]["Options"]
    assert options["awslogs-group"] == web["LogConfiguration"]["Options"]["awslogs-group"]
    assert options["awslogs-stream-prefix"] == "otel"
    assert not {"EntryPoint", "Command", "Memory", "PortMappings", "Secrets", "Environment", "MountPoints"} & set(
        sidecar
    )


def test_all_that_a_sidecar_can_be_told() -> None:
    """Its share of the task, its command, variables, secrets and ports, and as whom it runs."""
    sidecar = definition(
        sidecars=(
            {
                **OTEL,
                "essential": True,
                "cpu": 128,
                "memory": 256,
                "entry_point": ("/collector",),
                "command": ("--config=/etc/x.yaml",),
                "environment": {"A": "b"},
                "secrets": {"KEY": DATABASE},
                "ports": (4317,),
                "read_only": True,
                "user": "10001",
            },
        )
    )["ContainerDefinitions"][1]
    assert (sidecar["Essential"], sidecar["Cpu"], sidecar["Memory"]) == (True, 128, 256)
    assert sidecar["Command"] == ["--config=/etc/x.yaml"]
    assert sidecar["EntryPoint"] == ["/collector"]
    assert sidecar["Environment"] == [{"Name": "A", "Value": "b"}]
    assert sidecar["Secrets"] == [{"Name": "KEY", "ValueFrom": DATABASE}]
    assert sidecar["PortMappings"] == [{"ContainerPort": 4317, "Protocol": "tcp"}]
    assert (sidecar["ReadonlyRootFilesystem"], sidecar["User"]) == (True, "10001")


@pytest.mark.parametrize(
    ("sidecars", "message"),
    [
        (({**OTEL, "name": "web"},), "another container has the name web"),
        ((OTEL, OTEL), "another container is called otel"),
        (({**OTEL, "ports": (4317, 4317)},), "port 4317 is there twice"),
        (({**OTEL, "ports": (4317,)}, {**OTEL, "name": "x", "ports": (4317,)}), "port 4317 is there twice"),
        (({**OTEL, "ports": (8501,)},), "port 8501 is Streamlit's"),
        (({**OTEL, "cpu": 4096},), "the sidecars take 4096 of the task's 4096"),
        (({**OTEL, "memory": 8192}, {**OTEL, "name": "x", "memory": 8192}), "16384 of the task's 16384"),
        (({**OTEL, "environment": {"A": "b"}, "secrets": {"A": DATABASE}},), "A is in secrets as well"),
    ],
)
def test_sidecars_that_cannot_be(sidecars: tuple[dict[str, Any], ...], message: str) -> None:
    """ECS would refuse them, or they would leave Streamlit nothing."""
    assert message in refusal(ecs={"sidecars": sidecars})
