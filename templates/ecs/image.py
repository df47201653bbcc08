"""Image names: in which registry an image is, and whether that is ECR."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from templates.section import Allowed

_HOST = r"(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?/)?"
_PATH = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
_TAG = r"(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?"

Repository = Annotated[
    str,
    Field(max_length=255, pattern=rf"^(?:{_HOST}{_PATH})?$"),
    Allowed('an image repository in quotes, without a tag, such as "ghcr.io/team/app"'),
]
"""A repository as `docker pull` takes it, without a tag; empty for none.

https://pkg.go.dev/github.com/distribution/reference
"""
Image = Annotated[
    str,
    Field(max_length=400, pattern=rf"^{_HOST}{_PATH}{_TAG}$"),
    Allowed('an image in quotes, such as "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.0"'),
]
"""An image with a tag, a digest, both or neither (`latest`)."""

DOCKER_HUB = "docker.io"
_ECR = re.compile(r"(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")


def registry(image: str) -> str:
    """The host of an image's registry; a name without a host is Docker Hub's."""
    host, slash, _ = image.partition("/")
    return host if slash and (set(host) & set(".:") or host == "localhost") else DOCKER_HUB


def is_in_ecr(image: str) -> bool:
    """Whether it is in a private registry of ECR, where the execution role counts and no password."""
    return _ECR.fullmatch(registry(image)) is not None


def ecr_repository_arn(image: str) -> str:
    """The ARN of an image's repository in ECR, for `Fn::Sub`: the partition is the stack's.

    Raises ValueError where it is not in ECR.
    """
    host, _, rest = image.partition("/")
    found = _ECR.fullmatch(host)
    if found is None:
        raise ValueError(f"{image} is not in ECR")
    name = re.split("[:@]", rest, maxsplit=1)[0]
    return f"arn:${{AWS::Partition}}:ecr:{found['region']}:{found['account']}:repository/{name}"
