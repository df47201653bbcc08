"""Fixtures: servers with the rendered template's environment, alone and in pairs behind load balancers."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from templates.profiles import STREAMLIT
from tests.servers import template
from tests.servers.load_balancer import Proxy, balancing
from tests.servers.processes import WITH_LOGIN, Server, reserved_port, serving
from tests.support.templates import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.session import Browser


@dataclass(frozen=True)
class Replicas:
    """Two servers behind the template's load balancer, and behind the one that it is without stickiness."""

    sticky: Proxy
    in_turn: Proxy
    servers: tuple[Server, Server]


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    pytest.importorskip("streamlit", reason="Streamlit is not installed; `make streamlit` installs and tests it")


@pytest.fixture(scope="session")
def templates() -> dict[str, Any]:
    """The templates of Preto-2."""
    return tree()


@pytest.fixture(scope="session")
def variables(templates: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, str]]:
    """Return a function that makes a container's environment: the template's, a home directory, and what is given."""
    home = tmp_path_factory.mktemp("home")

    def make(**more: str) -> dict[str, str]:
        secret = {STREAMLIT.cookie_variable: secrets.token_hex()}
        return {"HOME": str(home)} | template.environment(templates, secret, reserved_port()) | more

    return make


@pytest.fixture
def browse() -> Iterator[Callable[..., Browser]]:
    """Return a function that opens browsers; they are closed at the end of the test."""
    from tests.servers.session import Browser

    with ExitStack() as stack:

        def open_one(url: str, base_path: str = "") -> Browser:
            browser = Browser(url, base_path)
            stack.callback(browser.http.close)
            return browser

        yield open_one


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """Start an identity provider to log in with."""
    from tests.servers.provider import identifying

    with identifying() as url:
        yield url


@pytest.fixture
def server(variables: Callable[..., dict[str, str]]) -> Iterator[Server]:
    """One server of a test's own."""
    with serving(variables()) as running:
        yield running


@pytest.fixture(scope="session")
def replicas(templates: dict[str, Any], variables: Callable[..., dict[str, str]], provider: str) -> Iterator[Replicas]:
    """Two replicas with one cookie secret, as the tasks of a service have."""
    with _pair(templates, variables, provider, {STREAMLIT.cookie_variable: secrets.token_hex()}) as pair:
        yield pair


@pytest.fixture(scope="session")
def strangers(templates: dict[str, Any], variables: Callable[..., dict[str, str]], provider: str) -> Iterator[Replicas]:
    """Two replicas that each make up a cookie secret, as Streamlit does when it is given none."""
    with _pair(templates, variables, provider, {STREAMLIT.cookie_variable: None}) as pair:
        yield pair


@pytest.fixture(scope="session")
def templates_below_a_path() -> dict[str, Any]:
    """The templates of Preto-2, served below a path."""
    return tree(network={"base_url_path": "team/app"})


@pytest.fixture(scope="session")
def below_a_path(templates_below_a_path: dict[str, Any], variables: Callable[..., dict[str, str]]) -> Iterator[Server]:
    """A server whose address has the path that its template says."""
    port = reserved_port()
    secret = {STREAMLIT.cookie_variable: secrets.token_hex()}
    with serving(variables() | template.environment(templates_below_a_path, secret, port)) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home directory that has `tmp` in it."""
    (tmp_path / "tmp").mkdir()
    return tmp_path


@contextmanager
def _pair(
    templates: dict[str, Any],
    variables: Callable[..., dict[str, str]],
    provider: str,
    different: dict[str, str | None],
) -> Iterator[Replicas]:
    with ExitStack() as stack:
        sticky = stack.enter_context(balancing(sticky_seconds=template.sticky_seconds(templates)))
        unsticky = template.sticky_seconds(tree(network={"sticky_sessions": False}))
        in_turn = stack.enter_context(balancing(sticky_seconds=unsticky))
        login = {"LOGIN_PROVIDER": provider, "LOGIN_CALLBACK": f"{sticky.url}/oauth2callback"}
        environments: list[dict[str, str | None]] = [{**variables(**login), **different} for _ in range(2)]
        servers = [
            stack.enter_context(serving({name: value for name, value in it.items() if value is not None}, WITH_LOGIN))
            for it in environments
        ]
        for proxy in (sticky, in_turn):
            proxy.targets.extend(server.port for server in servers)
        yield Replicas(sticky, in_turn, (servers[0], servers[1]))
