"""The configuration of a single image: a small JSON document beside its layers."""

from __future__ import annotations

import hashlib
import json
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from stacks.aws.downloads import is_local_url, is_safe_url, open_url, url_host
from stacks.aws.errors import ClientError, error_code, error_message, is_denied

if TYPE_CHECKING:
    from stacks.aws.session import Aws

LARGEST = 1024 * 1024
"""The most bytes to read. A configuration has some kilobytes: environment, labels, one entry per layer."""
NOT_THERE = {"LayersNotFoundException", "LayerInaccessibleException", "UnableToGetUpstreamLayerException"}


class UnknownError(Exception):
    """Something could not be read; the message is the reason, and continues "because"."""


def read_image_configuration(aws: Aws, repository: str, digest: str, *, registry_id: str) -> dict[str, Any]:
    """Return the configuration with this digest. Raises UnknownError.

    ECR stores it like a layer, and returns a signed URL for it
    (https://github.com/aws/containers-roadmap/issues/178).
    """
    try:
        url = aws.ecr.get_download_url_for_layer(registryId=registry_id, repositoryName=repository, layerDigest=digest)[
            "downloadUrl"
        ]
    except ClientError as error:
        if is_denied(error):
            raise UnknownError("ecr:GetDownloadUrlForLayer is not allowed") from error
        if error_code(error) in NOT_THERE:
            raise UnknownError(f"the registry does not give its configuration: {error_message(error)}") from error
        raise
    body = _download(url, here=is_local_url(aws.ecr.meta.endpoint_url))
    if f"sha256:{hashlib.sha256(body).hexdigest()}" != digest:
        raise UnknownError("its configuration is not the one that its manifest names")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise UnknownError("its configuration is not JSON") from error
    return found if isinstance(found, dict) else {}


def _download(url: str, *, here: bool) -> bytes:
    """Return the body, over HTTPS only; over HTTP if `here`: the ECR endpoint is on this machine."""
    where = url_host(url)
    if not is_safe_url(url, here=here):
        scheme = url.partition(":")[0]
        raise UnknownError(f"its configuration is not offered over HTTPS, but at {scheme}://{where}")
    try:
        with open_url(url) as answer:
            body: bytes = answer.read(LARGEST + 1)
    except (OSError, HTTPException) as error:
        raise UnknownError(f"its configuration cannot be downloaded from {where}: {error}") from error
    if len(body) > LARGEST:
        raise UnknownError(f"its configuration has more than {LARGEST} bytes")
    return body
