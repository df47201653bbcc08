"""Where containers may write: read-only root file systems, and volumes on EFS."""

from __future__ import annotations

from typing import Any

import pytest

from templates import ecs
from tests.support.templates import properties, statements, tree
from tests.unit.templates.test_ecs_container import container, definition
from tests.unit.templates.test_settings_models import refusal

(TMP,) = ecs.Settings().writable_paths
MODELS = {"name": "models", "file_system_id": "fs-0123456789abcdef0", "path": "/models"}


def mounts(it: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """Path, volume and whether it is read-only, of a container."""
    return {point["ContainerPath"]: (point["SourceVolume"], point["ReadOnly"]) for point in it["MountPoints"]}


def test_a_read_only_container_writes_to_tmp() -> None:
    """Streamlit needs no other place (tests/servers/test_read_only.py); by default the container is not read-only."""
    task = definition(read_only=True)
    (web,) = task["ContainerDefinitions"]
    assert web["ReadonlyRootFilesystem"] is True
    assert mounts(web) == {TMP: ("writable-web-1", False)}
    assert task["Volumes"] == [{"Name": "writable-web-1"}]
    assert not {"ReadonlyRootFilesystem", "MountPoints"} & set(container())
    assert "Volumes" not in definition()


def test_every_writable_path_has_a_volume_of_its_own() -> None:
    """What is written to one is not seen in the other."""
    task = definition(read_only=True, writable_paths=(TMP, "/home/app/.streamlit"))
    volumes = [volume for volume, _ in mounts(task["ContainerDefinitions"][0]).values()]
    assert volumes == [it["Name"] for it in task["Volumes"]] == ["writable-web-1", "writable-web-2"]


def test_exec_can_write_where_its_agent_does() -> None:
    """In every read-only container, each in a directory of its own."""
    sidecars = ({"name": "otel", "image": "otel:1", "read_only": True}, {"name": "free", "image": "otel:1"})
    web, otel, free = definition(read_only=True, exec=True, sidecars=sidecars)["ContainerDefinitions"]
    agent = {"/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"}
    assert set(mounts(web)) == agent | {TMP}
    assert set(mounts(otel)) == agent
    assert not {volume for volume, _ in mounts(web).values()} & {volume for volume, _ in mounts(otel).values()}
    assert "MountPoints" not in free


@pytest.mark.parametrize("path", ["tmp", "/", "/a/../b", "/var/", "/.."])
def test_a_path_is_that_of_a_directory(path: str) -> None:
    """Absolute and plain."""
    assert refusal(ecs={"read_only": True, "writable_paths": (path,)})


def test_writable_paths_without_read_only_are_refused() -> None:
    """They would mean nothing."""
    assert "means nothing without read_only" in refusal(ecs={"writable_paths": (TMP,)})


def test_a_volume_is_encrypted_in_transit_and_asks_iam() -> None:
    """The task role may mount this file system through this access point, and write only where it should."""
    volume = {**MODELS, "access_point_id": "fsap-0123456789abcdef0", "read_only": True}
    templates = tree(ecs={"volumes": (volume,)})
    task = properties(templates["Ecs"], "TaskDefinition")
    assert task["Volumes"] == [
        {
            "Name": "efs-models",
            "EFSVolumeConfiguration": {
                "FilesystemId": "fs-0123456789abcdef0",
                "TransitEncryption": "ENABLED",
                "AuthorizationConfig": {"AccessPointId": "fsap-0123456789abcdef0", "IAM": "ENABLED"},
            },
        }
    ]
    assert mounts(task["ContainerDefinitions"][0]) == {"/models": ("efs-models", True)}
    (statement,) = statements(properties(templates["Iam"], "TaskRole")["Policies"])
    prefix = "arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}"
    assert statement["Action"] == ["elasticfilesystem:ClientMount"]
    assert statement["Resource"] == [{"Fn::Sub": f"{prefix}:file-system/fs-0123456789abcdef0"}]
    assert statement["Condition"] == {
        "Bool": {"aws:SecureTransport": "true"},
        "StringEquals": {
            "elasticfilesystem:AccessPointArn": {"Fn::Sub": f"{prefix}:access-point/fsap-0123456789abcdef0"}
        },
    }


def test_a_volume_that_is_written_to() -> None:
    """Root on the file system stays nobody's: an access point says the user."""
    templates = tree(ecs={"volumes": ({**MODELS, "root_directory": "/app"},)})
    (statement,) = statements(properties(templates["Iam"], "TaskRole")["Policies"])
    assert statement["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    (volume,) = properties(templates["Ecs"], "TaskDefinition")["Volumes"]
    assert volume["EFSVolumeConfiguration"]["RootDirectory"] == "/app"


def test_an_access_point_says_the_directory() -> None:
    """ECS refuses both."""
    volume = {**MODELS, "root_directory": "/app", "access_point_id": "fsap-0123456789abcdef0"}
    assert "the access point says" in refusal(ecs={"volumes": (volume,)})


def test_two_things_at_one_path() -> None:
    """Nor two volumes with one name."""
    assert "already" in refusal(ecs={"volumes": (MODELS, {**MODELS, "name": "more"})})
    assert "already" in refusal(ecs={"read_only": True, "volumes": ({**MODELS, "path": TMP},)})
    assert "two volumes are called models" in refusal(ecs={"volumes": (MODELS, {**MODELS, "path": "/more"})})
    assert "is there twice" in refusal(ecs={"read_only": True, "writable_paths": (TMP, TMP)})
