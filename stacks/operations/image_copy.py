"""An image from one repository of the account to another: as it is, layer by layer, through ECR's API.

What Docker calls pull, tag and push, but without Docker, and with the same digest. ECR has no copy of its own, and
mounts no layers between repositories that are encrypted otherwise
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
class Transfer:
    """From where to where."""

    aws: Aws
    source: str
    target: str
    emit: Callable[[str], None]


@translate_aws_errors()
def copy_image(aws: Aws, source: str, target: str, tag: str, *, emit: Callable[[str], None]) -> None:
    """Copy the image with this tag, and what an index of several architectures names; what is there is left out.

    Raises UserError where it cannot be read or written. An attempt that breaks off is gone on with by the next.
    """
    way = Transfer(aws=aws, source=source, target=target, emit=emit)
    emit(f"Copying image {tag} from {source} to {target}")
    try:
        _image(way, {"imageTag": tag}, tag)
    except ClientError as error:
        if not is_denied(error):
            raise
        why = f"it cannot be copied from {source} to {target}, because ecr:{error.operation_name} is not allowed"
        then = f"The service runs on as before. Push it to {target} with other rights, and deploy again."
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
        way.aws.ecr.put_image(
            repositoryName=way.target,
            imageManifest=found["imageManifest"],
            imageManifestMediaType=media_type,
            imageDigest=found["imageId"]["imageDigest"],
            **more,
        )
    except ClientError as error:
        if error_code(error) not in THERE:
            raise


def _read(way: Transfer, which: ImageIdentifierTypeDef) -> ImageTypeDef:
    answer = way.aws.ecr.batch_get_image(
        repositoryName=way.source, imageIds=[which], acceptedMediaTypes=list(MANIFESTS)
    )
    if not answer["images"]:
        name = which.get("imageTag") or which.get("imageDigest", "")
        raise UserError(f"image {name}", f"it is not in repository {way.source} any more", "Push it again.")
    return answer["images"][0]


def _blob(way: Transfer, blob: Mapping[str, Any]) -> None:
    """A layer, or a configuration."""
    digest = str(blob["digest"])
    known = way.aws.ecr.batch_check_layer_availability(repositoryName=way.target, layerDigests=[digest])["layers"]
    if any(it.get("layerAvailability") == "AVAILABLE" for it in known):
        return
    url = way.aws.ecr.get_download_url_for_layer(repositoryName=way.source, layerDigest=digest)["downloadUrl"]
    if not is_safe_url(url, here=is_local_url(way.aws.ecr.meta.endpoint_url)):
        raise UserError(f"layer {digest}", f"it is not offered over HTTPS, but at {url_host(url)}")
    way.emit(f"  {digest[:19]} {int(blob.get('size', 0)) / 1e6:.1f} MB")
    upload_id = way.aws.ecr.initiate_layer_upload(repositoryName=way.target)["uploadId"]
    calculated = _pass_on(way, url, upload_id)
    if calculated != digest:
        raise UserError(f"layer {digest}", f"what came from {url_host(url)} is another one", "Repeat the command.")
    try:
        way.aws.ecr.complete_layer_upload(repositoryName=way.target, uploadId=upload_id, layerDigests=[digest])
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
                way.aws.ecr.upload_layer_part(
                    repositoryName=way.target,
                    uploadId=upload_id,
                    partFirstByte=first,
                    partLastByte=first + len(part) - 1,
                    layerPartBlob=part,
                )
                first += len(part)
    except (OSError, HTTPException) as error:
        raise UserError(
            f"image in {way.source}", f"a layer cannot be downloaded: {error}", "Repeat the command."
        ) from error
    return f"sha256:{whole.hexdigest()}"
