"""The identity of a deployment: project and environment, and the names and tags that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from troposphere import Sub

from templates.names import LOG_GROUPS_OF_WAF, Names
from templates.profiles import CONTAINER, DEFAULT, Profile

OWNERSHIP_TAGS = ("Environment", "ManagedBy", "Project")
"""Keys of the tags that identify the owner of a resource; they never change."""
ONE_RUN = "-run"
"""Ends the family of task definitions that are made for a single task. So the newest revision of the service's own
family stays the service's."""
APPLICATION = "Application"
"""Key of the tag with `names.application`."""


@dataclass(frozen=True)
class Identity:
    """One project in one environment; `name` is the root stack's name, `stem` begins the names of its resources.

    The names are literals in the templates, never parameters: CloudFormation can adopt an existing resource
    (`ImportExistingResources`) only where the template names it statically.
    """

    project: str
    environment: str
    permissions_boundary: str | Sub | None = None
    """ARN of the permissions boundary of all roles."""
    own_tags: tuple[tuple[str, str], ...] = ()
    """Further tags, from the settings."""
    names: Names = field(default_factory=Names)
    """Names from the settings."""
    profile: Profile = DEFAULT
    """What depends on the framework of the application."""

    @property
    def name(self) -> str:
        """`preto-2-prod` for project `preto-2` in environment `prod`: the name of the root stack."""
        return f"{self.project}-{self.environment}"

    @property
    def stem(self) -> str:
        """`preto-2-streamlit-app` for application `streamlit-app`, otherwise the root stack's name."""
        return f"{self.project}-{self.names.application}" if self.names.application else self.name

    @property
    def tags(self) -> dict[str, str]:
        """The tags of all resources that can be tagged."""
        of_application = {APPLICATION: self.names.application} if self.names.application else {}
        return self.ownership_tags | of_application | dict(self.own_tags)

    @property
    def ownership_tags(self) -> dict[str, str]:
        """The `OWNERSHIP_TAGS` with their values."""
        return dict(zip(OWNERSHIP_TAGS, (self.environment, "CloudFormation", self.project), strict=True))

    @property
    def cluster(self) -> str:
        """The name of the ECS cluster."""
        return self.names.cluster or self.stem

    @property
    def service(self) -> str:
        """The name of the ECS service."""
        return self.names.service or self.stem

    @property
    def task_family(self) -> str:
        """The family of the task definitions."""
        return self.names.task_family or self.stem

    @property
    def container(self) -> str:
        """The name of the application's container."""
        return self.names.container or CONTAINER

    @property
    def cpu_policy(self) -> str:
        """The scaling policy that tracks CPU use."""
        return self.names.cpu_policy or f"{self.stem}-cpu"

    @property
    def memory_policy(self) -> str:
        """The scaling policy that tracks memory use."""
        return self.names.memory_policy or f"{self.stem}-memory"

    @property
    def request_count_policy(self) -> str:
        """The scaling policy that tracks requests."""
        return self.names.request_count_policy or f"{self.stem}-requests"

    @property
    def log_group(self) -> str:
        """The log group of the service's containers."""
        return self.names.log_group or f"/ecs/{self.stem}"

    @property
    def exec_log_group(self) -> str:
        """The log group of ECS Exec sessions; no other deployment has a log group of this name."""
        return self.names.exec_log_group or f"/ecs/{self.stem}/exec"

    @property
    def flow_log_group(self) -> str:
        """The log group of the VPC's flow logs."""
        return self.names.flow_log_group or f"/vpc/{self.stem}"

    @property
    def web_acl_log_group(self) -> str:
        """The log group of the web ACL."""
        return self.names.web_acl_log_group or f"{LOG_GROUPS_OF_WAF}{self.stem}"

    @property
    def log_groups(self) -> tuple[str, ...]:
        """The log groups that a deployment can have, whatever its settings switch on."""
        return (self.log_group, self.exec_log_group, self.flow_log_group, self.web_acl_log_group)


def arn(service: str, resource: str) -> Sub:
    """Return an ARN in the stack's partition, region and account; `resource` may contain further `${...}`."""
    return Sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
