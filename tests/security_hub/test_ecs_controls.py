"""https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.security_hub.deployment import AbsentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.security_hub.deployment import Deployment

CREDENTIALS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"}


def containers(seen: Deployment) -> Iterator[Any]:
    """Every container of every task definition."""
    for task in seen.of("AWS::ECS::TaskDefinition").values():
        yield from task["ContainerDefinitions"]


def test_ECS_2_services_get_no_public_address(hardened: Deployment) -> None:
    """[ECS.2] ECS services should not have public IP addresses assigned to them automatically."""
    for name, service in hardened.of("AWS::ECS::Service").items():
        assert service["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED", name


def test_ECS_3_tasks_do_not_share_the_hosts_processes(hardened: Deployment) -> None:
    """[ECS.3] ECS task definitions should not share the host's process namespace."""
    for name, task in hardened.of("AWS::ECS::TaskDefinition").items():
        assert task.get("PidMode", "task") != "host", name


def test_ECS_4_containers_are_not_privileged(hardened: Deployment) -> None:
    """[ECS.4] ECS containers should run as non-privileged."""
    for container in containers(hardened):
        assert not container.get("Privileged"), container["Name"]


def test_ECS_5_root_file_systems_are_read_only(hardened: Deployment) -> None:
    """[ECS.5] ECS task definitions should limit containers to read-only access to root file systems."""
    for container in containers(hardened):
        assert container.get("ReadonlyRootFilesystem") is True, container["Name"]


def test_ECS_8_no_credentials_are_environment_variables(hardened: Deployment) -> None:
    """[ECS.8] Secrets should not be passed as container environment variables."""
    for container in containers(hardened):
        names = {it["Name"] for it in container.get("Environment", [])}
        assert not names & CREDENTIALS, container["Name"]


def test_ECS_9_every_container_logs(hardened: Deployment) -> None:
    """[ECS.9] ECS task definitions should have a logging configuration."""
    for container in containers(hardened):
        assert container["LogConfiguration"]["LogDriver"] == "awslogs", container["Name"]


def test_ECS_10_services_run_on_the_latest_platform(hardened: Deployment) -> None:
    """[ECS.10] ECS Fargate services should run on the latest Fargate platform version."""
    for name, service in hardened.of("AWS::ECS::Service").items():
        assert service["PlatformVersion"] in {"LATEST", "1.4.0"}, name


def test_ECS_12_clusters_have_container_insights(hardened: Deployment) -> None:
    """[ECS.12] ECS clusters should use Container Insights."""
    for name, cluster in hardened.of("AWS::ECS::Cluster").items():
        found = {it["Name"]: it["Value"] for it in cluster["ClusterSettings"]}
        assert found["containerInsights"] in {"enabled", "enhanced"}, name


def test_ECS_17_tasks_have_a_network_of_their_own(hardened: Deployment) -> None:
    """[ECS.17] ECS task definitions should not use host network mode."""
    for name, task in hardened.of("AWS::ECS::TaskDefinition").items():
        assert task["NetworkMode"] == "awsvpc", name


def test_ECS_18_volumes_are_mounted_over_tls(with_volume: Deployment) -> None:
    """[ECS.18] ECS task definitions should use in-transit encryption for EFS volumes."""
    volumes = [it for task in with_volume.of("AWS::ECS::TaskDefinition").values() for it in task.get("Volumes", [])]
    shared = [it["EFSVolumeConfiguration"] for it in volumes if "EFSVolumeConfiguration" in it]
    if not shared:
        raise AbsentError("EFS volumes")
    assert [it["TransitEncryption"] for it in shared] == ["ENABLED"] * len(shared)


def test_ECS_20_no_container_runs_as_root(hardened: Deployment) -> None:
    """[ECS.20] ECS task definitions should configure non-root users in Linux container definitions."""
    for container in containers(hardened):
        assert container.get("User", "root").split(":")[0] not in {"root", "0"}, container["Name"]
