"""Terraform's variable files, given to the command line: they mean what they mean to Terraform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = """\
ecs_environment = {
  A = "$${", B = "}"
  CONFIG = <<-EOT
    first
      second
  EOT
}
ecs_cpu /* units */ = /* a vCPU */ 1024
ecs_memory = 8192
autoscaling_scale_in_cooldown = 60 * 5
"""
COMMENTED = '{"//": "generated, do not edit", "network_idle_timeout": 200}'

REFUSED: dict[str, tuple[str, str, str]] = {
    "a number that could not be meant": (
        "x.tfvars",
        "image_tag = 5e80123",
        "x.tfvars:1: image_tag = 5e80123: is no number that could be meant",
    ),
    "a key twice in JSON": (
        "x.tfvars.json",
        '{"ecs_environment": {"A": "x", "A": "y"}}',
        'x.tfvars.json:1: ecs_environment = {"A": "x", "A": "y"}: sets A twice',
    ),
    "a number that Terraform does not know": (
        "x.tfvars",
        "network_idle_timeout = 1_000\necs_cpu = 4096\n",
        "x.tfvars:1: not valid HCL: it cannot be understood from column 25 on: network_idle_timeout = 1_000",
    ),
    "a reference": ("x.tfvars", "ecs_cpu = local.cpu", "Terraform, too, allows no reference here"),
    "a loop": ("x.tfvars", "network_allowed_ranges = [for x in [] : x]", "is not supported here, although Terraform"),
}


@pytest.fixture
def here(tmp_path: Path) -> Project:
    """Give a project."""
    return project(tmp_path)


def test_a_file_means_what_it_means_to_terraform(here: Project) -> None:
    """Escapes, a text of several lines, comments inside a line, a calculation, and the comment of JSON."""
    (here.folder / "x.tfvars").write_text(ACCEPTED, encoding="utf-8")
    (here.folder / "y.tfvars.json").write_text(COMMENTED, encoding="utf-8")
    here.succeed("build", "prod", "--var-file", "x.tfvars", "--var-file", "y.tfvars.json")
    out = here.folder / "out" / "prod"
    overrides = json.loads((out / "parameters.json").read_text(encoding="utf-8"))
    assert {"EcsCpu=1024", "AutoscalingScaleInCooldown=300"} <= set(overrides)
    ecs = json.loads((out / "ecs.template.json").read_text(encoding="utf-8"))
    container = ecs["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    environment: dict[str, Any] = {it["Name"]: it["Value"] for it in container["Environment"]}
    assert [environment[name] for name in ("A", "B", "CONFIG")] == ["${", "}", "first\n  second\n"]
    network = json.loads((out / "network.template.json").read_text(encoding="utf-8"))
    attributes = network["Resources"]["LoadBalancer"]["Properties"]["LoadBalancerAttributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "200"} in attributes


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_has_its_line_and_the_true_reason(here: Project, case: str) -> None:
    """One problem, with the value as it is written."""
    name, text, message = REFUSED[case]
    (here.folder / name).write_text(text, encoding="utf-8")
    error = here.fail("build", "prod", "--var-file", name)
    assert message in error
    assert len(error.splitlines()) == 1
