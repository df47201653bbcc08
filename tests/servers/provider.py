"""An OpenID Connect provider in small, which lets everybody in as the same person.

Discovery, authorization code flow and signed identity tokens, no more (OpenID Connect Core 1.0, section 3.1).
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL = "somebody@example.org"
TOKEN_SECONDS = 600


@contextmanager
def identifying() -> Iterator[str]:
    """Serve on a loopback port; gives the issuer's address."""
    with _Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield provider.url
        finally:
            provider.shutdown()
            thread.join()


class _Provider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, private=True, auto_kid=True)
        self.requests: dict[str, dict[str, str]] = {}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorized(self, query: dict[str, str]) -> str:
        """Where the browser is sent on to, with a code for this request."""
        code = secrets.token_urlsafe()
        self.requests[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def tokens(self, code: str) -> dict[str, Any]:
        """What the code is worth, once."""
        query, now = self.requests.pop(code), int(time.time())
        claims = {
            "iss": self.url,
            "sub": "1",
            "aud": query["client_id"],
            "nonce": query["nonce"],
            "email": EMAIL,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return {"token_type": "Bearer", "id_token": signed, "access_token": code, "expires_in": TOKEN_SECONDS}


class _Handler(BaseHTTPRequestHandler):
    server: _Provider

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.authorized(_one_of_each(query)))
            self.end_headers()
        else:
            self._json(
                {"keys": [self.server.key.as_dict(private=False)]} if path == "/keys" else self.server.discovery()
            )

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._json(self.server.tokens(_one_of_each(form)["code"]))

    def _json(self, document: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _one_of_each(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
