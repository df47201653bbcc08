"""TemplateURL in every form of an S3 address: path style, virtual hosted style with and without a region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ministack.services import s3
from ministack.services.cloudformation import helpers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Untyped

_REGIONAL = re.compile(r"s3[.-](?:dualstack\.)?(?P<region>[a-z]+-[a-z-]+-\d)\.amazonaws\.com(?:\.cn)?")
_ELSEWHERE = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future "
    "requests to this endpoint."
)
_VIRTUAL_HOSTED = re.compile(r"(?P<bucket>.+)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?")


def install() -> None:
    """Give ministack each address in path style, and return its errors in CloudFormation's words."""
    stock: Callable[[Record, str, str, str], tuple[str | None, Untyped]] = helpers._resolve_document

    def resolve(params: Record, body_key: str, url_key: str, label: str) -> tuple[str | None, Untyped]:
        url = helpers._p(params, url_key)
        if not url or helpers._p(params, body_key):
            return stock(params, body_key, url_key, label)
        if not _is_addressed(url):
            return None, helpers._error("ValidationError", f"S3 error: {_ELSEWHERE}")
        body, error = stock({**params, url_key: [path_style(url)]}, body_key, url_key, label)
        if error is not None and b"not found at" in error[2]:
            return None, helpers._error("ValidationError", f"S3 error: The specified key does not exist: {url}")
        return body, error

    helpers._resolve_document = resolve


def _is_addressed(url: str) -> bool:
    """Whether an address in path style names the region of its bucket, if it names one."""
    parts = urlsplit(url)
    found = _REGIONAL.fullmatch(parts.hostname or "")
    region = s3.bucket_region(unquote(parts.path).split("/")[1]) if found else None
    return found is None or region in {None, found["region"]}


def path_style(url: str) -> str:
    """Return the address with its bucket as the first part of the path, unquoted."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    found = _VIRTUAL_HOSTED.fullmatch(parts.hostname or "")
    return f"https://s3.amazonaws.com/{found['bucket']}{path}" if found else f"https://s3.amazonaws.com{path}"
