"""Streamlit in a container: port, health path, options, health check.

Options are environment variables, which win over the image's own `config.toml`:
https://docs.streamlit.io/develop/api-reference/configuration/config.toml. tests/streamlit
shows on real servers what this module assumes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere.ecs import Environment

if TYPE_CHECKING:
    from templates.values import Number

CONTAINER = "web"
"""Name of the container in which Streamlit runs."""
PORT = 8501
"""Port on which Streamlit listens unless told otherwise (`server.port`)."""
HEALTH_PATH = "/_stcore/health"
"""Path, below the base path, that answers 200 while Streamlit accepts sessions, and 503 while it starts or stops.
Versions from before 2023 have `healthz` (https://github.com/streamlit/streamlit/pull/5534)."""
COOKIE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"  # noqa: S105 - the variable's name
"""Variable with the key that signs cookies. It must be the same in all tasks, or a login is valid in one only."""

_PROBE = """\
import http.client, os, sys
port = os.environ.get("STREAMLIT_SERVER_PORT", "{port}")
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
    port: int = PORT
    healthy: tuple[tuple[int, int], ...] = OK


def options(port: Number, base_url_path: str = "") -> list[Environment]:
    """Return the options for a container behind a load balancer.

    They do not include XSRF protection and CORS, which are on by default.
    """
    values = {
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104 - the load balancer reaches the task by its own address
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_PORT": port.expression,
    }
    if base_url_path:
        values["STREAMLIT_SERVER_BASE_URL_PATH"] = base_url_path
    return [Environment(Name=name, Value=value) for name, value in sorted(values.items())]


def health_check(
    path: str, timeout: int = 5, *, port: int = PORT, healthy: tuple[tuple[int, int], ...] = OK
) -> list[str]:
    """Return the command of a container health check: exit code 0 if Streamlit gives a healthy answer, else 1.

    It needs only Python in the image, reads the port from the container's environment (`port` where it is not there),
    and ends one second before `timeout` (ECS HealthCheck.Timeout, 2 to 60 s), when ECS would kill it. Python runs
    isolated (`-I`), so that it does not import files of the app instead of modules.
    """
    low, high = healthy[0]
    is_one = len(healthy) == 1 and low == high
    verdict = _OF_ONE.format(code=low) if is_one else _OF_RANGES.format(ranges=healthy)
    return ["CMD", "python", "-I", "-c", _PROBE.format(port=port, seconds=timeout - 1, path=path, verdict=verdict)]
