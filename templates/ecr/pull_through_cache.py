"""The pull-through cache: images of other registries, cached and scanned in this account's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere.ecr import PullThroughCacheRule

from templates.arns import WORDS
from templates.section import Allowed, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

UPSTREAM_URLS = {
    "chainguard": "cgr.dev",
    "docker-hub": "registry-1.docker.io",
    "ecr-public": "public.ecr.aws",
    "github-container-registry": "ghcr.io",
    "gitlab-container-registry": "registry.gitlab.com",
    "k8s": "registry.k8s.io",
    "quay": "quay.io",
}
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html. Azure's registries have
an address each, and those of ECR a role: they are left out."""
_LETTERS = "[A-Za-z0-9/_+=.@-]"
"""Of the secret's name; ECR takes no `!`, which Secrets Manager does (provider schema, `CredentialArn`)."""
WITHOUT_CREDENTIALS = frozenset({"ecr-public", "k8s", "quay"})
"""Upstreams that need no credentials; all others do (https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html)."""


class PullThroughCache(Section):
    """Images under `ACCOUNT.dkr.ecr.REGION.amazonaws.com/PREFIX/` come from another registry when first pulled."""

    prefix: Annotated[
        str,
        Field(min_length=2, max_length=30, pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$"),
        Allowed("2 to 30 lower-case letters and digits in quotes, with single '.', '_', '-' and '/' between them"),
    ]
    """Beginning of the names of the cached repositories. An account has each prefix once in a region: two environments
    need two."""
    upstream: Literal[
        "chainguard",
        "docker-hub",
        "ecr-public",
        "github-container-registry",
        "gitlab-container-registry",
        "k8s",
        "quay",
    ]
    """Where the images come from. A rule cannot be changed: another one needs another `prefix`."""
    credential_arn: Annotated[
        str | None,
        Field(
            max_length=612,
            pattern=(
                rf"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{{12}}:secret:ecr-pullthroughcache/{_LETTERS}+"
                r"-[A-Za-z0-9]{6}$"
            ),
        ),
        Allowed(f'{WORDS}; of this account and region, and with a name that begins with "ecr-pullthroughcache/"'),
    ] = None
    """Secret with `username` and `accessToken` for the other registry; `ecr-public`, `k8s` and `quay` take none."""

    @model_validator(mode="after")
    def _lets_in(self) -> Self:
        free = self.upstream in WITHOUT_CREDENTIALS
        if free != (self.credential_arn is None):
            why = "{upstream} uses no credentials" if free else "{upstream} requires credentials"
            raise PydanticCustomError(
                "credentials", why, {"key": "credential_arn", "with": ("upstream",), "upstream": self.upstream}
            )  # fmt: skip
        return self


def pull_through_cache_rule(cache: PullThroughCache) -> PullThroughCacheRule:
    """Return the rule. ECR creates the repositories of cached images, and they stay when the rule is deleted."""
    return PullThroughCacheRule(
        "PullThroughCacheRule",
        EcrRepositoryPrefix=cache.prefix,
        UpstreamRegistry=cache.upstream,
        UpstreamRegistryUrl=UPSTREAM_URLS[cache.upstream],
        **({"CredentialArn": cache.credential_arn} if cache.credential_arn else {}),
    )


def cached_repositories(cache: PullThroughCache | None, repository_arns: Iterable[str]) -> tuple[str, ...]:
    """Return those of the repositories whose images come through the cache."""
    if cache is None:
        return ()
    return tuple(arn for arn in repository_arns if arn.partition(":repository/")[2].startswith(f"{cache.prefix}/"))
