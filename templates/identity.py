"""The identity of a deployment: project and environment, and the names and tags that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import Sub

OWNERSHIP_TAGS = ("Environment", "ManagedBy", "Project")
"""Keys of the tags that identify the owner of a resource; they never change."""


@dataclass(frozen=True)
class Identity:
    """One project in one environment; `name` is the root stack's name and the stem of every physical name.

    The names are literals in the templates, never parameters: CloudFormation can adopt an existing resource
    (`ImportExistingResources`) only where the template names it statically.
    """

    project: str
    environment: str
    permissions_boundary: str | None = None
    """ARN of the permissions boundary of all roles."""
    own_tags: tuple[tuple[str, str], ...] = ()
    """Further tags, from the settings."""

    @property
    def name(self) -> str:
        """`preto-2-prod` for project `preto-2` in environment `prod`."""
        return f"{self.project}-{self.environment}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of all resources that can be tagged."""
        return self.ownership_tags | dict(self.own_tags)

    @property
    def ownership_tags(self) -> dict[str, str]:
        """The `OWNERSHIP_TAGS` with their values."""
        return dict(zip(OWNERSHIP_TAGS, (self.environment, "CloudFormation", self.project), strict=True))

    @property
    def log_group(self) -> str:
        """The log group of the service's containers."""
        return f"/ecs/{self.name}"

    @property
    def exec_log_group(self) -> str:
        """The log group of ECS Exec sessions; no other deployment has a log group of this name."""
        return f"/ecs/{self.name}/exec"


def arn(service: str, resource: str) -> Sub:
    """Return an ARN in the stack's partition, region and account; `resource` may contain further `${...}`."""
    return Sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
