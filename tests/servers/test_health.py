"""The health checks of the templates, asked of real servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from templates.profiles import STREAMLIT, health_check
from tests.servers import template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.servers.conftest import Replicas
    from tests.servers.processes import Server
    from tests.servers.session import Browser

PROBE_SECONDS = 5
"""ECS's own timeout of a container health check, where none is set."""


def by_python(timeout: int) -> list[str]:
    """Return Streamlit's health check with this timeout."""
    return health_check(STREAMLIT.health_path, timeout, port=STREAMLIT.port, variable="STREAMLIT_SERVER_PORT")


def probe(
    command: list[str], environment: Mapping[str, str], cwd: Path | None = None, seconds: int = PROBE_SECONDS
) -> int:
    """Run a health check as ECS does in the container, and give its exit code."""
    path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, env={**environment, **path}, cwd=cwd, check=False, capture_output=True, timeout=seconds
    )
    return done.returncode


def test_the_load_balancer_finds_a_server_healthy(
    templates: dict[str, Any], replicas: Replicas, browse: Callable[..., Browser]
) -> None:
    """The target group's path answers what its matcher takes."""
    answer = browse(f"http://127.0.0.1:{replicas.servers[0].port}").get(
        template.target_group(templates)["HealthCheckPath"]
    )
    assert template.matches(templates, answer.status_code)
    assert answer.text == "ok"


def test_any_other_path_says_nothing(
    templates: dict[str, Any], replicas: Replicas, browse: Callable[..., Browser]
) -> None:
    """Streamlit answers every unknown path with its page and 200: a mistaken health path passes, and proves nothing."""
    answer = browse(f"http://127.0.0.1:{replicas.servers[0].port}").get("/healthz")
    assert template.matches(templates, answer.status_code)
    assert "<html" in answer.text


def test_the_health_path_has_the_base_path_before_it(
    templates_below_a_path: dict[str, Any], below_a_path: Server, browse: Callable[..., Browser]
) -> None:
    """The target group's health path has the base path before it and answers; without it nothing does."""
    browser = browse(f"http://127.0.0.1:{below_a_path.port}")
    asked = template.target_group(templates_below_a_path)["HealthCheckPath"]
    assert asked == "/team/app/_stcore/health"
    assert template.matches(templates_below_a_path, browser.get(asked).status_code)
    assert not template.matches(templates_below_a_path, browser.get(STREAMLIT.health_path).status_code)


def test_everything_works_below_a_base_path(below_a_path: Server, browse: Callable[..., Browser]) -> None:
    """WebSocket, upload and media are all below it."""
    browser = browse(f"http://127.0.0.1:{below_a_path.port}", "team/app")
    with browser.page() as page:
        drawn = page.run()
        urls = page.file_urls(drawn)
        assert browser.put(urls.upload_url, b"content").status_code == 204
        assert browser.get(drawn.elements["download_button"].url).text.startswith("report")
        assert "uploaded: 7 bytes" in page.use_file(drawn, urls, 7).texts


def test_the_container_finds_itself_healthy(templates: dict[str, Any], replicas: Replicas) -> None:
    """The container health check ends with 0, by nothing but Python and the container's own variables."""
    assert probe(template.health_check(templates), replicas.servers[0].environment) == 0


def test_the_containers_check_knows_the_base_path(
    templates: dict[str, Any], templates_below_a_path: dict[str, Any], below_a_path: Server
) -> None:
    """It asks below the base path; at the root, where the server answers 404, it fails."""
    assert probe(template.health_check(templates_below_a_path), below_a_path.environment) == 0
    assert probe(template.health_check(templates), below_a_path.environment) == 1


def test_a_module_of_the_app_does_not_break_the_check(
    templates: dict[str, Any], replicas: Replicas, tmp_path: Path
) -> None:
    """An app may have a file of any name in its directory."""
    (tmp_path / "http.py").write_text("raise SystemExit(1)", encoding="utf-8")
    assert probe(template.health_check(templates), replicas.servers[0].environment, tmp_path) == 0


def test_a_server_that_hangs_is_unhealthy_in_time(server: Server) -> None:
    """The check ends by itself, with 1, before ECS's timeout."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        assert probe(by_python(2)[1:], server.environment, seconds=2) == 1
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_a_server_that_is_gone_is_unhealthy(templates: dict[str, Any], server: Server) -> None:
    """Nothing listens."""
    server.process.terminate()
    server.process.wait()
    assert probe(template.health_check(templates), server.environment) == 1


@pytest.mark.parametrize("timeout", [2, 5, 60])
def test_the_check_gives_up_before_ecs_does(timeout: int) -> None:
    """Its own timeout is a second shorter than the one it is told, over all that ECS allows."""
    assert f"timeout={timeout - 1})" in by_python(timeout)[-1]
