"""A fault proxy: an HTTP server between a command and any AWS endpoint, which passes on, or answers wrongly, as told.

It knows calls by their API action, on the wire forms of the query and JSON protocols and of S3.
"""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Protocol = Literal["query", "json", "s3"]
BEHIND_SECONDS = 60
"""Longest wait for the endpoint behind; a call to the embedded AWS takes milliseconds."""
OF_ITS_OWN = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
"""Headers of one connection, which are not passed on."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request; `number` counts the calls of this action from 0, `total` those of all actions."""

    action: str
    protocol: Protocol
    number: int
    total: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer. `sent` is how much of the body is sent before the connection breaks off; None is all of it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


@dataclass
class Proxy:
    """A running proxy: its address, and how often each action was called."""

    url: str
    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, action: str) -> tuple[int, int]:
        """Count a call; return how many there were before, of this action and of all."""
        with self.lock:
            before = self.calls[action], self.calls.total()
            self.calls[action] += 1
        return before


@contextmanager
def between(behind: str, choose: Callable[[Call], Any]) -> Iterator[Proxy]:
    """Start a proxy on a loopback port.

    `choose` returns the fault for a call, or None to pass it on to the endpoint `behind`.
    """
    with _Server(behind, choose) as serving:
        proxy = serving.proxy
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            serving.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, behind: str, choose: Callable[[Call], Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind, self.choose = behind, choose
        self.proxy = Proxy(f"http://127.0.0.1:{self.server_port}")

    def answer(self, call: Call) -> Reply | None:
        """Return the answer that the chosen fault gives to the call."""
        fault = self.choose(call)
        answered: Reply | None = self.pass_on(call) if fault is None else fault(call, self.pass_on)
        return answered

    def pass_on(self, call: Call) -> Reply:
        """Send the call to the endpoint behind, and return its answer."""
        return _pass_on(self.behind, call)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that have gone or were killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    server: _Server

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        action, protocol = _action(self.command, self.path, self.headers.get("X-Amz-Target"), body)
        number, total = self.server.proxy.count(action)
        call = Call(
            action=action,
            protocol=protocol,
            number=number,
            total=total,
            method=self.command,
            path=self.path,
            headers=dict(self.headers),
            body=body,
        )
        reply = self.server.answer(call)
        if reply is None:
            self._break_off()
        else:
            self._reply(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve  # noqa: N815 - http.server wants these names

    def _reply(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        headers = {"Content-Length": str(len(reply.body))} | dict(reply.headers)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: reply.sent])
        if reply.sent is not None:
            self._break_off()

    def _break_off(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _action(method: str, path: str, target: str | None, body: bytes) -> tuple[str, Protocol]:
    """Return the API action of a request, and the protocol of its errors."""
    if target:
        return target.rpartition(".")[2], "json"
    if found := re.search(rb"(?:^|&)Action=(\w+)", body):
        return found[1].decode(), "query"
    is_object = "/" in urlsplit(path).path.strip("/")
    if method == "GET" and not is_object:
        return "ListObjects", "s3"
    return f"{method.capitalize()}{'Object' if is_object else 'Bucket'}", "s3"


def _pass_on(behind: str, call: Call) -> Reply:
    headers = {name: value for name, value in call.headers.items() if name.lower() not in {"connection", "expect"}}
    with closing(http.client.HTTPConnection(urlsplit(behind).netloc, timeout=BEHIND_SECONDS)) as connection:
        connection.request(call.method, call.path, call.body, headers)
        got = connection.getresponse()
        kept = {name: value for name, value in got.getheaders() if name.lower() not in OF_ITS_OWN}
        if call.method == "HEAD" and (length := got.getheader("Content-Length")):
            kept["Content-Length"] = length
        return Reply(got.status, got.read(), kept)
