"""What the roles' policies are about: the things of one project, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from awacs.aws import Allow, Condition, Deny, Statement, StringEquals
from troposphere import Join, Region, Sub

from templates.identity import arn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


CLOUDFORMATION = "cloudformation.amazonaws.com"
"""The service that the execution role is handed to, and hands itself on to."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The project, the bucket's ARN, and the names of the stack's roles, which may be `Fn::Sub`'s text.

    `execution_policies` are the ARNs of policies of others that the execution role has beside its own,
    `issuer` whose identity provider is GitHub's, without the scheme.
    Names begin with the project's: a project whose name begins with another's and a hyphen is in the other's scope.
    """

    project: str
    bucket_arn: Any
    repositories: tuple[str, ...]
    role_names: tuple[str, ...]
    execution_role_name: str
    permissions_boundary: str | None
    execution_policies: tuple[str, ...] = ()
    issuer: str

    @property
    def any(self) -> str:
        """What all names of the project's environments are like."""
        return f"{self.project}-*"

    @property
    def bootstraps(self) -> str:
        """What the names are like that CloudFormation makes in this stack, and in the project's in other regions."""
        return f"{self.project}-bootstrap-*"

    @property
    def stacks(self) -> list[Any]:
        """All stacks of the project, this one among them."""
        return [arn("cloudformation", f"stack/{self.any}/*")]

    @property
    def own_stack(self) -> list[Any]:
        """This stack."""
        return [arn("cloudformation", f"stack/{self.project}-bootstrap/*")]

    @property
    def repository_arns(self) -> list[Any]:
        """The image repositories."""
        return [arn("ecr", f"repository/{name}") for name in (self.any, *self.repositories)]

    @property
    def server_certificates(self) -> list[Any]:
        """The certificates in IAM, whose names say nothing about a project."""
        return [Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:server-certificate/*")]

    @property
    def hosted_zones(self) -> list[Any]:
        """The zones in Route 53, whose ids say nothing about a project, nor their ARNs about an account."""
        return [Sub("arn:${AWS::Partition}:route53:::hostedzone/*")]

    def objects(self, *keys: str) -> list[Any]:
        """Objects of the artifact bucket."""
        return [Join("/", [self.bucket_arn, key]) for key in keys]

    @property
    def policy_arns(self) -> list[Any]:
        """The managed policies of this stack's roles, named by CloudFormation, and their boundary."""
        others = [*self.execution_policies, *([self.permissions_boundary] if self.permissions_boundary else [])]
        return [iam_arn(f"policy/{self.bootstraps}"), *dict.fromkeys(others)]

    @property
    def execution_role(self) -> Any:
        """The ARN of the role with which CloudFormation deploys."""
        return self.role(self.execution_role_name)

    @staticmethod
    def role(name: str) -> Any:
        """A role's ARN."""
        return iam_arn(f"role/{name}")


def iam_arn(resource: str) -> Any:
    """The ARN of something of IAM's, which has no region."""
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{resource}")


def actions(service: ModuleType, names: str) -> list[Any]:
    """Actions of one service by name; one that awacs does not know raises AttributeError."""
    return [getattr(service, name) for name in names.split()]


def allow(sid: str, what: Sequence[Any], resources: Sequence[Any], *conditions: Any) -> Statement:
    """A statement that allows."""
    return _statement(sid, Allow, what, resources, conditions)


def deny(sid: str, what: Sequence[Any], resources: Sequence[Any], *conditions: Any) -> Statement:
    """A statement that denies, whatever others allow."""
    return _statement(sid, Deny, what, resources, conditions)


def _statement(
    sid: str, effect: str, what: Sequence[Any], resources: Sequence[Any], conditions: Sequence[Any]
) -> Statement:
    more = {"Condition": condition(*conditions)} if conditions else {}
    return Statement(Sid=sid, Effect=effect, Action=list(what), Resource=list(resources), **more)


def condition(*conditions: Any) -> Condition:
    """A Condition element: all of these have to hold."""
    return Condition(list(conditions))


def here() -> Any:
    """Only in this region: for actions whose resources have no names, or none that could be known before."""
    return StringEquals({"aws:RequestedRegion": Region})
