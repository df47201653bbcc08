"""The tables of an environment file that say what is deployed: one for each module."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from templates import ecs, security
from templates.autoscaling import Settings as AutoscalingSettings
from templates.ecr import Settings as EcrSettings
from templates.ecs import Settings as EcsSettings
from templates.iam import Settings as IamSettings
from templates.identity import Identity
from templates.monitoring import Settings as MonitoringSettings
from templates.names import Names
from templates.network import Settings as NetworkSettings
from templates.profiles import PROFILES, Profile
from templates.profiles import Settings as AppSettings
from templates.section import Allowed, Section
from templates.security import Settings as SecuritySettings
from templates.tasks import ScheduledTask

IMAGE_TAG = r"^$|^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"
"""A tag of an image, or nothing: https://docs.docker.com/reference/cli/docker/image/tag/"""

Name = Annotated[
    str,
    Field(min_length=1, max_length=24, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
    Allowed("1 to 24 lower-case letters, digits and single hyphens in quotes, with a letter first"),
]
"""Part of every physical name: lower case (image repositories), letters first (stacks), no double hyphen."""


class Tables(Section):
    """What an environment file says of the infrastructure."""

    project: Name
    """What is deployed; part of every physical name that `[names]` does not give."""
    environment: Name
    """Which copy of it; part of every such name, unless there is `names.application`."""
    image_tag: Annotated[
        str,
        Field(pattern=IMAGE_TAG),
        Allowed(
            "a tag in quotes, 1 to 128 letters, digits, '.', '_' and '-' (no '.' or '-' first), or \"\" for none yet"
        ),
    ] = ""
    """Tag of the image that runs; empty means that there is none yet, and no service."""
    tasks: Annotated[tuple[ScheduledTask, ...], Field(max_length=20)] = ()
    """Commands that EventBridge Scheduler starts in tasks of their own."""
    app: AppSettings = AppSettings()
    names: Names = Names()
    security: SecuritySettings = SecuritySettings()
    ecr: EcrSettings = EcrSettings()
    iam: IamSettings = IamSettings()
    network: NetworkSettings = NetworkSettings()
    ecs: EcsSettings = EcsSettings()
    autoscaling: AutoscalingSettings = AutoscalingSettings()
    monitoring: MonitoringSettings = MonitoringSettings()

    @property
    def identity(self) -> Identity:
        """The names and tags of this deployment."""
        return Identity(
            self.project, self.environment, self.iam.permissions_boundary_arn, names=self.names, profile=self.profile
        )

    @property
    def profile(self) -> Profile:
        """What depends on the framework of the application."""
        return PROFILES[self.app.framework]

    @property
    def called_services(self) -> tuple[str, ...]:
        """The AWS services that the tasks call beyond those that every task calls, by the names of their endpoints."""
        access = ecs.needed_access(self.ecs)
        called = {
            "kms": self.security.kms_key != security.AWS or bool(access.key_arns),
            "ssm": bool(access.parameter_arns),
            "ssmmessages": access.exec,
            "elasticfilesystem": bool(access.volumes),
        }
        return tuple(name for name, is_called in called.items() if is_called)
