"""The health check that a container with Python makes of itself."""

from __future__ import annotations

from dataclasses import dataclass

_PROBE = """\
import http.client, os, sys
port = {port}
server = http.client.HTTPConnection("127.0.0.1", int(port), timeout={seconds})
server.request("GET", {path!r})
{verdict}
"""
_OF_ONE = "sys.exit(server.getresponse().status != {code})"
_OF_RANGES = """\
status = server.getresponse().status
sys.exit(not any(low <= status <= high for low, high in {ranges}))"""
OK = ((200, 200),)
"""The codes of a healthy answer, as ranges, unless other settings say so."""


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Where the application is: its base path without slashes at its ends, its health check path, and its port.

    `healthy` are the ranges of codes of a healthy answer.
    """

    base: str
    health: str
    port: int
    healthy: tuple[tuple[int, int], ...] = OK


def health_check(
    path: str, timeout: int = 5, *, port: int, variable: str = "", healthy: tuple[tuple[int, int], ...] = OK
) -> list[str]:
    """Return the command of a container health check: exit code 0 if the application gives a healthy answer, else 1.

    It needs only Python in the image, reads the port from the container's `variable` (`port` where there is none), and
    ends one second before `timeout` (ECS HealthCheck.Timeout, 2 to 60 s), when ECS would kill it. Python runs isolated
    (`-I`), so that it does not import files of the app instead of modules.
    """
    low, high = healthy[0]
    is_one = len(healthy) == 1 and low == high
    verdict = _OF_ONE.format(code=low) if is_one else _OF_RANGES.format(ranges=healthy)
    where = f'os.environ.get("{variable}", "{port}")' if variable else str(port)
    return ["CMD", "python", "-I", "-c", _PROBE.format(port=where, seconds=timeout - 1, path=path, verdict=verdict)]
