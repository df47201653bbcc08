"""The settings of `[ecs]`, deployed and read back through the APIs of ECS and IAM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.status import running
from tests.support.world import PRETO

if TYPE_CHECKING:
    from tests.support.world import World

DATABASE = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db-AbCdEf"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
ALL: dict[str, Any] = {
    "architecture": "ARM64",
    "ephemeral_storage": 30,
    "environment": {"TEAM": "data"},
    "secrets": {"PASSWORD": f"{DATABASE}:password::"},
    "read_only": True,
    "exec": True,
    "user": "1000",
    "sidecars": ({"name": "otel", "image": "public.ecr.aws/otel/collector:1", "cpu": 64, "ports": (4317,)},),
    "volumes": ({"name": "models", "file_system_id": "fs-0123456789abcdef0", "path": "/models"},),
    "spot": {"on_demand_base": 1, "weight": 3},
}


def ecs(**more: Any) -> dict[str, Any]:
    """The settings of a small service, and these."""
    return {**PRETO["ecs"], **more}


def service(world: World) -> dict[str, Any]:
    """The service as ECS describes it."""
    return dict(world.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"][0])


def definition(world: World) -> dict[str, Any]:
    """The task definition that the service runs."""
    arn = service(world)["taskDefinition"]
    return dict(world.aws.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"])


def test_all_of_it_is_switched_on_and_off_on_a_running_service(world: World) -> None:
    """The service stays the same one, and runs what the settings say; what is switched off is off."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    before = service(world)
    assert before["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "base": 0, "weight": 1}]

    world.deploy(image_tag="v1", ecs=ecs(**ALL), iam={"permissions_boundary_arn": BOUNDARY})
    after = service(world)
    assert after["createdAt"] == before["createdAt"]
    assert after["runningCount"] == 2
    assert after["enableExecuteCommand"] is True
    assert [(it["capacityProvider"], it["base"], it["weight"]) for it in after["capacityProviderStrategy"]] == [
        ("FARGATE", 1, 0),
        ("FARGATE_SPOT", 0, 3),
    ]
    _read_back(world)

    world.deploy(image_tag="v1")
    again = service(world)
    assert again["createdAt"] == before["createdAt"]
    assert again["enableExecuteCommand"] is False
    assert again["capacityProviderStrategy"] == before["capacityProviderStrategy"]
    (web,) = definition(world)["containerDefinitions"]
    assert "readonlyRootFilesystem" not in web


def _read_back(world: World) -> None:
    """Task definition, cluster and roles are what the settings say."""
    task = definition(world)
    assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert task["ephemeralStorage"] == {"sizeInGiB": 30}
    web, otel = task["containerDefinitions"]
    assert (web["user"], web["readonlyRootFilesystem"]) == ("1000", True)
    assert {it["name"]: it["valueFrom"] for it in web["secrets"]}["PASSWORD"] == f"{DATABASE}:password::"
    assert {"name": "TEAM", "value": "data"} in web["environment"]
    assert web["linuxParameters"] == {"initProcessEnabled": True}
    assert (otel["name"], otel["essential"], otel["cpu"]) == ("otel", False, 64)
    assert otel["portMappings"] == [{"containerPort": 4317, "protocol": "tcp"}]
    mounted = {it["containerPath"]: it["sourceVolume"] for it in web["mountPoints"]}
    volumes = {it["name"]: it for it in task["volumes"]}
    assert set(mounted.values()) == set(volumes)
    assert volumes[mounted["/models"]]["efsVolumeConfiguration"] == {
        "fileSystemId": "fs-0123456789abcdef0",
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"iam": "ENABLED"},
    }
    described = world.aws.ecs.describe_clusters(clusters=["preto-2-prod"], include=["CONFIGURATIONS"])["clusters"][0]
    logs = described["configuration"]["executeCommandConfiguration"]["logConfiguration"]
    assert logs == {"cloudWatchLogGroupName": "/ecs/preto-2-prod/exec"}
    role = world.account.client("iam").get_role(RoleName=task["taskRoleArn"].rpartition("/")[2])["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY


def test_requests_move_between_two_target_groups(world: World) -> None:
    """From canary to rolling: ECS has both groups, the rule, its role and the alarms, and then none of them."""
    world.deploy()
    world.push("v1")
    canary = {"strategy": "canary", "rollback_alarms": True}
    world.deploy(image_tag="v1", ecs=ecs(deployment=canary))
    moved = service(world)
    configuration = moved["deploymentConfiguration"]
    assert (configuration["strategy"], configuration["bakeTimeInMinutes"]) == ("CANARY", 15)
    assert configuration["canaryConfiguration"] == {"canaryPercent": 5, "canaryBakeTimeInMinutes": 10}
    assert len(configuration["alarms"]["alarmNames"]) == 6
    assert "deploymentCircuitBreaker" not in configuration
    (balancer,) = moved["loadBalancers"]
    advanced = balancer["advancedConfiguration"]
    groups = world.aws.elbv2.describe_target_groups()["TargetGroups"]
    known = {group["TargetGroupArn"] for group in groups}
    assert {balancer["targetGroupArn"], advanced["alternateTargetGroupArn"]} <= known
    looked_at = running.read_service(world.aws, "preto-2-prod", "preto-2-prod")
    assert looked_at is not None
    assert set(looked_at.target_groups) == {balancer["targetGroupArn"], advanced["alternateTargetGroupArn"]}
    assert advanced["productionListenerRule"].startswith("arn:aws:elasticloadbalancing:")
    assert ":role/" in advanced["roleArn"]

    world.deploy(image_tag="v1")
    back = service(world)
    assert back["deploymentConfiguration"]["strategy"] == "ROLLING"
    assert back["deploymentConfiguration"]["alarms"] == {"alarmNames": [], "enable": False, "rollback": False}
    assert "advancedConfiguration" not in back["loadBalancers"][0]


def test_an_image_of_another_registry_needs_no_repository(world: World) -> None:
    """Nothing of ECR is made or looked into, the outputs name it, and what to type logs in there."""
    first = world.deploy(ecs=ecs(image="ghcr.io/team/app", architecture="ARM64"))
    assert first.push[0] == "docker login ghcr.io"
    assert first.push[1] == "docker build --platform linux/arm64 --tag ghcr.io/team/app:TAG ."
    done = world.deploy(image_tag="v1", ecs=ecs(image="ghcr.io/team/app"))
    assert done.outputs["EcrRepositoryUrl"] == "ghcr.io/team/app"
    assert world.aws.ecr.describe_repositories()["repositories"] == []
    assert definition(world)["containerDefinitions"][0]["image"] == "ghcr.io/team/app:v1"
