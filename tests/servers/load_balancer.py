"""A load balancer in small: HTTP and WebSockets to several targets in turn, with an ALB's stickiness where wanted.

Like an Application Load Balancer it chooses a target for each request, not for each connection, and passes an upgraded
connection on as bytes; a request's body has a Content-Length. With stickiness of type `lb_cookie` it answers with the
cookie AWSALB, which names the target to nobody but itself; a cookie whose target is gone counts as none
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#duration-based-stickiness).
The second cookie, AWSALBCORS, is left out: nothing here asks across origins.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COOKIE = "AWSALB"
END_OF_HEAD = b"\r\n\r\n"


class Routed(NamedTuple):
    """A request that was passed on: its path, and the port of the target that got it."""

    path: str
    port: int


@dataclass
class Proxy:
    """A running proxy; `targets` are ports on loopback, and may change at any time."""

    sticky_seconds: int | None
    targets: list[int] = field(default_factory=list)
    routed: list[Routed] = field(default_factory=list)
    port: int = 0
    _turn: int = 0
    _cookies: dict[str, int] = field(default_factory=dict)
    _serving: set[asyncio.Task[None] | None] = field(default_factory=set)
    """The event loop itself refers to its tasks weakly."""

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    def ports(self, path: str) -> list[int]:
        """The targets that got requests whose path ends so, in their order."""
        return [it.port for it in self.routed if it.path.partition("?")[0].endswith(path)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one request on, and its answer back; then the connection is over.

        A side that breaks off ends it, as it would behind a load balancer.
        """
        task = asyncio.current_task()
        self._serving.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._exchange(reader, writer)
        finally:
            self._serving.discard(task)
            await _close(writer)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = _Head(await reader.readuntil(END_OF_HEAD))
        # Whole, because a target that refuses an upload may close before it has read it, and the answer is lost.
        body = await reader.readexactly(int(head.header("content-length") or 0))
        port = self._target(head)
        self.routed.append(Routed(head.path, port))
        behind, to_behind = await asyncio.open_connection("127.0.0.1", port)
        try:
            to_behind.write(head.passed_on() + body)
            writer.write(self._answer(await behind.readuntil(END_OF_HEAD), port))
            both = [asyncio.create_task(_pump(reader, to_behind)), asyncio.create_task(_pump(behind, writer))]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in both:
                    pump.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        finally:
            await _close(to_behind)

    def _target(self, head: _Head) -> int:
        sticky = self._cookies.get(head.cookie(COOKIE)) if self.sticky_seconds is not None else None
        if sticky in self.targets:
            return sticky
        self._turn += 1
        return self.targets[self._turn % len(self.targets)]

    def _answer(self, head: bytes, port: int) -> bytes:
        if self.sticky_seconds is None:
            return head
        value = secrets.token_urlsafe()
        self._cookies[value] = port
        cookie = f"\r\nSet-Cookie: {COOKIE}={value}; Max-Age={self.sticky_seconds}; Path=/"
        return head.removesuffix(END_OF_HEAD) + cookie.encode() + END_OF_HEAD


class _Head:
    """The head of a request."""

    def __init__(self, head: bytes) -> None:
        first, *self.lines = head.removesuffix(END_OF_HEAD).decode("latin-1").split("\r\n")
        self.first, self.path = first, first.split(" ")[1]

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return next((it.partition(":")[2].strip() for it in self.lines if it.lower().startswith(f"{name}:")), "")

    def cookie(self, name: str) -> str:
        """A cookie's value, or nothing."""
        pairs = SimpleCookie(self.header("cookie"))
        return pairs[name].value if name in pairs else ""

    def passed_on(self) -> bytes:
        """The head for the target: one request a connection, unless the connection becomes a WebSocket."""
        lines = self.lines
        if "upgrade" not in self.header("connection").lower():
            lines = [it for it in lines if not it.lower().startswith("connection:")] + ["Connection: close"]
        return "\r\n".join([self.first, *lines]).encode("latin-1") + END_OF_HEAD


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one side ends."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    """Close a connection, and wait until it is."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@contextmanager
def balancing(*, sticky_seconds: int | None, targets: Sequence[int] = ()) -> Iterator[Proxy]:
    """Serve on a loopback port in a thread of its own; `sticky_seconds` is how long a cookie lives, None is none."""
    proxy = Proxy(sticky_seconds, list(targets))
    listening, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def main() -> None:
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        listening.set()
        await over.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    listening.wait()
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
