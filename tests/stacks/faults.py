"""Faults where they happen: servers on real sockets that answer wrongly, or pass on only what they want to."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Fault = tuple[int, str]
"""An answer: status and body."""
RESET: Fault = (0, "")
"""No answer: the connection breaks off."""


def refusal(code: str, message: str) -> str:
    """The body with which CloudFormation and STS refuse a request."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"


@contextmanager
def server(answer: Callable[[str], Fault | None], behind: str = "") -> Iterator[str]:
    """Serve on a loopback port, and give its URL.

    `answer` gets the API action of each request and gives the fault, or None to pass it on to the server `behind`.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            action = re.search(rb"(?:^|&)Action=(\w+)", body)
            fault = answer(action[1].decode() if action else f"{self.command} {self.path}")
            if fault == RESET:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, content = fault or (0, "")
            reply = content.encode()
            if fault is None:
                status, reply = self._pass_on(body)
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply)

        def _pass_on(self, body: bytes) -> tuple[int, bytes]:
            with closing(http.client.HTTPConnection(urlsplit(behind).netloc, timeout=30)) as connection:
                connection.request(self.command, self.path, body, dict(self.headers))
                reply = connection.getresponse()
                return reply.status, reply.read()

        do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815 - http.server wants these names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}"
        finally:
            serving.shutdown()
            thread.join()


@contextmanager
def closed_port() -> Iterator[str]:
    """Give the URL of a port on which nobody listens: it is taken, and stays so."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def silent_port() -> Iterator[str]:
    """Give the URL of a port that accepts connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
