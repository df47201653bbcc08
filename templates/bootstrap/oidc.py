"""GitHub as an identity provider, and whom of it a role trusts.

The claims: https://docs.github.com/en/actions/reference/security/oidc. `sub` is `repo:REPOSITORY:CONTEXT`, where the
repository is `OWNER/NAME`, or `OWNER@ID/NAME@ID` for one with immutable subject claims (those created, renamed or
transferred since July 15, 2026). The context is `environment:NAME` for a job that names an environment, else
`pull_request` for a workflow that a pull request has started, else `ref:refs/heads/BRANCH` or `ref:refs/tags/TAG`. In a
name, GitHub writes `%3A` for `:`, and everything else as it is ("Filtering for metadata containing `:`").

The issuer is the same for all of GitHub.com, unless an enterprise has asked for one of its own, and another one for
each subdomain of GHE.com ("Switching to a unique token URL", "Feature overview for GHE.com"). Condition keys begin with
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import sts
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import GetAtt
from troposphere.iam import OIDCProvider

from templates import policy_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.bootstrap.settings import Settings
    from templates.model import Builder

MADE = GetAtt("GitHubProvider", "Arn")
"""The ARN of the provider that this stack makes."""
DEPLOYS = "WorkflowsThatDeploy"
"""The Sid of who may deploy."""
AUDIENCE = "sts.amazonaws.com"
"""The audience that aws-actions/configure-aws-credentials asks for."""


def provider(stack: Builder[Any], settings: Settings) -> Any:
    """The ARN of the provider: a new one, or the one that the account has.

    Without thumbprints: AWS trusts GitHub's certificate by its own list of authorities
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html).
    """
    if settings.oidc_provider_arn:
        return settings.oidc_provider_arn
    stack.add(OIDCProvider("GitHubProvider", Url=settings.github_issuer, ClientIdList=[AUDIENCE]))
    return MADE


def host(settings: Settings) -> str:
    """The issuer as IAM names its provider: without the scheme."""
    return settings.github_issuer.removeprefix("https://")


def deploying(settings: Settings) -> list[str]:
    """The subjects of the workflows that may deploy."""
    return [
        *(_subject(settings, f"environment:{name.replace(':', '%3A')}") for name in settings.github_environments),
        *(_subject(settings, f"ref:refs/heads/{name}") for name in settings.github_branches),
        *(_subject(settings, f"ref:refs/tags/{name}") for name in settings.github_tags),
    ]


def planning(settings: Settings) -> list[str]:
    """The subject of the workflows that pull requests start."""
    return [_subject(settings, "pull_request")]


def _subject(settings: Settings, context: str) -> str:
    return f"repo:{settings.github_repository}:{context}"


def length(settings: Settings) -> int:
    """Characters of the trust policy of the role that deploys, at most."""
    arn = settings.oidc_provider_arn or MADE
    return policy_sizes.size(trust(settings, arn, deploying(settings), DEPLOYS), host(settings))


def trust(settings: Settings, provider_arn: Any, subjects: Sequence[str], sid: str) -> Any:
    """A token of GitHub's for AWS, of one of exactly these subjects. `StringEquals` tells upper from lower case."""
    issuer = host(settings)
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid=sid,
                Effect=Allow,
                Principal=Principal("Federated", provider_arn),
                Action=[sts.AssumeRoleWithWebIdentity],
                Condition=Condition(StringEquals({f"{issuer}:aud": AUDIENCE, f"{issuer}:sub": list(subjects)})),
            )
        ],
    )
