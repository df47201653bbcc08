"""`ExpectedBucketOwner`: S3 refuses a request for a bucket of another account."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from ministack import app
from ministack.services import s3

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Response, Untyped

_HEADER = "x-amz-expected-bucket-owner"
_DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
    "<RequestId>{request}</RequestId><HostId>{request}</HostId></Error>"
)


def install() -> None:
    """Check the header before S3 does anything."""
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS["s3"]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        expected = headers.get(_HEADER)
        owner = s3._bucket_owner_account(path.lstrip("/").partition("/")[0])
        if expected and owner and expected != owner:
            text = "" if method == "HEAD" else _DENIED.format(request=uuid4())
            return 403, {"Content-Type": "application/xml"}, text.encode()
        return await stock(method, path, headers, body, query)

    app.SERVICE_HANDLERS["s3"] = handle
