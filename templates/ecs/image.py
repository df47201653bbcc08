"""Names of images, and their registries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.partitions import partition_of
from templates.section import Allowed

_HOST = r"(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?/)?"
_PATH = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
_TAG = r"(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?"

DOCKER_HUB = "docker.io"
_ECR = re.compile(
    r"(?P<account>[0-9]{12})\.dkr(?:\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?P<suffix>.+)"
    r"|-ecr(?:-fips)?\.(?P<dual_region>[a-z0-9-]+)\.on\.(?P<dual_suffix>.+))"
)
"""Hosts of private registries: with IPv4 only and dual-stack, each also with FIPS endpoints.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html, and amazon-ecr-credential-helper's
`ecr-login/api/client.go` for the other partitions.
"""
_LIKE_ECR = re.compile(r"[0-9]+\.dkr[.-]")


@dataclass(frozen=True, kw_only=True)
class EcrRepository:
    """A repository in a private registry of ECR."""

    account: str
    region: str
    name: str


def registry(image: str) -> str:
    """Return the host of an image's registry; a name without a host belongs to Docker Hub."""
    host, slash, _ = image.partition("/")
    return host if slash and (set(host) & set(".:") or host == "localhost") else DOCKER_HUB


def ecr_repository(image: str) -> EcrRepository | None:
    """Return the repository of an image in a private registry of ECR, else None."""
    found = _ECR.fullmatch(registry(image))
    if found is None:
        return None
    region, suffix = found["region"] or found["dual_region"], found["suffix"] or found["dual_suffix"]
    partition = partition_of(region)
    if suffix != (partition.suffix if found["region"] else partition.dual_stack_suffix):
        return None
    name = re.split("[:@]", image.partition("/")[2], maxsplit=1)[0]
    return EcrRepository(account=found["account"], region=region, name=name)


def is_in_ecr(image: str) -> bool:
    """Whether the image is in a private registry of ECR."""
    return ecr_repository(image) is not None


def _no_mistaken_host(image: str) -> str:
    host = registry(image)
    if _LIKE_ECR.match(host) and not is_in_ecr(image):
        raise PydanticCustomError(
            "registry",
            "{host} is no registry of ECR; one is like {usual} or, with IPv6 too, {dual_stack}",
            {
                "host": host,
                "usual": "111122223333.dkr.ecr.us-east-1.amazonaws.com",
                "dual_stack": "111122223333.dkr-ecr.us-east-1.on.aws",
            },
        )
    return image


Repository = Annotated[
    str,
    Field(max_length=255, pattern=rf"^(?:{_HOST}{_PATH})?$"),
    AfterValidator(_no_mistaken_host),
    Allowed('an image repository in quotes, without a tag, such as "ghcr.io/team/app"'),
]
"""A repository as `docker pull` takes it, without a tag; empty for none.

https://pkg.go.dev/github.com/distribution/reference
"""
Image = Annotated[
    str,
    Field(max_length=255, pattern=rf"^{_HOST}{_PATH}{_TAG}$"),
    AfterValidator(_no_mistaken_host),
    Allowed('an image in quotes, such as "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.0"'),
]
"""An image with a tag, a digest, both or neither (`latest`)."""


def ecr_repository_arn(repository: EcrRepository) -> str:
    """Return the repository's ARN, for `Fn::Sub`: the partition is the stack's."""
    return f"arn:${{AWS::Partition}}:ecr:{repository.region}:{repository.account}:repository/{repository.name}"
