"""Which deployment this is: the project and the environment, and the names and tags that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import Sub

OWNERSHIP_TAGS = ("Environment", "ManagedBy", "Project")
"""The tags that tell whose something is, and never change."""


@dataclass(frozen=True)
class Identity:
    """One project in one environment; `name` is the root stack's name and the stem of every physical name.

    The names are literals in the templates, never parameters: CloudFormation can adopt an existing resource
    (`ImportExistingResources`) only where the template names it statically.
    """

    project: str
    environment: str
    permissions_boundary: str | None = None
    """ARN of the policy beyond which no role that is made can go, whatever its own policies say."""
    own_tags: tuple[tuple[str, str], ...] = ()
    """Tags that the account wants beside those that tell whose something is."""

    @property
    def name(self) -> str:
        """`preto-2-prod` for project `preto-2` in environment `prod`."""
        return f"{self.project}-{self.environment}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of every resource that can be tagged."""
        return self.marks | dict(self.own_tags)

    @property
    def marks(self) -> dict[str, str]:
        """The `MARKS`, with their values."""
        return dict(zip(OWNERSHIP_TAGS, (self.environment, "CloudFormation", self.project), strict=True))

    @property
    def log_group(self) -> str:
        """The log group of the service's containers."""
        return f"/ecs/{self.name}"

    @property
    def exec_log_group(self) -> str:
        """The log group of what is typed in the containers; no other deployment's containers have this name."""
        return f"/ecs/{self.name}/exec"


def arn(service: str, resource: str) -> Sub:
    """An ARN in the partition, region and account of the stack; `resource` may hold further `${...}`."""
    return Sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
