"""Downloads from the signed addresses that AWS gives: over HTTPS, and never led to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

if TYPE_CHECKING:
    from http.client import HTTPResponse

ANSWER_SECONDS = 5.0
"""Longest wait for a connection, and for more bytes."""
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class _NoRedirect(HTTPRedirectHandler):
    """The address is signed and final; another one could be any."""

    def redirect_request(self, *_: object) -> None:
        """Follow none, which makes it an error."""


def is_safe_url(url: str, *, here: bool) -> bool:
    """Whether it is HTTPS; or HTTP of this machine itself, where the service is `here`, too."""
    address = urlsplit(url)
    return address.scheme == "https" or (here and address.scheme == "http" and address.hostname in LOOPBACK)


def is_local_url(url: str) -> bool:
    """Whether an endpoint is on this machine, as the embedded AWS is."""
    return urlsplit(url).hostname in LOOPBACK


def url_host(url: str) -> str:
    """Return what a message tells of an address: not its query, which is the signature."""
    return urlsplit(url).netloc


def open_url(url: str) -> HTTPResponse:
    """Return the answer, to be read and closed. Raises OSError or HTTPException."""
    answer: HTTPResponse = build_opener(_NoRedirect).open(url, timeout=ANSWER_SECONDS)
    return answer
