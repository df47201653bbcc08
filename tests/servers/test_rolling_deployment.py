"""What a session sees when its task is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.servers import template
from tests.servers.load_balancer import balancing
from tests.servers.processes import serving
from tests.support.templates import properties

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.session import Browser


def test_a_task_that_stops_ends_its_sessions_and_the_browser_begins_anew_on_another(
    templates: dict[str, Any], variables: Callable[..., dict[str, str]], browse: Callable[..., Browser]
) -> None:
    """While the task drains, the WebSocket goes on and uploads fail already, because they are requests of their own.

    SIGTERM then closes WebSockets at once, with 1012 (service restart); the page that comes back has lost its state.
    """
    from websockets.exceptions import ConnectionClosedError

    with (
        serving(variables()) as old,
        serving(variables()) as new,
        balancing(sticky_seconds=template.sticky_seconds(templates), targets=[old.port]) as balancer,
    ):
        browser = browse(balancer.url)
        with browser.page() as page:
            first = page.run()
            urls = page.file_urls(first)
            balancer.targets[:] = [new.port]
            assert "runs: 2" in page.run().texts
            assert browser.put(urls.upload_url, b"content").status_code == 400
            old.process.terminate()
            old.process.wait(template.stop_timeout(templates))
            with pytest.raises(ConnectionClosedError) as closed:
                page.run()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1012
        with browser.page(first.session_id) as page:
            assert "runs: 1" in page.run().texts


def test_deregistration_leaves_a_session_as_long_as_streamlit_would(templates: dict[str, Any]) -> None:
    """Streamlit itself waits for nobody on SIGTERM: the time to finish is the load balancer's, before it."""
    from streamlit import config

    attributes = {it["Key"]: it["Value"] for it in template.target_group(templates)["TargetGroupAttributes"]}
    kept = config.get_option("server.disconnectedSessionTTL")
    assert kept == 120
    assert int(attributes["deregistration_delay.timeout_seconds"]) >= kept


def test_a_ping_comes_before_the_load_balancer_gives_up(templates: dict[str, Any]) -> None:
    """A WebSocket on which nothing happens stays open, even where one ping is lost."""
    from streamlit.web.server.starlette.starlette_server_config import DEFAULT_WEBSOCKET_PING_INTERVAL

    (timeout,) = [
        it["Value"]
        for it in properties(templates["Network"], "LoadBalancer")["LoadBalancerAttributes"]
        if it["Key"] == "idle_timeout.timeout_seconds"
    ]
    assert DEFAULT_WEBSOCKET_PING_INTERVAL == 30
    assert int(timeout) > 2 * DEFAULT_WEBSOCKET_PING_INTERVAL
