"""GitHub as an identity provider, and the workflows that a role trusts.

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
from troposphere import Equals, GetAtt, Region
from troposphere.iam import OIDCProvider

from templates.bootstrap.scope import iam_arn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.model import Builder

PROVIDER_ARN = GetAtt("GitHubProvider", "Arn")
"""The ARN of the provider in this stack."""
DEPLOYING_SID = "WorkflowsThatDeploy"
"""The Sid of the trust of the workflows that may deploy."""
AUDIENCE = "sts.amazonaws.com"
"""The audience that aws-actions/configure-aws-credentials asks for."""


def add_provider(stack: Builder[Any], issuer: str, home_region: str = "") -> Any:
    """Add the issuer's provider, and return its ARN; with `home_region`, it is made in that region only.

    An account has one provider for each issuer, in all regions. Its ARN is known beforehand.
    Without thumbprints: AWS trusts GitHub's certificate by its own list of authorities
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html).
    """
    provider = OIDCProvider("GitHubProvider", Url=issuer, ClientIdList=[AUDIENCE])
    if home_region:
        provider.Condition = stack.condition("InHomeRegion", Equals(Region, home_region))
    stack.add(provider)
    host = issuer.removeprefix("https://")
    return iam_arn(f"oidc-provider/{host}") if home_region else PROVIDER_ARN


def trust_policy(issuer_host: str, provider_arn: Any, subjects: Sequence[str], sid: str) -> Any:
    """Return the trust policy for tokens of exactly these subjects. `StringEquals` tells upper from lower case."""
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid=sid,
                Effect=Allow,
                Principal=Principal("Federated", provider_arn),
                Action=[sts.AssumeRoleWithWebIdentity],
                Condition=Condition(
                    StringEquals({f"{issuer_host}:aud": AUDIENCE, f"{issuer_host}:sub": list(subjects)})
                ),
            )
        ],
    )
