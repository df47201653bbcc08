"""The repository to which the image of an environment is pushed, and the engine's login there."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stacks.aws.downloads import is_local_url
from stacks.aws.errors import ClientError, error_code
from stacks.aws.session import Aws
from stacks.build.push import push_commands
from stacks.errors import Code, UserError
from stacks.images.copy import Repository
from stacks.images.programs import run
from stacks.request.repository import repository_name
from stacks.terminal import PROGRAM, silent
from templates.ecs.image import ecr_repository, registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.images.engines import Engine
    from stacks.settings import Settings
    from templates.ecs.image import EcrRepository

HELPER = "ecr-login"
"""Amazon ECR's credential helper, which logs in by itself and stores nothing
(https://github.com/awslabs/amazon-ecr-credential-helper)."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A repository of ECR that is there; `aws` is the caller in its region.

    `uri` is its address for ECS, `address` the one for the engine: the same on AWS. `mutability` and `exclusions` say
    which tags can be moved.
    """

    aws: Aws
    registry_id: str
    name: str
    uri: str
    address: str
    mutability: str
    exclusions: tuple[str, ...]

    @property
    def registry(self) -> str:
        """The host that the engine logs in to."""
        return self.address.partition("/")[0]

    @property
    def repository(self) -> Repository:
        """The same, to copy from or to."""
        return Repository(aws=self.aws, registry_id=self.registry_id, name=self.name)

    def is_same(self, other: Target) -> bool:
        """Whether it is the same repository."""
        return (self.registry_id, self.aws.region, self.name) == (other.registry_id, other.aws.region, other.name)

    @property
    def speaks_http(self) -> bool:
        """Whether the registry is on this machine, without TLS: the embedded AWS."""
        return self.address != self.uri

    def can_move(self, tag: str) -> bool:
        """Whether another image can get a tag that one has.

        https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
        """
        excluded = any(fnmatchcase(tag, it) for it in self.exclusions)
        return excluded != self.mutability.startswith("MUTABLE")

    def find(self, tag: str) -> Mapping[str, Any] | None:
        """Return what ECR says of the image with this tag; None where there is none."""
        try:
            found = self.aws.ecr.describe_images(
                registryId=self.registry_id, repositoryName=self.name, imageIds=[{"imageTag": tag}]
            )["imageDetails"]
        except ClientError as error:
            if error_code(error) != "ImageNotFoundException":
                raise
            return None
        return found[0] if found else None


def find_target(aws: Aws, settings: Settings) -> Target:
    """Return the repository of an environment.

    Raises UserError where it is none of ECR, or one that cannot be pushed to, or is not there.
    """
    named = _named(settings)
    if named:
        there, registry_id, name = aws.in_region(named.region), named.account, named.name
    else:
        there, registry_id, name = aws, aws.account_id, repository_name(settings)
    try:
        found: Mapping[str, Any] = there.ecr.describe_repositories(registryId=registry_id, repositoryNames=[name])[
            "repositories"
        ][0]
    except ClientError as error:
        if error_code(error) != "RepositoryNotFoundException":
            raise
        own = f"`{PROGRAM} deploy {settings.environment} --image ''` creates it; `deploy --build` does that and pushes."
        then = f"Create it in {named.region}: its owner is {named.account}." if named else own
        raise UserError("repository", f"there is no {name} yet", then, code=Code.ABSENT) from error
    uri = settings.ecs.image or found["repositoryUri"]
    return Target(
        aws=there,
        registry_id=registry_id,
        name=name,
        uri=uri,
        address=_address(there, uri, name),
        mutability=found.get("imageTagMutability", "MUTABLE"),
        exclusions=tuple(it["filter"] for it in found.get("imageTagMutabilityExclusionFilters", [])),
    )


def takes_images(settings: Settings) -> bool:
    """Whether images are pushed to the repository of an environment: one of ECR, and no cache of another registry."""
    found = ecr_repository(settings.ecs.image)
    return not settings.ecs.image or (found is not None and not _cache(settings, found))


def _cache(settings: Settings, found: EcrRepository) -> str:
    """Return the prefix of the pull-through cache that a repository belongs to; "" where it belongs to none."""
    prefix = settings.ecr.pull_through_cache.prefix if settings.ecr.pull_through_cache else ""
    return prefix if prefix and found.name.startswith(f"{prefix}/") else ""


def _named(settings: Settings) -> EcrRepository | None:
    """Return the repository of `[ecs] image`. Raises UserError where nothing can be pushed to it from here."""
    if not settings.ecs.image:
        return None
    found = ecr_repository(settings.ecs.image)
    if found is None:
        lines = push_commands(
            settings.ecs.image, environment=settings.environment, architecture=settings.ecs.architecture
        )
        why = f"[ecs] image is in {registry(settings.ecs.image)}, and only registries of ECR are logged in to"
        raise UserError("push", why, "\n".join(["Push it there yourself:", *(f"  {line}" for line in lines)]))
    if prefix := _cache(settings, found):
        why = f"[ecs] image is in {prefix}/, which ECR fills from another registry"
        raise UserError("push", why, "Push it to that registry; ECR fetches it from there.")
    return found


def _address(aws: Aws, uri: str, name: str) -> str:
    """Return where the engine finds the repository: the embedded AWS speaks the registry's protocol on its own port."""
    endpoint = aws.ecr.meta.endpoint_url
    return f"127.0.0.1:{urlsplit(endpoint).port}/{name}" if is_local_url(endpoint) else uri


def log_in(engine: Engine, target: Target) -> None:
    """Log the engine in with ECR's password, which it gets on its standard input; not where its helper does that.

    The password is good for twelve hours (ECR, GetAuthorizationToken). Raises UserError where it is refused.
    """
    if uses_helper(target.registry):
        return
    granted = target.aws.ecr.get_authorization_token()["authorizationData"][0]
    _, _, password = base64.b64decode(granted["authorizationToken"]).decode().partition(":")
    done = run(engine.login(target.registry, plain=target.speaks_http), say=silent, stdin=password)
    if done.code:
        said = " ".join(line.strip() for line in done.lines if line.strip()).replace(password, "***")
        raise UserError(f"login to {target.registry}", f"{engine.name} refuses it ({done.how}): {said}", _then(said))


def _then(said: str) -> str:
    if "storing credentials" in said or "saving credentials" in said:
        return "Look at credsStore and credHelpers in ~/.docker/config.json."
    if "HTTP response to HTTPS client" in said:
        return "The sandbox's registry has no TLS: add 127.0.0.0/8 to the insecure registries of the engine."
    return "Repeat the command, and check that this machine reaches the registry."


def uses_helper(host: str) -> bool:
    """Whether Docker's configuration leaves this registry to ECR's credential helper, which takes no password.

    https://docs.docker.com/reference/cli/docker/login/#credential-helpers
    """
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return bool(found.get("credHelpers", {}).get(host, found.get("credsStore")) == HELPER)
    except (OSError, ValueError, AttributeError):
        return False
