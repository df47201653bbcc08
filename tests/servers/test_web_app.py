"""A web app that is not Streamlit: FastAPI on uvicorn, started, probed and reached as the templates of `web` say."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers import template
from tests.servers.load_balancer import balancing
from tests.servers.processes import Server, reserved_port, started
from tests.servers.test_health import probe
from tests.support.templates import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.load_balancer import Proxy

APP = Path(__file__).parent / "app"
COMMAND = ("sh", "-c", "exec uvicorn api:app --host 127.0.0.1 --port $PORT")
TRIES = 6
MEGABYTES = 3 * 1024 * 1024
BY_SHELL = (
    "CMD-SHELL",
    'python -c "import os, urllib.request as it; it.urlopen(f\'http://127.0.0.1:{os.environ[\\"PORT\\"]}/healthz\')"',
)


def web(network: dict[str, Any] | None = None, **ecs: Any) -> dict[str, Any]:
    """The templates of the app: everything else has the defaults of its framework."""
    return tree(
        app={"framework": "web"},
        network=network or {},
        security={"cookie_secret": True},
        ecs={"command": COMMAND, **ecs},
    )


@contextmanager
def running(secret: str) -> Iterator[Server]:
    """Start one task as the templates say."""
    templates, port = web(), reserved_port()
    variables = template.environment(templates, {"COOKIE_SECRET": secret}, port)
    with started(template.command(templates), variables, port=port, ready="Uvicorn running on", cwd=APP) as server:
        yield server


@pytest.fixture(scope="module")
def servers() -> Iterator[list[Server]]:
    """Two tasks of the service, with one secret."""
    pytest.importorskip("fastapi", reason="FastAPI is not installed; `make streamlit` installs and tests it")
    secret = secrets.token_hex()
    with running(secret) as one, running(secret) as another:
        yield [one, another]


@pytest.fixture(scope="module")
def balancer(servers: list[Server]) -> Iterator[Proxy]:
    """The load balancer of the templates, which keeps nobody on a task."""
    seconds = template.sticky_seconds(web())
    assert seconds is None
    with balancing(sticky_seconds=seconds, targets=[it.port for it in servers]) as proxy:
        yield proxy


def is_healthy(templates: dict[str, Any], server: Server) -> bool:
    """Whether the load balancer finds a task healthy: by path and codes of its target group, without following it."""
    import httpx

    group = template.target_group(templates)
    with httpx.Client(trust_env=False, timeout=group["HealthCheckTimeoutSeconds"]) as client:
        answer = client.get(f"http://127.0.0.1:{server.port}{group['HealthCheckPath']}")
    return template.matches(templates, answer.status_code)


@pytest.mark.parametrize(
    ("network", "healthy"),
    [
        ({}, True),
        ({"health_check_path": "/healthz"}, True),
        ({"health_check_matcher": "200"}, False),
        ({"health_check_path": "/_stcore/health"}, False),
        ({"base_url_path": "team/app"}, False),
    ],
)
def test_the_load_balancer_s_check_fits_or_does_not(
    servers: list[Server], network: dict[str, Any], *, healthy: bool
) -> None:
    """A start page that leads to a login is healthy by default; another path than the app's is not."""
    assert is_healthy(web(network), servers[0]) is healthy


@pytest.mark.parametrize(
    ("path", "ecs", "code"),
    [
        ("/healthz", {"container_health_check": True}, 0),
        ("/nothing", {"container_health_check": True}, 1),
        ("/nothing", {"health_check_command": BY_SHELL}, 0),
    ],
)
def test_the_container_s_check_fits_or_does_not(
    servers: list[Server], path: str, ecs: dict[str, Any], code: int
) -> None:
    """By Python it asks the same path on PORT; a command of one's own asks what it likes."""
    templates = web({"health_check_path": path}, **ecs)
    assert probe(template.health_check(templates), servers[0].environment) == code


def test_the_app_listens_where_port_says(servers: list[Server]) -> None:
    """The command reads the variable that the templates set."""
    import httpx

    for server in servers:
        answer = httpx.get(f"http://127.0.0.1:{server.port}/healthz", trust_env=False)
        assert answer.json() == {"port": str(server.port)}


def test_a_websocket_stays_on_its_task_without_stickiness(balancer: Proxy) -> None:
    """It is one connection; two of them are on two tasks."""
    from websockets.sync.client import connect

    address = f"{balancer.url.replace('http', 'ws', 1)}/echo"
    processes = []
    for _ in range(2):
        with connect(address, proxy=None) as socket:
            answers = []
            for number in range(TRIES):
                socket.send(str(number))
                answers.append(socket.recv())
        processes.append({str(it).partition(",")[2] for it in answers})
    assert [len(it) for it in processes] == [1, 1]
    assert processes[0] != processes[1]


def test_uploads_arrive_on_any_task(balancer: Proxy) -> None:
    """Also one that is larger than the server keeps in memory; no cookie leads anywhere."""
    import httpx

    with httpx.Client(trust_env=False) as browser:
        answers = [
            browser.post(f"{balancer.url}/upload", files={"file": ("file.bin", b"x" * MEGABYTES)}) for _ in range(TRIES)
        ]
    assert {it.json()["bytes"] for it in answers} == {MEGABYTES}
    assert len({it.json()["process"] for it in answers}) == 2
    assert not any(it.cookies for it in answers)


def test_a_login_counts_on_every_task(balancer: Proxy) -> None:
    """`COOKIE_SECRET` is the same in all of them."""
    import httpx

    with httpx.Client(trust_env=False) as browser:
        browser.post(f"{balancer.url}/session").raise_for_status()
        assert {browser.get(f"{balancer.url}/session").json() for _ in range(TRIES)} == {"somebody"}


def test_a_task_that_stops_ends_in_time() -> None:
    """SIGTERM reaches the server through the shell of its command, which `exec` replaces; idle, it ends at once."""
    pytest.importorskip("fastapi")
    with running(secrets.token_hex()) as server:
        server.process.terminate()
        assert server.process.wait(template.stop_timeout(web())) in {0, -15}
