"""An image from one repository of ECR to another, as it is, layer by layer, through ECR's API.

The repositories may be of other accounts and regions, if the caller may read and write them. What Docker calls pull,
tag and push is done without Docker, and with the same digest. ECR has no copy of its own, and mounts no layers between
repositories that are encrypted otherwise
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from stacks.aws.downloads import is_local_url, is_safe_url, open_url, url_host
from stacks.aws.errors import ClientError, error_code, is_denied, translate_aws_errors
from stacks.aws.session import Aws
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_ecr.type_defs import ImageIdentifierTypeDef, ImageTypeDef


MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
PART = 10 * 1024 * 1024
"""Bytes of a part of a layer: ECR takes 5 to 20 MiB, and less for the last one (ECR, UploadLayerPart)."""
THERE = frozenset({"ImageAlreadyExistsException", "LayerAlreadyExistsException"})
"""Codes that say that somebody, or an attempt before, has done it already."""


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A repository of ECR, and who reads or writes it, in its region; `registry_id` is the account that owns it."""

    aws: Aws
    registry_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """From where to where."""

    source: Repository
    target: Repository
    emit: Callable[[str], None]


@translate_aws_errors()
def copy_image(source: Repository, target: Repository, tag: str, *, emit: Callable[[str], None]) -> None:
    """Copy the image with this tag, and what an index of several architectures names; what is there is left out.

    Raises UserError where it cannot be read or written. An attempt that breaks off is gone on with by the next.
    """
    way = Transfer(source=source, target=target, emit=emit)
    emit(f"Copying image {tag} from {source.name} to {target.name}")
    try:
        _image(way, {"imageTag": tag}, tag)
    except ClientError as error:
        if not is_denied(error):
            raise
        why = f"it cannot be copied from {source.name} to {target.name}: ecr:{error.operation_name} is not allowed"
        then = f"The service runs on as before. Push it to {target.name} with other rights, and deploy again."
        raise UserError(f"image {tag}", why, then, code=Code.DENIED) from error


def _image(way: Transfer, which: ImageIdentifierTypeDef, tag: str = "") -> None:
    found = _read(way, which)
    manifest: dict[str, Any] = json.loads(found["imageManifest"])
    for each in manifest.get("manifests", []):
        _image(way, {"imageDigest": each["digest"]})
    for blob in [*([manifest["config"]] if "config" in manifest else []), *manifest.get("layers", [])]:
        if "urls" not in blob:  # Those are elsewhere, and stay there.
            _blob(way, blob)
    media_type = found.get("imageManifestMediaType") or manifest.get("mediaType", "")
    more: dict[str, Any] = {"imageTag": tag} if tag else {}
    try:
        way.target.aws.ecr.put_image(
            registryId=way.target.registry_id,
            repositoryName=way.target.name,
            imageManifest=found["imageManifest"],
            imageManifestMediaType=media_type,
            imageDigest=found["imageId"]["imageDigest"],
            **more,
        )
    except ClientError as error:
        if error_code(error) not in THERE:
            raise


def _read(way: Transfer, which: ImageIdentifierTypeDef) -> ImageTypeDef:
    answer = way.source.aws.ecr.batch_get_image(
        registryId=way.source.registry_id,
        repositoryName=way.source.name,
        imageIds=[which],
        acceptedMediaTypes=list(MANIFESTS),
    )
    if not answer["images"]:
        name = which.get("imageTag") or which.get("imageDigest", "")
        raise UserError(f"image {name}", f"it is not in repository {way.source.name} any more", "Push it again.")
    return answer["images"][0]


def _blob(way: Transfer, blob: Mapping[str, Any]) -> None:
    """A layer, or a configuration."""
    digest = str(blob["digest"])
    aws, to = way.target.aws, {"registryId": way.target.registry_id, "repositoryName": way.target.name}
    known = aws.ecr.batch_check_layer_availability(**to, layerDigests=[digest])["layers"]
    if any(it.get("layerAvailability") == "AVAILABLE" for it in known):
        return
    here = way.source.aws
    url = here.ecr.get_download_url_for_layer(
        registryId=way.source.registry_id, repositoryName=way.source.name, layerDigest=digest
    )["downloadUrl"]
    if not is_safe_url(url, here=is_local_url(here.ecr.meta.endpoint_url)):
        raise UserError(f"layer {digest}", f"it is not offered over HTTPS, but at {url_host(url)}")
    way.emit(f"  {digest[:19]} {int(blob.get('size', 0)) / 1e6:.1f} MB")
    upload_id = aws.ecr.initiate_layer_upload(**to)["uploadId"]
    calculated = _pass_on(way, url, upload_id)
    if calculated != digest:
        raise UserError(
            f"layer {digest}", f"{url_host(url)} has sent other data than its digest says", "Repeat the command."
        )
    try:
        aws.ecr.complete_layer_upload(**to, uploadId=upload_id, layerDigests=[digest])
    except ClientError as error:
        if error_code(error) not in THERE:
            raise


def _pass_on(way: Transfer, url: str, upload_id: str) -> str:
    """Upload part by part what is downloaded; give its digest."""
    whole, first = hashlib.sha256(), 0
    try:
        with open_url(url) as answer:
            while part := answer.read(PART):
                whole.update(part)
                way.target.aws.ecr.upload_layer_part(
                    registryId=way.target.registry_id,
                    repositoryName=way.target.name,
                    uploadId=upload_id,
                    partFirstByte=first,
                    partLastByte=first + len(part) - 1,
                    layerPartBlob=part,
                )
                first += len(part)
    except (OSError, HTTPException) as error:
        raise UserError(
            f"image in {way.source.name}", f"a layer cannot be downloaded: {error}", "Repeat the command."
        ) from error
    return f"sha256:{whole.hexdigest()}"
