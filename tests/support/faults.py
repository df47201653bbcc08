"""Faults of a network and of AWS, for the proxy to inject; and ports that do not answer."""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    PassOn = Callable[[Call], Reply]

Fault = tuple[int, str]
"""An answer: status and body."""
RESET: Fault = (0, "")
"""No answer: the connection breaks off."""
LISTS = re.compile(rb"<(StackEvents|Changes|Stacks|StackResourceSummaries)>.*</\1>", re.DOTALL)


def refusal(code: str, message: str) -> str:
    """Return the body with which CloudFormation and STS refuse a request."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"


@contextmanager
def server(answer: Callable[[str], Fault | None], behind: str = "") -> Iterator[str]:
    """Start a server on a loopback port, and return its URL.

    `answer` returns the fault for an API action, or None to pass the request on to the server `behind`.
    """

    def choose(call: Call) -> Callable[[Call, PassOn], Reply | None] | None:
        fault = answer(call.action)
        if fault is None:
            return None
        reply = None if fault == RESET else Reply(fault[0], fault[1].encode(), {"Content-Type": "text/xml"})
        return lambda _call, _pass_on: reply

    with between(behind, choose) as proxy:
        yield proxy.url


def refuse(call: Call, status: int, code: str, message: str) -> Reply:
    """Return an error in the form of the call's protocol."""
    if call.protocol == "json":
        body = json.dumps({"__type": code, "message": message})
        return Reply(status, body.encode(), {"Content-Type": "application/x-amz-json-1.1"})
    if call.protocol == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>" if call.method != "HEAD" else ""
        return Reply(status, body.encode(), {"Content-Type": "application/xml"})
    return Reply(status, refusal(code, message).encode(), {"Content-Type": "text/xml"})


def throttle(call: Call, _: PassOn) -> Reply:
    """Refuse with the service's own error for too many requests."""
    match call.protocol:
        case "s3":
            return refuse(call, 503, "SlowDown", "Please reduce your request rate.")
        case "json":
            return refuse(call, 400, "ThrottlingException", "Rate exceeded")
        case _:
            return refuse(call, 400, "Throttling", "Rate exceeded")


def request_limit(call: Call, _: PassOn) -> Reply:
    """Refuse with EC2's error for too many requests, which other services use as well."""
    return refuse(call, 503, "RequestLimitExceeded", "Request limit exceeded.")


def internal(call: Call, _: PassOn) -> Reply:
    """Answer 500, with AWS's body."""
    return refuse(call, 500, "InternalFailure", "An internal error has occurred.")


def unavailable(_call: Call, _pass_on: PassOn) -> Reply:
    """Answer 503 as a load balancer on the way does, with an HTML page."""
    return Reply(503, b"<html>Service Unavailable</html>", {"Content-Type": "text/html"})


def expired(call: Call, _: PassOn) -> Reply:
    """Refuse: the session's credentials have expired."""
    code = "ExpiredTokenException" if call.protocol == "json" else "ExpiredToken"
    return refuse(call, 403, code, "The security token included in the request is expired")


def reset(_call: Call, _pass_on: PassOn) -> None:
    """Break off the connection before the request arrives."""


def lost(call: Call, pass_on: PassOn) -> None:
    """Let the request succeed, and break off the connection before the answer."""
    pass_on(call)


def truncate(call: Call, pass_on: PassOn) -> Reply:
    """Send half the answer, then break off the connection."""
    reply = pass_on(call)
    return Reply(reply.status, reply.body, reply.headers, sent=len(reply.body) // 2)


def duplicate(call: Call, pass_on: PassOn) -> Reply:
    """Send the request twice, and return the second answer."""
    pass_on(call)
    return pass_on(call)


def delay(call: Call, pass_on: PassOn) -> Reply:
    """Answer 0.3 seconds later."""
    time.sleep(0.3)
    return pass_on(call)


def empty_page(call: Call, pass_on: PassOn) -> Reply:
    """Return an empty list without a further page, although there are entries."""
    reply = pass_on(call)
    body = re.sub(rb"<NextToken>.*?</NextToken>", b"", LISTS.sub(rb"<\1/>", reply.body))
    return Reply(reply.status, body, reply.headers)


@contextmanager
def closed_port() -> Iterator[str]:
    """Return the URL of a port that is bound, so that nobody else can listen on it, and refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def silent_port() -> Iterator[str]:
    """Return the URL of a port that accepts connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
