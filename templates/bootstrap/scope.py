"""The resources of one project, by name: what the policies of the roles are limited to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from awacs.aws import Action, Allow, Condition, Deny, Statement, StringEquals
from troposphere import Join, Region, Sub

from templates.identity import arn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from templates.resource_types.record import Grant


CLOUDFORMATION = "cloudformation.amazonaws.com"
"""The service to which the execution role is passed."""

PSEUDO = {
    "partition": "${AWS::Partition}",
    "region": "${AWS::Region}",
    "account": "${AWS::AccountId}",
    "url_suffix": "${AWS::URLSuffix}",
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The project, the bucket's ARN, and the names of the stack's roles, which may be texts of `Fn::Sub`.

    `given` are names of resources that the settings add to those of the project, `repositories` those of repositories.
    `execution_policies` are the ARNs of the policies that the settings add to the execution role, `issuer` is GitHub's
    without the scheme. Names begin with the project's: a project `app-web` is in the scope of a project `app`.
    """

    project: str
    bucket_arn: Any
    repositories: tuple[str, ...]
    given: tuple[str, ...] = ()
    role_names: tuple[str, ...]
    execution_role_name: str
    permissions_boundary: str | None
    execution_policies: tuple[str, ...] = ()
    issuer: str
    fleet: bool = False
    """Whether the stack is one of a stack set, which names it after itself."""

    @property
    def any(self) -> str:
        """The pattern of the names of all environments."""
        return f"{self.project}-*"

    @property
    def all(self) -> tuple[str, ...]:
        """This pattern, and the names that the settings add."""
        return (self.any, *self.given)

    @property
    def bootstraps(self) -> str:
        """The pattern of names that CloudFormation generates in the project's bootstrap stacks, in all regions."""
        return f"{self.project}-bootstrap-*"

    @property
    def generated(self) -> tuple[str, ...]:
        """The patterns of such names, in stacks of a stack set as well (`StackSet-NAME-UUID`)."""
        return (self.bootstraps, f"StackSet-{self.bootstraps}") if self.fleet else (self.bootstraps,)

    @property
    def stacks(self) -> list[Any]:
        """All stacks of the project, including this one."""
        return [arn("cloudformation", f"stack/{self.any}/*")]

    @property
    def own_stack(self) -> list[Any]:
        """This stack, under all names that it can have."""
        return [arn("cloudformation", f"stack/{self.project}-bootstrap/*"), *self.fleet_stacks]

    @property
    def fleet_stacks(self) -> list[Any]:
        """The stacks of the stack set: none where there is no fleet."""
        return [arn("cloudformation", f"stack/StackSet-{self.bootstraps}/*")] if self.fleet else []

    @property
    def repository_arns(self) -> list[Any]:
        """The image repositories."""
        return [arn("ecr", f"repository/{name}") for name in (self.any, *self.repositories)]

    @property
    def server_certificates(self) -> list[Any]:
        """The certificates in IAM, whose names have no project in them."""
        return [Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:server-certificate/*")]

    @property
    def hosted_zones(self) -> list[Any]:
        """The zones in Route 53, whose ARNs have neither project nor account in them."""
        return [Sub("arn:${AWS::Partition}:route53:::hostedzone/*")]

    def objects(self, *keys: str) -> list[Any]:
        """Return the ARNs of objects of the artifact bucket."""
        return [Join("/", [self.bucket_arn, key]) for key in keys]

    @property
    def policy_arns(self) -> list[Any]:
        """The managed policies of this stack's roles, named by CloudFormation, and their boundary."""
        others = [*self.execution_policies, *([self.permissions_boundary] if self.permissions_boundary else [])]
        return [*(iam_arn(f"policy/{it}") for it in self.generated), *map(written, dict.fromkeys(others))]

    @property
    def execution_role(self) -> Any:
        """The ARN of the role with which CloudFormation deploys."""
        return self.role(self.execution_role_name)

    @staticmethod
    def role(name: str) -> Any:
        """Return a role's ARN."""
        return iam_arn(f"role/{name}")


def written(text: str) -> Any:
    """Return a text of `Fn::Sub` as that, and any other as it is."""
    return Sub(text) if "${" in text else text


def iam_arn(resource: str) -> Any:
    """Return the ARN of a resource of IAM, which has no region."""
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{resource}")


def actions(service: ModuleType, names: str) -> list[Any]:
    """Return actions of a service by name. Raises AttributeError for one that awacs does not know."""
    return [getattr(service, name) for name in names.split()]


def allow(sid: str, what: Sequence[Any], resources: Sequence[Any], *conditions: Any) -> Statement:
    """Return a statement that allows."""
    return _statement(sid, Allow, what, resources, conditions)


def deny(sid: str, what: Sequence[Any], resources: Sequence[Any], *conditions: Any) -> Statement:
    """Return a statement that denies, whatever others allow."""
    return _statement(sid, Deny, what, resources, conditions)


def granted(scope: Scope, *grants: Grant) -> Statement:
    """The statement that a service's record describes, or several of one name and with the same resources together."""
    first = grants[0]
    names = [name if ":" in name else f"{it.service}:{name}" for it in grants for name in it.actions.split()]
    resources = [_filled(scope, form, name) for form in first.on for name in _names(scope, form)]
    values = {key: [_filled(scope, it) for it in forms] for key, forms in first.when.items()}
    conditions = [StringEquals({key: found[0] if len(found) == 1 else found for key, found in values.items()})]
    return allow(first.sid, [Action(*name.split(":")) for name in names], resources, *(conditions if values else []))


def _names(scope: Scope, form: str) -> tuple[str, ...]:
    """Return the names for each of which a form of a grant is filled in."""
    if "{repository}" in form:
        return (scope.any, *scope.repositories)
    if "{given}" in form:
        return scope.given
    return (scope.any,)


def _filled(scope: Scope, form: str, name: str = "") -> Any:
    """The text of a grant with the names of this project."""
    if form == "{region}":
        return Region
    text = form.format_map(PSEUDO | {"project": scope.project, "any": name, "given": name, "repository": name})
    return written(text)


def _statement(
    sid: str, effect: str, what: Sequence[Any], resources: Sequence[Any], conditions: Sequence[Any]
) -> Statement:
    more = {"Condition": condition(*conditions)} if conditions else {}
    return Statement(Sid=sid, Effect=effect, Action=list(what), Resource=list(resources), **more)


def condition(*conditions: Any) -> Condition:
    """Return a Condition element: all of these must hold."""
    return Condition(list(conditions))


def here() -> Any:
    """Return the condition that limits to this region, for actions on resources without names known beforehand."""
    return StringEquals({"aws:RequestedRegion": Region})
