"""On which port a web server listens, by its command, and whether the load balancer asks there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.preflight import streamlit_flags
from stacks.preflight.started import Started
from stacks.preflight.web_servers import check
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.settings import Settings

UVICORN = ("uvicorn", "main:app")
ANYWHERE = ("--host", "0.0.0.0")


def web(**tables: Any) -> Settings:
    """Return the settings of a web app."""
    return settings(app={"framework": "web"}, **tables)


def said(*words: str, exposed: tuple[int, ...] = (), given: Settings | None = None, **variables: str) -> str:
    """Return the note on a container that starts these words, with PORT as the templates set it."""
    given = given or web()
    told = {"PORT": str(given.network.container_port)} | variables
    return check(Started(words=words, variables=told, exposed=exposed), given, "v1")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((*UVICORN, *ANYWHERE), "uvicorn listen on port 8000, and [network] container_port is 8080"),
        ((*UVICORN, *ANYWHERE, "--port", "80"), "uvicorn listen on port 80,"),
        ((*UVICORN, *ANYWHERE, "--port=80"), "uvicorn listen on port 80,"),
        (("python", "-m", *UVICORN, "--port", "8080"), "uvicorn listen on 127.0.0.1, where only the container itself"),
        (("/bin/sh", "-c", "alembic", "upgrade", "head", "&&", *UVICORN, *ANYWHERE), "uvicorn listen on port 8000,"),
        (("/usr/local/bin/gunicorn", "-b", "0.0.0.0:8000", "app:app"), "gunicorn listen on port 8000,"),
        (("gunicorn", "--bind=127.0.0.1:8080", "app:app"), "gunicorn listen on 127.0.0.1,"),
        (("gunicorn", "-b", "[::1]:8080", "app:app"), "gunicorn listen on ::1,"),
        (("hypercorn", "app:app"), "hypercorn listen on port 8000,"),
        (("daphne", "-b", "0.0.0.0", "-p", "80", "app:app"), "daphne listen on port 80,"),
        (("flask", "run"), "flask listen on port 5000,"),
        (("fastapi", "run", "--port", "80", "main.py"), "fastapi listen on port 80,"),
        (("streamlit", "run", "app.py"), "streamlit listen on port 8501,"),
    ],
)
def test_a_server_that_the_load_balancer_does_not_reach_is_refused(words: tuple[str, ...], why: str) -> None:
    """By its options, or by what it does without them."""
    with pytest.raises(UserError) as error:
        said(*words, exposed=(8080,))
    assert f"image v1: its command has {why}" in str(error.value)


@pytest.mark.parametrize(
    "words",
    [
        (*UVICORN, *ANYWHERE, "--port", "8080"),
        ("sh", "-c", "exec", *UVICORN, *ANYWHERE, "--port", "$PORT"),
        ("sh", "-c", *UVICORN, *ANYWHERE, "--port", "${PORT:-8000}"),
        ("gunicorn", "-b", ":8080", "app:app"),
        ("gunicorn", "-b", "127.0.0.1:9000", "-b", "0.0.0.0:8080", "app:app"),
        ("gunicorn", "app:app"),
        ("gunicorn", "-c", "gunicorn.py", "-b", "0.0.0.0:80", "app:app"),
        (*UVICORN, "--uds", "/run/app"),
        ("waitress-serve", "app:app"),
        ("fastapi", "run", "main.py"),
        ("node", "server.js"),
        ("pip", "install", "uvicorn", "fastapi", "&&", "python", "app.py"),
    ],
)
def test_a_server_that_is_reached_or_not_known_is_not_refused(words: tuple[str, ...]) -> None:
    """Where the options are a file's, or a program's own, nothing is claimed."""
    assert not said(*words, exposed=(8080,))


def test_the_image_s_own_variables_count() -> None:
    """Uvicorn and Flask take their options from them."""
    assert not said(*UVICORN, UVICORN_HOST="0.0.0.0", UVICORN_PORT="8080")
    with pytest.raises(UserError, match="flask listen on port 80"):
        said("flask", "run", FLASK_RUN_PORT="80")


def test_another_exposed_port_is_a_note() -> None:
    """EXPOSE binds nobody: the program may listen on PORT."""
    assert said("node", "server.js", exposed=(3000,)) == (
        "Image v1 exposes port 3000; the load balancer asks on port 8080: it must listen there, as the variable PORT "
        "says"
    )
    assert not said("node", "server.js", exposed=(3000, 8080))
    assert not said("node", "server.js")
    assert said("node", "server.js", exposed=(80,), given=web(ecs={"port_variable": ""})).endswith("must listen there")
    assert "exposes port 8000" in said("gunicorn", "app:app", exposed=(8000,))
    assert not said(*UVICORN, *ANYWHERE, "--port", "8080", exposed=(8000,))


def test_a_note_names_a_variable_that_nobody_sets() -> None:
    """Its value is not known before the container starts."""
    note = said(*UVICORN, *ANYWHERE, "--port", "$OTHER")
    assert note.endswith(
        "whether it listens on port 8080 is not known, because a variable of its shell is in the command"
    )


def test_behind_a_proxy_in_the_task_a_loopback_address_is_enough() -> None:
    """The containers of a task share its network."""
    proxy = {"name": "proxy", "image": "proxy:1", "ports": (8443,), "essential": True}
    given = web(network={"tls_port": 8443}, ecs={"sidecars": (proxy,)})
    assert not said(*UVICORN, "--port", "8080", given=given)


def test_another_server_than_streamlit_is_noted_where_streamlit_is_meant() -> None:
    """Streamlit is the default: who has forgotten the framework is told before the health check fails."""

    def note(*words: str) -> str:
        return streamlit_flags.check(Started(words=words, variables={}, exposed=()), settings(), "v1")

    assert note(*UVICORN) == ('Image v1 starts uvicorn: unless that serves Streamlit, say [app] framework = "web"')
    assert not note("streamlit", "run", "app.py")
    assert not note("./start.sh")


def test_a_command_of_the_settings_is_named_as_theirs() -> None:
    """The remedy is where the mistake is."""
    given = web(ecs={"command": (*UVICORN, *ANYWHERE)})
    with pytest.raises(UserError, match=r"ecs\.command: it has uvicorn listen on port 8000") as error:
        said(*given.ecs.command, given=given)
    remedy = "Set container_port to 8000, or have the command say 8080, which is in the variable PORT."
    assert remedy in str(error.value)
