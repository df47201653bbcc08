"""What is known of web servers that a command line can start: their ports, options, variables and framework."""

from __future__ import annotations

from dataclasses import dataclass

STREAMLIT = "streamlit"
WEB = "web"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the load balancer reaches a task by the task's own address
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Server:
    """A program that serves, with the source of what is said here.

    `port_options` and `host_options` take a number and an address; `bind_options` both, as ADDRESS:PORT.
    """

    words: tuple[str, ...]
    """How its command begins; options may stand between the words."""
    label: str = ""
    """Its name, if that is not the first of the words."""
    port: int
    """Where it listens by default."""
    source: str
    framework: str = WEB
    host: str = EVERYWHERE
    port_options: tuple[str, ...] = ()
    host_options: tuple[str, ...] = ()
    bind_options: tuple[str, ...] = ()
    port_variable: str = ""
    host_variable: str = ""
    has_sessions: bool = False
    """Whether a session lives in one process, so that a browser has to stay on its task."""


SERVERS = (
    Server(
        words=("streamlit", "run"),
        port=8501,
        framework=STREAMLIT,
        port_options=("--server.port",),
        host_options=("--server.address",),
        port_variable="STREAMLIT_SERVER_PORT",
        host_variable="STREAMLIT_SERVER_ADDRESS",
        has_sessions=True,
        source="https://docs.streamlit.io/develop/api-reference/configuration/config.toml",
    ),
    Server(
        words=("uvicorn",),
        port=8000,
        host=LOOPBACK,
        port_options=("--port",),
        host_options=("--host",),
        port_variable="UVICORN_PORT",
        host_variable="UVICORN_HOST",
        source="https://www.uvicorn.org/settings/",
    ),
    Server(
        words=("gunicorn",),
        port=8000,
        host=LOOPBACK,
        bind_options=("-b", "--bind"),
        port_variable="PORT",  # and then it listens on 0.0.0.0
        source="https://docs.gunicorn.org/en/stable/settings.html#bind",
    ),
    Server(
        words=("fastapi", "run"),
        port=8000,
        port_options=("--port",),
        host_options=("--host",),
        source="https://fastapi.tiangolo.com/fastapi-cli/",
    ),
    Server(
        words=("hypercorn",),
        port=8000,
        host=LOOPBACK,
        bind_options=("-b", "--bind"),
        source="https://hypercorn.readthedocs.io/en/latest/how_to_guides/binds.html",
    ),
    Server(
        words=("granian",),
        port=8000,
        host=LOOPBACK,
        port_options=("--port",),
        host_options=("--host",),
        port_variable="GRANIAN_PORT",
        host_variable="GRANIAN_HOST",
        source="https://github.com/emmett-framework/granian",
    ),
    Server(
        words=("daphne",),
        port=8000,
        host=LOOPBACK,
        port_options=("-p", "--port"),
        host_options=("-b", "--bind"),
        source="https://github.com/django/daphne",
    ),
    Server(
        words=("waitress-serve",),
        port=8080,
        port_options=("--port",),
        host_options=("--host",),
        bind_options=("--listen",),
        source="https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html",
    ),
    Server(
        words=("flask", "run"),
        port=5000,
        host=LOOPBACK,
        port_options=("-p", "--port"),
        host_options=("-h", "--host"),
        port_variable="FLASK_RUN_PORT",
        host_variable="FLASK_RUN_HOST",
        source="https://flask.palletsprojects.com/en/stable/cli/",
    ),
    Server(
        words=("manage.py", "runserver"),
        label="manage.py runserver",
        port=8000,
        host=LOOPBACK,
        source="https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
    ),
    Server(
        words=("panel", "serve"),
        port=5006,
        port_options=("--port",),
        host_options=("--address",),
        has_sessions=True,
        source="https://panel.holoviz.org/how_to/server/commandline.html",
    ),
    Server(
        words=("bokeh", "serve"),
        port=5006,
        port_options=("--port",),
        host_options=("--address",),
        has_sessions=True,
        source="https://docs.bokeh.org/en/latest/docs/reference/command/subcommands/serve.html",
    ),
    Server(
        words=("shiny", "run"),
        port=8000,
        host=LOOPBACK,
        port_options=("-p", "--port"),
        host_options=("-h", "--host"),
        has_sessions=True,
        source="https://shiny.posit.co/py/docs/",
    ),
    Server(
        words=("chainlit", "run"),
        port=8000,
        host=LOOPBACK,
        port_options=("--port",),
        host_options=("--host",),
        port_variable="CHAINLIT_PORT",
        host_variable="CHAINLIT_HOST",
        has_sessions=True,
        source="https://docs.chainlit.io/backend/command-line",
    ),
    Server(
        words=("next", "start"),
        port=3000,
        port_options=("-p", "--port"),
        host_options=("-H", "--hostname"),
        port_variable="PORT",
        source="https://nextjs.org/docs/app/api-reference/cli/next",
    ),
    Server(
        words=("puma",),
        port=9292,
        port_options=("-p", "--port"),
        port_variable="PORT",
        source="https://github.com/puma/puma",
    ),
    Server(
        words=("rails", "server"),
        port=3000,
        host=LOOPBACK,
        port_options=("-p", "--port"),
        host_options=("-b", "--binding"),
        port_variable="PORT",
        source="https://guides.rubyonrails.org/command_line.html",
    ),
    Server(words=("nginx",), port=80, source="https://hub.docker.com/_/nginx"),
    Server(words=("caddy", "run"), port=80, source="https://caddyserver.com/docs/command-line"),
)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package that an app depends on, and what follows where no command says more.

    `port` and the variables are those of a server that a program of the app's own starts with it.
    """

    framework: str
    port: int | None = None
    port_variable: str = ""
    host_variable: str = ""
    has_sessions: bool = False
    health_path: str = ""
    health_path_argument: str = ""
    """Argument that moves `health_path`, or switches it off."""
    source: str = ""


PACKAGES = {
    "streamlit": Package(framework=STREAMLIT, port=8501, has_sessions=True),
    "gradio": Package(
        framework=WEB,
        port=7860,
        port_variable="GRADIO_SERVER_PORT",
        host_variable="GRADIO_SERVER_NAME",
        has_sessions=True,
        health_path="/",
        source="https://www.gradio.app/guides/environment-variables",
    ),
    "dash": Package(
        framework=WEB,
        port=8050,
        port_variable="PORT",
        host_variable="HOST",
        health_path="/",
        source="https://dash.plotly.com/reference#app.run",
    ),
    "panel": Package(framework=WEB, port=5006, has_sessions=True),
    "shiny": Package(framework=WEB, port=8000, has_sessions=True),
    "chainlit": Package(framework=WEB, port=8000, has_sessions=True),
    "nicegui": Package(framework=WEB, port=8080, has_sessions=True, source="https://nicegui.io/documentation/run"),
    "fastapi": Package(
        framework=WEB,
        health_path="/openapi.json",
        health_path_argument="openapi_url",
        source="https://fastapi.tiangolo.com/reference/fastapi/",
    ),
    "django": Package(framework=WEB),
    "flask": Package(framework=WEB),
    "starlette": Package(framework=WEB),
    "litestar": Package(framework=WEB),
    "quart": Package(framework=WEB),
    "sanic": Package(framework=WEB, port=8000, source="https://sanic.dev/en/guide/running/running.html"),
    "tornado": Package(framework=WEB),
    "aiohttp": Package(framework=WEB, port=8080, source="https://docs.aiohttp.org/en/stable/web_reference.html"),
    "bottle": Package(framework=WEB, port=8080, source="https://bottlepy.org/docs/dev/tutorial.html"),
    "next": Package(framework=WEB, port=3000, port_variable="PORT", health_path="/"),
    "nuxt": Package(framework=WEB, port=3000, port_variable="PORT", health_path="/"),
    "express": Package(framework=WEB),
    "fastify": Package(framework=WEB),
    "@nestjs/core": Package(framework=WEB),
    "koa": Package(framework=WEB),
    "hono": Package(framework=WEB),
}
"""By its name on PyPI or npm; earlier ones are what the app is, where it has several."""

HEAVY = {
    "torch": (2048, 8192),
    "tensorflow": (2048, 8192),
    "transformers": (2048, 8192),
    "jax": (2048, 8192),
    "sentence-transformers": (2048, 8192),
    "xgboost": (1024, 4096),
    "lightgbm": (1024, 4096),
    "scikit-learn": (1024, 4096),
    "pyspark": (2048, 8192),
    "pandas": (1024, 2048),
    "polars": (1024, 2048),
    "duckdb": (1024, 2048),
}
"""Packages that need memory: CPU units and MiB to begin with. A guess that the metrics of the service will correct."""

IMAGES = {
    "nginx": (80, "https://hub.docker.com/_/nginx"),
    "httpd": (80, "https://hub.docker.com/_/httpd"),
    "caddy": (80, "https://hub.docker.com/_/caddy"),
    "nginxinc/nginx-unprivileged": (8080, "https://hub.docker.com/r/nginxinc/nginx-unprivileged"),
    "tiangolo/uvicorn-gunicorn-fastapi": (80, "https://hub.docker.com/r/tiangolo/uvicorn-gunicorn-fastapi"),
    "tiangolo/uvicorn-gunicorn": (80, "https://hub.docker.com/r/tiangolo/uvicorn-gunicorn"),
}
"""Base images that serve by themselves, with their port."""
