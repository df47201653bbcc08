"""Who it is about: a role or a user of the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.bootstrapped import Bootstrapped


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A role or a user. A role's ARN can lack its path, which a session does not say: IAM knows it by its name."""

    kind: Literal["role", "user"]
    name: str
    arn: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def is_root(aws: Aws) -> bool:
    """Whether the caller is the account's root user, which no policy of the account limits."""
    return aws.caller_arn.endswith(":root")


def find_caller(aws: Aws) -> Principal | None:
    """Return the role or user that calls; None for others, such as federated users, whose policies cannot be read.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    kind, _, rest = aws.caller_arn.split(":", 5)[-1].partition("/")
    if kind == "assumed-role":
        return find_role(aws, rest.partition("/")[0])
    if kind == "user":
        return Principal(kind="user", name=rest.rpartition("/")[2], arn=aws.caller_arn)
    return None


def find_role(aws: Aws, name: str) -> Principal:
    """Return a role of the account by its name."""
    return Principal(kind="role", name=name, arn=f"arn:{aws.partition}:iam::{aws.account_id}:role/{name}")


def find_execution_role(base: Bootstrapped) -> Principal | None:
    """Return the role with which CloudFormation deploys; None where it has the caller's rights."""
    arn = base.execution_role_arn
    return Principal(kind="role", name=arn.rpartition("/")[2], arn=arn) if arn else None
