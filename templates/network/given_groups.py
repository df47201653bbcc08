"""Security groups that exist already, of the load balancer, of the tasks, or of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

from templates.section import Allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_GROUPS = 5
"""Groups of a load balancer (Elastic Load Balancing, "Quotas"), and of a task's interface
(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html, `securityGroups`)."""
SecurityGroupId = Annotated[
    str, Field(pattern=r"^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})$"), Allowed('like "sg-0123456789abcdef0"')
]
SecurityGroupIds = Annotated[tuple[SecurityGroupId, ...], Field(strict=False, max_length=MAX_GROUPS)]
KEYS = ("load_balancer_security_group_ids", "task_security_group_ids")


def refuse_groups(groups: Mapping[str, Sequence[str]], *, makes_vpc: bool) -> None:
    """Raise PydanticCustomError for groups of a VPC that is not there yet, and for a group that is there twice."""
    for key, ids in groups.items():
        if ids and makes_vpc:
            raise PydanticCustomError(
                "security_groups",
                "security groups are those of an existing VPC: name it",
                {"key": key, "with": ("vpc_id", "use_default_vpc")},
            )
        if twice := [it for index, it in enumerate(ids) if it in ids[:index]]:
            raise PydanticCustomError("security_groups", "{id} is there twice", {"key": key, "id": twice[0]})


def unreachable_port(reached: int) -> PydanticCustomError:
    """Return the error for health checks on another port than the one that our group of the tasks lets through."""
    return PydanticCustomError(
        "health_check_port",
        "our group of the tasks lets the load balancer reach port {port} alone: name groups that let it reach this one",
        {"key": "health_check_port", "with": ("task_security_group_ids",), "port": reached},
    )
