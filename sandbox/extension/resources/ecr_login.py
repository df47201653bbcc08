"""The login of container engines: who pushes and pulls, in which account and region, and what they may do.

ministack speaks the registry's protocol on its port, to anybody and in the first account. Here a request needs the
password of GetAuthorizationToken, which is good for twelve hours and for the account and region that have given it.
With IAM enforced, each request also needs the caller's right
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html and image-push-iam.html there).
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ministack import app
from ministack.core import router
from ministack.core.responses import get_account_id, get_region, json_response, request_scope
from ministack.services import ecr

from sandbox.extension.authorisation import principal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Record, Response, Untyped

SECONDS = 12 * 60 * 60
"""For which a password is good (ECR, GetAuthorizationToken)."""
USER = "AWS"
_KEY = ContextVar("ecr_key", default="")
_RIGHTS = {
    ("blob_uploads", "POST"): "InitiateLayerUpload",
    ("blob_upload_session", "GET"): "UploadLayerPart",
    ("blob_upload_session", "PATCH"): "UploadLayerPart",
    ("blob_upload_session", "PUT"): "CompleteLayerUpload",
    ("blob", "HEAD"): "BatchCheckLayerAvailability",
    ("blob", "GET"): "GetDownloadUrlForLayer",
    ("manifest", "GET"): "BatchGetImage",
    ("manifest", "HEAD"): "BatchGetImage",
    ("manifest", "PUT"): "PutImage",
    ("tags_list", "GET"): "ListImages",
}
"""What each request of the protocol needs the right to."""


@dataclass
class _Enforcing:
    """Whether IAM decides."""

    active: bool = False


_ENFORCING = _Enforcing()


@dataclass(frozen=True, kw_only=True)
class _Caller:
    """Who has asked for a password."""

    account: str
    region: str
    key: str


def install() -> None:
    """Give passwords, and ask for them."""
    stock = ecr.handle_registry_request

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        parsed = ecr._parse_v2_path(path)
        if parsed is None or _is_signed(parsed[0], method, query):
            found: Response = await stock(method, path, headers, body, query)
            return found
        caller = _caller({name.lower(): value for name, value in headers.items()}.get("authorization", ""))
        if caller is None:
            return _refuse()
        with request_scope(caller.account, caller.region):
            refused = _denied(caller, method, parsed)
            answer: Response = refused or await stock(method, path, headers, body, query)
        return answer

    ecr.handle_registry_request = handle
    ecr._get_authorization_token = _give
    _note_key()


def enforce() -> None:
    """Let IAM decide on each request from now on."""
    _ENFORCING.active = True


def _note_key() -> None:
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS["ecr"]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        token = _KEY.set(router.extract_access_key_id(headers, query) or "")
        try:
            return await stock(method, path, headers, body, query)
        finally:
            _KEY.reset(token)

    app.SERVICE_HANDLERS["ecr"] = handle


def _give(_: Record) -> Response:
    """Answer GetAuthorizationToken: user and password, as base64."""
    expires = int(time.time()) + SECONDS
    named = {"account": get_account_id(), "region": get_region(), "key": _KEY.get(), "expires": expires}
    password = base64.urlsafe_b64encode(json.dumps(named).encode()).decode()
    token = base64.b64encode(f"{USER}:{password}".encode()).decode()
    endpoint = f"https://{get_account_id()}.dkr.ecr.{get_region()}.amazonaws.com"
    answer: Response = json_response(
        {"authorizationData": [{"authorizationToken": token, "expiresAt": expires, "proxyEndpoint": endpoint}]}
    )
    return answer


def _caller(header: str) -> _Caller | None:
    """Return who has been given the password of a request; None for any other password."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
        named = json.loads(base64.urlsafe_b64decode(password))
        if user != USER or named["expires"] < time.time():
            return None
        return _Caller(account=named["account"], region=named["region"], key=named["key"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def _is_signed(verb: str, method: str, query: Record) -> bool:
    """Whether it is the download of a layer by the address that GetDownloadUrlForLayer has given: S3's, on AWS."""
    return verb == "blob" and method.upper() == "GET" and "ns" in query


def _denied(caller: _Caller, method: str, parsed: tuple[str, str, str]) -> Response | None:
    """Return the refusal of a request for which the caller lacks the right."""
    verb, name, _ = parsed
    action = _RIGHTS.get((verb, method.upper()))
    found = principal.principal_of_key(caller.key) if _ENFORCING.active and action else None
    if found is None:
        return None
    try:
        found.require(f"ecr:{action}", f"arn:aws:ecr:{caller.region}:{caller.account}:repository/{name}")
    except ValueError as error:
        answer: Response = ecr._registry_error(403, "DENIED", str(error))
        return answer
    return None


def _refuse() -> Response:
    """Answer as ECR does where nobody has logged in."""
    status, headers, body = ecr._registry_error(401, "DENIED", "Not Authorized")
    headers["Www-Authenticate"] = 'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"'
    return status, headers, body
