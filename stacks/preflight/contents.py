"""An image in ECR: its manifest, and the configurations that it names. Each is read once, for all checks."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.preflight.configuration import UnknownError, read_image_configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_ecr.type_defs import ImageIdentifierTypeDef

    from stacks.aws.session import Aws

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
SINGLE = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class Contents:
    """An image in a repository of this region; of this account, unless `registry_id` is another."""

    def __init__(self, aws: Aws, repository: str, tag: str, registry_id: str = "") -> None:
        self._aws, self._repository, self._tag = aws, repository, tag
        self._registry_id = registry_id or aws.account_id
        self._read: Callable[[str], dict[str, Any]] = cache(self._manifest)
        self._configured: Callable[[str], Mapping[str, Any]] = cache(self._configuration)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the tag: of a single image, or an index. Raises UnknownError."""
        return self._read("")

    def configuration(self, digest: str = "") -> Mapping[str, Any]:
        """The configuration of a single image: the one with this digest, or the tag's own. Raises UnknownError."""
        return self._configured(digest)

    def _manifest(self, digest: str) -> dict[str, Any]:
        image: ImageIdentifierTypeDef = {"imageDigest": digest} if digest else {"imageTag": self._tag}
        try:
            found = self._aws.ecr.batch_get_image(
                registryId=self._registry_id,
                repositoryName=self._repository,
                imageIds=[image],
                acceptedMediaTypes=[*INDEXES, *SINGLE],
            )["images"]
        except ClientError as error:
            if error_code(error) == "RepositoryNotFoundException":
                raise UnknownError("ECR has not fetched it yet") from error
            if not is_denied(error):
                raise
            raise UnknownError("ecr:BatchGetImage is not allowed") from error
        manifest: dict[str, Any] = json.loads(found[0]["imageManifest"]) if found else {}
        return manifest

    def _configuration(self, digest: str) -> Mapping[str, Any]:
        named = self._read(digest).get("config", {}).get("digest")
        if named is None:
            raise UnknownError("its manifest names no configuration")
        return read_image_configuration(self._aws, self._repository, named, registry_id=self._registry_id)
