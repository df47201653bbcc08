"""What there is to know of Streamlit to run it in a container: port, health, options, probe.

Options are environment variables, which win over the image's own `config.toml`:
https://docs.streamlit.io/develop/api-reference/configuration/config.toml. What is said of a server
here is tried on real ones in tests/streamlit.
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
"""Where it answers 200 while it takes sessions, and 503 while it starts or stops; below the base path. Versions
from before 2023 answer on `healthz` (https://github.com/streamlit/streamlit/pull/5534)."""
COOKIE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"  # noqa: S105 - the variable's name
"""Variable with the key that signs cookies: the same in all tasks, or a login counts in one task only."""

_PROBE = """\
import http.client, os, sys
port = os.environ.get("STREAMLIT_SERVER_PORT", "{port}")
server = http.client.HTTPConnection("127.0.0.1", int(port), timeout={seconds})
server.request("GET", {path!r})
sys.exit(server.getresponse().status != 200)
"""


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Where an application is on its host: its base path without slashes at the ends, and where its health is asked."""

    base: str
    health: str


def options(port: Number, base_url_path: str = "") -> list[Environment]:
    """The options that make Streamlit fit for a container behind a load balancer.

    XSRF protection and CORS are not among them: they are on, and stay on.
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


def health_check(path: str, timeout: int = 5) -> list[str]:
    """The command of a container health check: exit code 0 while Streamlit answers 200 on the path, 1 otherwise.

    It needs nothing but Python in the image, reads the port from the container's environment, and gives up a second
    before `timeout` (ECS HealthCheck.Timeout, 2 to 60 s), when ECS would kill it. Python runs isolated (`-I`), so that
    no file of the app is imported in the place of a module.
    """
    return ["CMD", "python", "-I", "-c", _PROBE.format(port=PORT, seconds=timeout - 1, path=path)]
