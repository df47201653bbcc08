"""Images in ECR: whether one can be pulled, and DescribeImages for one that does not exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ministack.core.responses import error_response_json, request_scope
from ministack.services import ecr

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Response

_IN_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.-]+/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)


def install() -> None:
    """Let DescribeImages refuse an image that does not exist, as on AWS."""
    stock = ecr._describe_images

    def describe(data: Record) -> Response:
        name = data.get("repositoryName", "")
        if name in ecr._repositories:
            for image_id in data.get("imageIds") or []:
                if ecr._find_image(name, image_id) is None:
                    return _not_found(name, image_id)
        answer: Response = stock(data)
        return answer

    ecr._describe_images = describe


def _not_found(name: str, image_id: Record) -> Response:
    parts = ", ".join(f"{key}:'{image_id.get(key, 'null')}'" for key in ("imageDigest", "imageTag"))
    parts = parts.replace("'null'", "null")
    text = (
        f"The image with imageId {{{parts}}} does not exist within the repository with name '{name}' "
        f"in the registry with id '{ecr._registry_id()}'"
    )
    answer: Response = error_response_json("ImageNotFoundException", text, 400)
    return answer


def find_manifest(image: str) -> Record | None:
    """Return the manifest of this image; None if ECR does not have it. Images of other registries always exist."""
    record = _find_image(image)
    if record is None:
        return None
    read: Record = json.loads(record.get("imageManifest") or "{}")
    return read


def find_digest(image: str) -> str:
    """Return the digest that this image has now; "" if ECR does not have it, and for other registries."""
    return str((_find_image(image) or {}).get("imageDigest") or "")


def _find_image(image: str) -> Record | None:
    """Return the record of this image; None if ECR does not have it, and an empty one for other registries."""
    found = _IN_ECR.fullmatch(image)
    if found is None:
        return {}
    image_id = {"imageDigest": found["digest"]} if found["digest"] else {"imageTag": found["tag"] or "latest"}
    with request_scope(found["account"], found["region"]):
        record: Record | None = ecr._find_image(found["repository"], image_id)
    return record
