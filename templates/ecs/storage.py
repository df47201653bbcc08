"""Writable storage of containers: volumes on EFS, and empty directories with a read-only root file system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere.ecs import AuthorizationConfig, EFSVolumeConfiguration, MountPoint
from troposphere.ecs import Volume as TaskVolume

from templates.section import Allowed, Section, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_STORAGE, MAX_STORAGE = 20, 200
"""GiB of ephemeral storage of a Fargate task: included, and at most (ECS, `EphemeralStorage`)."""
ROOT = "/"

Directory = Annotated[
    str,
    Field(max_length=255, pattern=r"^(?:/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)+$"),
    Allowed('the absolute path of a directory in quotes, such as "/tmp"'),
]


class Volume(Section):
    """`[[ecs.volumes]]`: a directory on an existing EFS file system, which must allow NFS (port 2049) from the tasks.

    Encrypted in transit, and mounted with the rights of the task role.
    """

    name: Annotated[
        str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$"), Allowed("1 to 32 lower-case letters, digits and hyphens")
    ]
    """Name of the volume in the task definition."""
    file_system_id: Annotated[
        str, Field(pattern=r"^fs-[0-9a-f]{8,40}$"), Allowed('the id of a file system, like "fs-0123456789abcdef0"')
    ]
    """The EFS file system."""
    access_point_id: Annotated[
        str | None,
        Field(pattern=r"^fsap-[0-9a-f]{8,40}$"),
        Allowed('the id of an access point, like "fsap-0123456789abcdef0"'),
    ] = None
    """Access point, which sets user, group and directory; a container without root needs one."""
    root_directory: Annotated[
        str,
        Field(max_length=255, pattern=r"^/(?:\.?[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$"),
        Allowed('an absolute path in quotes, such as "/app"'),
    ] = ROOT
    """Directory of the file system that is mounted; an access point sets its own."""
    path: Directory
    """Path in the container at which it is mounted."""
    read_only: bool = False
    """Whether the container may only read it."""

    @model_validator(mode="after")
    def _one_says_the_directory(self) -> Self:
        if self.access_point_id and self.root_directory != ROOT:
            raise PydanticCustomError(
                "root_directory",
                "the access point says which directory is mounted; leave root_directory out",
                {"key": "root_directory", "with": ("access_point_id",)},
            )
        return self


@dataclass(frozen=True, kw_only=True)
class Mounts:
    """Volumes of a task, and their mount points in one container."""

    volumes: tuple[TaskVolume, ...] = ()
    points: tuple[MountPoint, ...] = ()


def writable_mounts(container: str, paths: Sequence[str]) -> Mounts:
    """Return an empty directory for each path, which is deleted with the task.

    Fargate has neither tmpfs nor host directories: a volume without a source is such a directory
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html).
    """
    names = [f"writable-{container}-{index}" for index, _ in enumerate(paths, start=1)]
    return Mounts(
        volumes=tuple(TaskVolume(Name=name) for name in names),
        points=tuple(
            MountPoint(SourceVolume=name, ContainerPath=path, ReadOnly=False)
            for name, path in zip(names, paths, strict=True)
        ),
    )


def efs_mounts(volumes: Sequence[Volume]) -> Mounts:
    """Return the volumes on EFS with their mount points."""
    return Mounts(
        volumes=tuple(TaskVolume(Name=f"efs-{it.name}", EFSVolumeConfiguration=_on_efs(it)) for it in volumes),
        points=tuple(
            MountPoint(SourceVolume=f"efs-{it.name}", ContainerPath=it.path, ReadOnly=it.read_only) for it in volumes
        ),
    )


def _on_efs(volume: Volume) -> EFSVolumeConfiguration:
    access = {"AccessPointId": volume.access_point_id} if volume.access_point_id else {}
    directory = {"RootDirectory": volume.root_directory} if volume.root_directory != ROOT else {}
    return EFSVolumeConfiguration(
        FilesystemId=volume.file_system_id,
        TransitEncryption="ENABLED",
        AuthorizationConfig=AuthorizationConfig(IAM="ENABLED", **access),
        **directory,
    )


def refuse_overlaps(volumes: Sequence[Volume], writable_paths: Sequence[str]) -> None:
    """Raise PydanticCustomError if two volumes have the same name, or two mounts of a container the same path."""
    refuse_twice("writable_paths", writable_paths)
    names = [volume.name for volume in volumes]
    paths = [volume.path for volume in volumes]
    for index, volume in enumerate(volumes):
        if volume.name in names[:index]:
            raise PydanticCustomError(
                "volume_name",
                "two volumes are called {name}",
                {
                    "key": f"volumes[{index}].name",
                    "with": (f"volumes[{names.index(volume.name)}].name",),
                    "name": volume.name,
                },
            )
        if volume.path in (*paths[:index], *writable_paths):
            raise PydanticCustomError(
                "volume_path",
                "something else is mounted at {path} already",
                {"key": f"volumes[{index}].path", "with": ("writable_paths",), "path": volume.path},
            )
