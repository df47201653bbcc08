"""A service as Terraform leaves it, without anything of ours: it deploys, runs, and the next plan is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.world import PRETO

if TYPE_CHECKING:
    from tests.support.networks import Net
    from tests.support.world import World

PLAIN: dict[str, Any] = {
    "security": {"cookie_secret": False},
    "ecs": PRETO["ecs"]
    | {
        "launch_type": "FARGATE",
        "capacity_providers": False,
        "container_insights": "account",
        "container_health_check": False,
        "init": False,
        "streamlit_options": False,
        "environment": {"ENVIRONMENT": "prod"},
        "log_stream_prefix": "ecs",
        "stop_timeout": 0,
        "propagate_tags": "NONE",
        "managed_tags": False,
        "health_check_grace_period": 300,
        "deployment": {"circuit_breaker": False},
    },
}


def test_a_service_with_nothing_of_ours(world: World, net: Net, public: tuple[str, str]) -> None:
    """Launch type, cluster, circuit breaker, container and secrets are what the settings say, and stay so."""
    wanted = PLAIN | {"network": {"vpc_id": net.vpc_id, "public_subnet_ids": public, "sticky_sessions": False}}
    world.deploy(**wanted)
    world.push("v1")
    world.deploy(image_tag="v1", **wanted)
    ecs = world.aws.ecs
    (cluster,) = ecs.describe_clusters(clusters=["preto-2-prod"], include=["SETTINGS"])["clusters"]
    (service,) = ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    assert not cluster.get("capacityProviders")
    assert service["launchType"] == "FARGATE"
    assert not service.get("capacityProviderStrategy")
    assert service["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": False, "rollback": False}
    assert container["environment"] == [{"name": "ENVIRONMENT", "value": "prod"}]
    assert not {"secrets", "stopTimeout", "healthCheck", "linuxParameters"} & {
        key for key, it in container.items() if it
    }
    assert world.account.client("secretsmanager").list_secrets()["SecretList"] == []
    assert "Security" not in {name.rpartition("-")[0].rpartition("-")[2] for name in world.states()}
    assert world.plan(image_tag="v1", **wanted).change_set is None
