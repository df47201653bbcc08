"""The settings `[bootstrap]`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates import policy_sizes
from templates.arns import PolicyArn
from templates.bootstrap import oidc
from templates.bootstrap.names import Environment, Issuer, Ref, Repository, RepositoryName, ResourceName, RoleName
from templates.section import Allowed, Section, refuse_idle

DEPLOYING = ("github_branches", "github_tags", "github_environments")


class Settings(Section):
    """`[bootstrap]`: who may deploy from GitHub Actions, and with which rights CloudFormation does it.

    The stack is one for all environments of a project in an account and region: the last `bootstrap` wins.
    """

    github_repository: Repository | None = None
    """Repository whose workflows are trusted, as its tokens' `sub` claim names it after `repo:`."""
    github_issuer: Issuer = "https://token.actions.githubusercontent.com"
    """Issuer of its tokens: their `iss` claim. An enterprise can have its own, and GHE.com has."""
    github_branches: tuple[Ref, ...] = ()
    """Branches whose workflows may deploy. Jobs that name a GitHub environment are trusted by that alone."""
    github_tags: tuple[Ref, ...] = ()
    """Tags whose workflows may deploy."""
    github_environments: tuple[Environment, ...] = ()
    """GitHub environments whose jobs may deploy, by the names that GitHub shows; it asks for their approval first."""
    github_pull_requests: bool = False
    """Whether there is a role for workflows of pull requests, which can plan but not deploy."""
    github_role_name: RoleName = "GitHubActionsRole"
    """Name of the role that deploys."""
    existing_github_role: bool = False
    """Whether that role exists already: it gets the inline policy, and keeps its own trust policy."""
    plan_role_name: RoleName = "GitHubPlanRole"
    """Name of the role of pull requests."""
    oidc_provider_arn: Annotated[
        str | None,
        Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[a-z0-9.-]+(?:/[A-Za-z0-9_/-]+)?$"),
        Allowed("the ARN of the account's identity provider for github_issuer in quotes"),
    ] = None
    """GitHub's identity provider, if the account has one already: it can have only one for each issuer."""
    execution_role: bool = False
    """Whether there is a role with which CloudFormation deploys; `plan` and `deploy` then pass it to CloudFormation.
    When left out, there is one if workflows of GitHub deploy with a role of this stack."""
    execution_role_name: RoleName | None = None
    """Name of that role. `PROJECT-bootstrap-REGION` when left out."""
    execution_rights: Literal["project", "derived"] = "project"
    """Its rights: on all that is named after the `project`, or `derived` from the templates of the environments."""
    execution_policy_arns: Annotated[tuple[PolicyArn, ...], Field(max_length=5)] = ()
    """Further policies of that role, for resources that are not named after the project."""
    permissions_boundary_arn: PolicyArn | None = None
    """Permissions boundary of the roles of this stack, and of all roles that are created with the execution role."""
    checks_rights: bool = False
    """Whether the roles of GitHub may read which rights they and the execution role have, to say what is missing."""
    repository_names: Annotated[tuple[RepositoryName, ...], Field(max_length=20)] = ()
    """ECR repositories whose names do not begin with the project's, as `[ecr] repository_name` can name them."""
    resource_names: Annotated[tuple[ResourceName, ...], Field(max_length=20)] = ()
    """Other resources whose names do not begin with the project's, as `[names]` can name them, or patterns with `*` at
    the end: of log groups the whole name, of roles the path before it without the first slash."""

    @property
    def trusts_github(self) -> bool:
        """Whether there is a role that workflows of GitHub assume to deploy."""
        return bool(self.github_branches or self.github_tags or self.github_environments)

    @property
    def has_provider(self) -> bool:
        """Whether GitHub's identity provider is needed."""
        return self.trusts_github or self.github_pull_requests

    @property
    def issuer_host(self) -> str:
        """The issuer without the scheme, as IAM names its provider."""
        return self.github_issuer.removeprefix("https://")

    @property
    def deploying_subjects(self) -> list[str]:
        """The `sub` claims of the workflows that may deploy; `oidc` describes them."""
        contexts = [
            *(f"environment:{name.replace(':', '%3A')}" for name in self.github_environments),
            *(f"ref:refs/heads/{name}" for name in self.github_branches),
            *(f"ref:refs/tags/{name}" for name in self.github_tags),
        ]
        return [f"repo:{self.github_repository}:{context}" for context in contexts]

    @property
    def planning_subjects(self) -> list[str]:
        """The `sub` claim of the workflows that pull requests start."""
        return [f"repo:{self.github_repository}:pull_request"]

    @model_validator(mode="before")
    @classmethod
    def _deploys_with_a_role(cls, values: object) -> object:
        """Switch on the execution role: a role of GitHub has no rights to create resources itself."""
        deploys = isinstance(values, dict) and any(values.get(name) for name in DEPLOYING)
        return {"execution_role": True, **values} if isinstance(values, dict) and deploys else values

    @model_validator(mode="after")
    def _names_the_repository(self) -> Self:
        if self.has_provider and self.github_repository is None:
            raise PydanticCustomError(
                "repository_missing",
                "nothing says whose branches, tags, environments or pull requests are trusted",
                {"key": "github_repository"},
            )
        if self.github_repository is not None and not self.has_provider:
            raise PydanticCustomError(
                "nobody_trusted",
                "no branch, tag, environment or pull request of it is trusted",
                {"key": "github_repository", "with": (*DEPLOYING, "github_pull_requests")},
            )
        return self

    @model_validator(mode="after")
    def _knows_the_issuer(self) -> Self:
        arn = self.oidc_provider_arn
        if arn is not None and arn.partition(":oidc-provider/")[2] != self.issuer_host:
            raise PydanticCustomError(
                "other_issuer",
                "is the provider of another issuer than github_issuer",
                {"key": "oidc_provider_arn", "with": ("github_issuer",)},
            )
        return self

    @model_validator(mode="after")
    def _trusts_few_enough(self) -> Self:
        if not self.trusts_github:
            return self
        provider = self.oidc_provider_arn or oidc.PROVIDER_ARN
        trust = oidc.trust_policy(self.issuer_host, provider, self.deploying_subjects, oidc.DEPLOYING_SID)
        length = policy_sizes.policy_size(trust, self.issuer_host)
        lists = [it for it in DEPLOYING if getattr(self, it)]
        longest = max(lists, key=lambda it: sum(map(len, getattr(self, it))))
        if length > policy_sizes.TRUST_RAISED:
            raise PydanticCustomError(
                "trust_too_long",
                "the trust policy with all of them has {length} characters, and IAM takes {most} at most, {usual} "
                "unless AWS has raised the quota; a job that names a GitHub environment needs no branch or tag",
                {
                    "key": longest,
                    "with": tuple(it for it in lists if it != longest),
                    "length": length,
                    "most": policy_sizes.TRUST_RAISED,
                    "usual": policy_sizes.TRUST,
                },
            )
        return self

    @model_validator(mode="after")
    def _keeps_the_existing_role(self) -> Self:
        if self.existing_github_role and self.trusts_github:
            raise PydanticCustomError(
                "trust_kept",
                "the existing role keeps its own trust policy: its branches, tags and environments are named there",
                {"key": "existing_github_role", "with": DEPLOYING},
            )
        return self

    @model_validator(mode="after")
    def _can_deploy_something(self) -> Self:
        if self.trusts_github and not self.execution_role:
            raise PydanticCustomError(
                "nothing_to_deploy_with",
                "the role of GitHub Actions has no rights of its own to create resources: execution_role must be true",
                {"key": "execution_role", "with": DEPLOYING},
            )
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [self.github_role_name, self.plan_role_name, self.execution_role_name]
        if len({name.lower() for name in names if name}) < len([name for name in names if name]):
            raise PydanticCustomError(
                "role_name_twice",
                "two roles cannot have one name, and IAM does not tell upper from lower case",
                {"key": "github_role_name", "with": ("plan_role_name", "execution_role_name")},
            )
        return self

    @model_validator(mode="after")
    def _has_the_roles_that_are_set(self) -> Self:
        deploys, trusting = (*DEPLOYING, "existing_github_role"), (*DEPLOYING, "github_pull_requests")
        if not self.has_provider:
            why = "no workflow of GitHub is trusted"
            refuse_idle(self, ("github_issuer", "oidc_provider_arn"), why, *trusting)
        if not self.trusts_github and not self.existing_github_role:
            refuse_idle(self, ("github_role_name",), "no role of GitHub deploys", *deploys)
        if not self.github_pull_requests:
            refuse_idle(self, ("plan_role_name",), "there is no role for pull requests", "github_pull_requests")
        if not self.execution_role:
            its_own = ("execution_role_name", "execution_rights", "execution_policy_arns")
            refuse_idle(self, its_own, "there is no execution_role", "execution_role", *DEPLOYING)
        if not self.has_provider and not self.existing_github_role:
            roles = ("existing_github_role", *trusting)
            refuse_idle(self, ("checks_rights",), "there is no role of GitHub", *roles)
            if not self.execution_role:
                keys = ("permissions_boundary_arn", "repository_names", "resource_names")
                refuse_idle(self, keys, "there is no role", "execution_role", *roles)
        return self
