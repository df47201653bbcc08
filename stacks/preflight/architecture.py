"""The image is for the processor that the tasks run on; another one's tasks stop with `exec format error`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks import aws as amazon
from stacks.errors import UserError
from stacks.preflight import image

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.settings import Settings

NAMES = {"X86_64": "amd64", "ARM64": "arm64"}
"""What an image index calls them.
https://github.com/opencontainers/image-spec/blob/main/image-index.md"""
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
SINGLE = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


def check(aws: Aws, settings: Settings, tag: str) -> str:
    """Raise UserError where the image is there for others only; give what to say where that is not known, or "".

    An index names the architectures (`docker buildx` always pushes one). The manifest of a single image does not, and
    its configuration, which does, is a download of its own.
    """
    repository = image.repository(settings)
    if not repository:
        return ""
    wanted = settings.ecs.architecture
    try:
        found = aws.ecr.batch_get_image(
            repositoryName=repository, imageIds=[{"imageTag": tag}], acceptedMediaTypes=[*INDEXES, *SINGLE]
        )["images"]
    except amazon.ClientError as error:
        if amazon.code(error) not in amazon.DENIED:
            raise
        return f"Image {tag}: its architecture is not known, because ecr:BatchGetImage is not allowed"
    there = _architectures(found[0]["imageManifest"]) if found else []
    if not there:
        return f"Image {tag}: its manifest does not say for which architecture it is; the tasks run on {wanted}"
    if NAMES[wanted] not in there:
        then = f"Build it with --platform linux/{NAMES[wanted]}, or set [ecs] architecture."
        raise UserError(f"image {tag}", f"it is for {', '.join(there)}, and the tasks run on {wanted}", then)
    return ""


def _architectures(manifest: str) -> list[str]:
    """Those that an index names; attestations in it are for an unknown one. None: it is no index."""
    index: dict[str, Any] = json.loads(manifest)
    named = (it.get("platform", {}).get("architecture", "unknown") for it in index.get("manifests", []))
    return sorted({it for it in named if it != "unknown"})
