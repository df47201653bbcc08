"""Layers, and configurations of images, through ECR's own API: ministack keeps only what Docker pushes."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import ecr

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Response


def install() -> None:
    """Keep what is uploaded, and return a URL of this server for it, where AWS returns one of S3."""
    ecr._upload_layer_part = _upload
    ecr._complete_layer_upload = _complete
    ecr._get_download_url_for_layer = _download_url
    ecr._batch_check_layer_availability = _availability


def _upload(data: Record) -> Response:
    part = base64.b64decode(data["layerPartBlob"])
    received = ecr._uploads.setdefault(data["repositoryName"], {}).setdefault(data["uploadId"], bytearray())
    received.extend(part)
    return _answer({**_place(data), "uploadId": data["uploadId"], "lastByteReceived": len(received) - 1})


def _complete(data: Record) -> Response:
    name, upload_id = data["repositoryName"], data["uploadId"]
    received = ecr._uploads.setdefault(name, {}).pop(upload_id, None)
    if received is None:
        text = f"The upload with id '{upload_id}' in the repository with name '{name}' does not exist"
        return _refusal("UploadNotFoundException", text)
    digest = ecr._content_digest(bytes(received))
    if digest not in data["layerDigests"]:
        text = f"The calculated digest {digest} of the layer does not match"
        return _refusal("InvalidLayerException", text)
    ecr._layer_blobs.setdefault(name, {})[digest] = bytes(received)
    return _answer({**_place(data), "uploadId": upload_id, "layerDigest": digest})


def _availability(data: Record) -> Response:
    """Say which layers are there already; ministack knows none."""
    name = data["repositoryName"]
    if name not in ecr._repositories:
        return _absent(name)
    kept = ecr._layer_blobs.get(name, {})
    layers = [
        {
            "layerDigest": digest,
            "layerAvailability": "AVAILABLE" if digest in kept else "UNAVAILABLE",
            "layerSize": len(kept.get(digest, b"")),
        }
        for digest in data["layerDigests"]
    ]
    return _answer({"layers": layers, "failures": []})


def _absent(name: str) -> Response:
    text = f"The repository with name '{name}' does not exist in the registry with id '{ecr._registry_id()}'"
    return _refusal("RepositoryNotFoundException", text)


def _download_url(data: Record) -> Response:
    name, digest = data["repositoryName"], data["layerDigest"]
    if name not in ecr._repositories:
        return _absent(name)
    if digest not in ecr._layer_blobs.get(name, {}):
        text = (
            f"The layer with digest '{digest}' does not exist within the repository with name '{name}' "
            f"in the registry with id '{ecr._registry_id()}'"
        )
        return _refusal("LayersNotFoundException", text)
    registry = f"{get_account_id()}.dkr.ecr.{get_region()}.amazonaws.com"
    url = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}/v2/{name}/blobs/{digest}?ns={registry}"
    return _answer({"downloadUrl": url, "layerDigest": digest})


def _place(data: Record) -> Record:
    return {"registryId": ecr._registry_id(), "repositoryName": data["repositoryName"]}


def _answer(content: Record) -> Response:
    answer: Response = json_response(content)
    return answer


def _refusal(code: str, text: str) -> Response:
    answer: Response = error_response_json(code, text, 400)
    return answer
