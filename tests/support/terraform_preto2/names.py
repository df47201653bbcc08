"""The project's variables, and the names and ARNs that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the project's variables say, and the ids that AWS has given.

    The names are `preto-2-streamlit-app-...`. To describe resources that are there, give their ids.
    """

    account: str = "123456789012"
    region: str = "ap-northeast-2"
    project: str = "preto-2"
    app: str = "streamlit-app"
    environment: str = "prod"
    vpc: str = "vpc-0a1b2c3d4e5f60718"
    subnets: tuple[str, ...] = ("subnet-0aa11bb22cc33dd44", "subnet-0ee55ff66aa77bb88")
    security_group: str = "sg-0123456789abcdef0"
    load_balancer: str = "50dc6c495c0c9188"
    target_group: str = "73e2d6bc24d8a067"
    listener: str = "f2f7dc8efc522ab2"
    revision: int = 12
    container_environment: Mapping[str, str] = field(default_factory=lambda: {"ENVIRONMENT": "prod"})
    autoscaling: bool = True

    @property
    def stem(self) -> str:
        """How all names begin."""
        return f"{self.project}-{self.app}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags that every resource has."""
        return {
            "Application": self.app,
            "Environment": self.environment,
            "ManagedBy": "Terraform",
            "Project": self.project,
        }

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN of the account and region; IAM's have none."""
        return f"arn:aws:{service}:{'' if service == 'iam' else self.region}:{self.account}:{rest}"

    def role_arn(self, kind: str) -> str:
        """Return the ARN of a role: `exec`, `task`."""
        return self.arn("iam", f"role/{self.stem}-{kind}-role")

    @property
    def load_balancer_arn(self) -> str:
        """The load balancer's."""
        return self.arn("elasticloadbalancing", f"loadbalancer/app/{self.stem}-alb/{self.load_balancer}")

    @property
    def target_group_arn(self) -> str:
        """The target group's."""
        return self.arn("elasticloadbalancing", f"targetgroup/{self.stem}-tg/{self.target_group}")

    @property
    def cluster_arn(self) -> str:
        """The cluster's."""
        return self.arn("ecs", f"cluster/{self.stem}-cluster")

    @property
    def task_definition_arn(self) -> str:
        """That of the revision that the state knows."""
        return self.arn("ecs", f"task-definition/{self.stem}:{self.revision}")

    def tagged(self, name: str = "") -> dict[str, Any]:
        """Return the attributes of a resource's tags; `name` is the tag `Name`."""
        tags = self.tags | ({"Name": name} if name else {})
        return {"tags": {key: value for key, value in tags.items() if key != "ManagedBy"}, "tags_all": tags}
