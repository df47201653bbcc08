"""On which capacity the tasks run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import properties, tree
from tests.unit.templates.test_settings_models import refusal


def strategy(**ecs: Any) -> Any:
    """The service's strategy: base and weight of each capacity."""
    items = properties(tree(ecs=ecs)["Ecs"], "Service")["CapacityProviderStrategy"]
    return {it["CapacityProvider"]: (it["Base"], it["Weight"]) for it in items}


def test_tasks_run_on_demand() -> None:
    """Without a launch type, whose change would replace the service."""
    assert strategy() == {"FARGATE": (0, 1)}
    assert "LaunchType" not in properties(tree()["Ecs"], "Service")


def test_spot_above_a_base_on_demand() -> None:
    """One task stays whatever AWS takes back; the rest is Spot unless weights say otherwise."""
    assert strategy(spot={}) == {"FARGATE": (1, 0), "FARGATE_SPOT": (0, 1)}
    assert strategy(spot={"on_demand_base": 2, "weight": 3, "on_demand_weight": 1}) == {
        "FARGATE": (2, 1),
        "FARGATE_SPOT": (0, 3),
    }


@pytest.mark.parametrize("ecs", [{}, {"spot": {}}])
def test_the_cluster_may_use_both_always(ecs: dict[str, Any]) -> None:
    """Spot cannot be taken from a cluster in the same moment in which its tasks leave it."""
    assert properties(tree(ecs=ecs)["Ecs"], "Cluster")["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


def test_spot_goes_with_arm() -> None:
    """Fargate Spot has ARM64 since platform version 1.4.0, and there is no older one to choose."""
    assert "FARGATE_SPOT" in strategy(spot={}, architecture="ARM64")


def test_spot_is_something() -> None:
    """A weight of nothing would be a table that means nothing."""
    assert refusal(ecs={"spot": {"weight": 0}})


def test_a_launch_type_instead_of_a_strategy() -> None:
    """As a service that Terraform has made; its cluster needs no capacity providers then."""
    template = tree(ecs={"launch_type": "FARGATE", "capacity_providers": False})["Ecs"]
    assert properties(template, "Service")["LaunchType"] == "FARGATE"
    assert "CapacityProviderStrategy" not in properties(template, "Service")
    assert "CapacityProviders" not in properties(template, "Cluster")
    assert "CapacityProviders" in properties(tree(ecs={"launch_type": "FARGATE"})["Ecs"], "Cluster")


def test_a_service_has_a_launch_type_or_a_strategy() -> None:
    """ECS refuses both together, and a strategy of providers that the cluster has not."""
    assert "a launch type has no Spot" in refusal(ecs={"launch_type": "FARGATE", "spot": {}})
    assert "the cluster needs them" in refusal(ecs={"capacity_providers": False})
    assert refusal(ecs={"launch_type": "EC2"})
