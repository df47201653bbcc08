"""The bootstrap stack, once in an account and region."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from troposphere import GetAtt, Ref

from templates.bootstrap import execution_policies, fleet, oidc, roles
from templates.bootstrap.bucket import add_bucket
from templates.bootstrap.scope import Scope, written
from templates.bootstrap.settings import Settings
from templates.identity import Identity
from templates.model import Builder, Stack
from templates.values import RoleArn, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troposphere.iam import Role

VERSION = 4
"""Raised with each change on which deployments rely. 2: drafts, roles. 3: the execution role passes itself.

4: scheduled tasks."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """None: it is the first stack of all."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What deployments and pipelines need to know."""

    artifact_bucket: Annotated[Text, "Bucket for the templates of nested stacks"]
    version: Annotated[Text, "Version of this stack"]
    github_role_arn: Annotated[RoleArn | None, "Role with which GitHub Actions deploys"] = None
    plan_role_arn: Annotated[RoleArn | None, "Role with which GitHub Actions plans pull requests"] = None
    execution_role_arn: Annotated[RoleArn | None, "Role with which CloudFormation deploys"] = None


NONE: Mapping[str, str] = MappingProxyType({})


def identity(project: str, settings: Settings | None = None, tags: Mapping[str, str] = NONE) -> Identity:
    """Return the identity of the stack, which all environments of a project in an account and region share."""
    boundary = written(settings.permissions_boundary_arn or "") if settings else ""
    return Identity(project, "bootstrap", boundary or None, tuple(tags.items()))


def execution_role_name(project: str, settings: Settings, region: str) -> str:
    """Return the name of the role with which CloudFormation deploys, whether or not there is one."""
    return settings.execution_role_name or f"{identity(project).name}-{region}"


def build(
    project: str,
    settings: Settings | None = None,
    execution_policies: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] = NONE,
    *,
    home_region: str = "",
) -> Stack[Outputs]:
    """Build the stack: the artifact bucket, and the roles that the settings ask for.

    `execution_policies` replaces the documents of the execution role, each under a name of letters and digits. `tags`
    are added to all resources. With `home_region` it is the template of a stack set for all accounts of a fleet.
    """
    settings = settings or Settings()
    if home_region:
        settings = fleet.in_each_account(settings)
    name = identity(project, settings, tags)
    stack = Builder(name, f"{name.name}: what deployments need once in an account and region", Inputs())
    bucket = add_bucket(stack)
    scope = _scope(name, settings, GetAtt(bucket, "Arn"), is_fleet=bool(home_region))
    provider = written(settings.oidc_provider_arn or "")
    if settings.has_provider and not provider:
        provider = oidc.add_provider(stack, settings.github_issuer, home_region)
    deploys = roles.github_role(stack, settings, scope, provider) if settings.trusts_github else None
    if settings.existing_github_role:
        roles.existing_github_role(stack, settings, scope)
    plans = roles.plan_role(stack, settings, scope, provider) if settings.github_pull_requests else None
    executes = _execution_role(stack, settings, scope, execution_policies) if settings.execution_role else None
    return stack.finish(
        Outputs(
            artifact_bucket=Text(Ref(bucket)),
            version=Text(str(VERSION)),
            github_role_arn=RoleArn(_github_role_arn(scope, settings, deploys)) if _deploys(settings) else None,
            plan_role_arn=RoleArn(GetAtt(plans, "Arn")) if plans else None,
            execution_role_arn=RoleArn(GetAtt(executes, "Arn")) if executes else None,
        )
    )


def _deploys(settings: Settings) -> bool:
    return settings.trusts_github or settings.existing_github_role


def _github_role_arn(scope: Scope, settings: Settings, made: Role | None) -> Any:
    return GetAtt(made, "Arn") if made else scope.role(settings.github_role_name)


def _execution_role(
    stack: Builder[Inputs], settings: Settings, scope: Scope, documents: Mapping[str, Any] | None
) -> Role:
    name = scope.execution_role_name
    return roles.execution_role(stack, settings, scope, written(name), documents or execution_policies.documents(scope))


def _scope(name: Identity, settings: Settings, bucket_arn: Any, *, is_fleet: bool) -> Scope:
    """Return the scope with the names of all roles that the stack can have, so that all of them are protected."""
    execution = execution_role_name(name.project, settings, "${AWS::Region}")
    return Scope(
        project=name.project,
        bucket_arn=bucket_arn,
        repositories=settings.repository_names,
        given=settings.resource_names,
        role_names=(settings.github_role_name, settings.plan_role_name, execution),
        execution_role_name=execution,
        permissions_boundary=settings.permissions_boundary_arn,
        execution_policies=settings.execution_policy_arns,
        issuer=settings.issuer_host,
        fleet=is_fleet,
    )
