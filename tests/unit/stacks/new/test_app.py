"""What an app is, by its files: the settings that follow, and why."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.build.render import render
from stacks.errors import UserError
from stacks.new.app import App, conclude, name_of
from stacks.new.draft import Answers, Draft, draft
from stacks.new.evidence import gather
from stacks.new.sources import Sources
from templates.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

FASTAPI = {
    "main.py": 'from fastapi import FastAPI\napp = FastAPI()\n\n@app.get("/healthz")\ndef healthz(): ...\n',
    "requirements.txt": "fastapi\nuvicorn[standard]>=0.30 # server\n",
}


def look(folder: Path, files: Mapping[str, str], environment: str = "prod") -> App:
    """Return what these files say."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    return conclude(gather(Sources(folder), environment))


def drafted(app: App, environment: str = "prod", **answers: Any) -> Draft:
    """Return the file for what was found, as `--yes` takes it."""
    cpu, memory = app.size.value
    values: dict[str, Any] = {
        "environment": environment,
        "project": app.project.value,
        "region": "eu-west-1",
        "framework": app.framework.value if app.framework else "web",
        "port": app.port.value if app.port else None,
        "health_path": app.health_path.value if app.health_path else None,
        "cpu": cpu,
        "memory": memory,
        "domain": app.domain.value if app.domain else None,
        "hosted_zone": app.hosted_zone,
    }
    return draft(app, Answers(**(values | answers)), Path("environments"))


APPS: dict[str, tuple[Mapping[str, str], tuple[str, int, str]]] = {
    "streamlit, as its documentation has it": (
        {
            "requirements.txt": "streamlit==1.50\n",
            "Dockerfile": """\
                FROM python:3.9-slim
                EXPOSE 8501
                HEALTHCHECK CMD curl --fail http://localhost:8501/_stcore/health
                ENTRYPOINT ["streamlit", "run", "streamlit_app.py", "--server.port=8501", "--server.address=0.0.0.0"]
                """,
        },
        ("streamlit", 8501, "/_stcore/health"),
    ),
    "streamlit on another port and below a path": (
        {"Dockerfile": "FROM x\nEXPOSE 1\nCMD streamlit run a.py --server.port 80 --server.baseUrlPath=/team/"},
        ("streamlit", 80, "/team/_stcore/health"),
    ),
    "streamlit whose port the templates set": (
        {
            "pyproject.toml": '[project]\ndependencies = ["Streamlit >= 1.40"]',
            "Dockerfile": "FROM x\nEXPOSE 80\nCMD streamlit run a.py",
        },
        ("streamlit", 8501, "/_stcore/health"),
    ),
    "streamlit below a path of its configuration": (
        {
            "requirements.txt": "streamlit",
            ".streamlit/config.toml": '[server]\nport = 9999\nbaseUrlPath = "app"',
        },
        ("streamlit", 8501, "/app/_stcore/health"),
    ),
    "fastapi with a port of its own": (
        {
            **FASTAPI,
            "Dockerfile": 'FROM python:3.13\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]',
        },
        ("web", 8000, "/healthz"),
    ),
    "fastapi that follows PORT": (
        {**FASTAPI, "Dockerfile": "FROM python:3.13\nEXPOSE 80\nCMD exec uvicorn main:app --host 0.0.0.0 --port $PORT"},
        ("web", 8080, "/healthz"),
    ),
    "fastapi that only exposes": (
        {**FASTAPI, "Dockerfile": "FROM python:3.13\nEXPOSE 5000\nCMD ./start.sh"},
        ("web", 5000, "/healthz"),
    ),
    "fastapi without a route for it": (
        {"requirements.txt": "fastapi[standard]", "Dockerfile": 'FROM x\nCMD ["fastapi", "run"]'},
        ("web", 8000, "/openapi.json"),
    ),
    "a Procfile's gunicorn": (
        {"Procfile": "release: python migrate.py\nweb: gunicorn shop:app\n", "requirements.txt": "flask\ngunicorn"},
        ("web", 8080, "/"),
    ),
    "a health check of Docker's": (
        {"Dockerfile": "FROM x\nEXPOSE 3000\nHEALTHCHECK CMD curl http://127.0.0.1:3000/up?full=1\nCMD ./server"},
        ("web", 3000, "/up?full=1"),
    ),
    "node that follows PORT": (
        {
            "package.json": '{"name": "@a/s", "dependencies": {"express": "5"}, "scripts": {"start": "node s.js"}}',
            "s.js": "app.get('/ready', f)\napp.listen(process.env.PORT || 3000)\n",
        },
        ("web", 8080, "/ready"),
    ),
    "next": (
        {"package.json": '{"dependencies": {"next": "15"}, "scripts": {"start": "next start"}}'},
        ("web", 8080, "/"),
    ),
    "gradio": ({"requirements.txt": "gradio", "app.py": "import gradio"}, ("web", 7860, "/")),
    "go": (
        {
            "Dockerfile": "FROM scratch\nCMD /a",
            "main.go": 'http.HandleFunc("/healthz", h)\nhttp.ListenAndServe(":81", nil)\n',
        },
        ("web", 81, "/healthz"),
    ),
    "node on the second port that is exposed": (
        {"Dockerfile": "FROM node\nEXPOSE 3000 4000\nCMD node s.js", "s.js": "app.listen(4000)"},
        ("web", 4000, "/"),
    ),
    "spring with an actuator": (
        {
            "Dockerfile": "FROM x\nENTRYPOINT java -jar a.jar",
            "build.gradle": "implementation 'org.springframework.boot:spring-boot-starter-actuator'",
            "src/main/resources/application.yml": "server:\n  compression:\n    enabled: true\n  port: 82\n",
        },
        ("web", 82, "/actuator/health"),
    ),
    "spring below a path": (
        {
            "Dockerfile": "FROM x\nENTRYPOINT java -jar a.jar",
            "pom.xml": "<artifactId>spring-boot-starter-actuator</artifactId>",
            "src/main/resources/application.properties": "server.port = ${PORT:83}\nserver.servlet.context-path=/x",
        },
        ("web", 8080, "/"),
    ),
    "fastapi without its own description": (
        {
            "requirements.txt": "fastapi",
            "main.py": "app = FastAPI(openapi_url=None)",
            "Dockerfile": "FROM x\nEXPOSE 80\nCMD a",
        },
        ("web", 80, "/"),
    ),
    "nginx": (
        {"Dockerfile": "FROM docker.io/library/x AS a\nFROM nginx:1.29-alpine\nCOPY --from=a /x /y"},
        ("web", 80, "/"),
    ),
    "django": (
        {
            "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\ndjango = "^5"',
            "shop/wsgi.py": "",
            "shop/urls.py": 'urlpatterns = [path("", home), path("health/", health)]',
            "Dockerfile": "FROM x\nCMD gunicorn -b 0.0.0.0:8000 shop.wsgi",
        },
        ("web", 8000, "/health/"),
    ),
}


@pytest.mark.parametrize(("files", "expected"), APPS.values(), ids=APPS)
def test_the_file_of_an_app(files: Mapping[str, str], expected: tuple[str, int, str], tmp_path: Path) -> None:
    """It is accepted and can be rendered, and framework, port and health path are those of the app."""
    found = drafted(look(tmp_path, files))
    framework, network = found.settings.app.framework, found.settings.network
    assert (framework, network.container_port, network.app_paths.health) == expected
    assert render(found.settings).templates
    assert len(found.text.splitlines()) < 35


def test_the_file_of_a_usual_app_is_short(tmp_path: Path) -> None:
    """It has only what differs from the defaults, with the reason of each."""
    files = {
        **FASTAPI,
        "Dockerfile": 'FROM python:3.13\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]',
    }
    assert drafted(look(tmp_path / "shop", files)).text == textwrap.dedent("""\
        #:schema ./environment.schema.json
        # What is left out has a default, which the schema beside this file names.
        project = "shop"
        environment = "prod"

        [aws]
        region = "eu-west-1"

        [app]
        framework = "web" # Dockerfile:2 starts uvicorn

        [network]
        container_port = 8000 # Dockerfile:2 starts uvicorn there
        health_check_path = "/healthz" # main.py:4 serves it

        [ecs]
        cpu = 512 # CPU units; to begin with
        memory = 1024 # MiB

        [autoscaling]
        min_capacity = 2 # one may fail; up to 4 by load
        """)


def test_a_server_that_listens_on_loopback_is_opened_or_named(tmp_path: Path) -> None:
    """By its own variable where it has one; otherwise who deploys is told before the health check fails."""
    opened = look(tmp_path / "a", {**FASTAPI, "Dockerfile": "FROM x\nCMD uvicorn main:app"})
    assert drafted(opened).settings.ecs.environment == {"UVICORN_HOST": "0.0.0.0"}
    assert opened.notes == ()
    named = look(tmp_path / "b", {"Dockerfile": "FROM x\nCMD gunicorn -b 127.0.0.1:8000 a:b"})
    assert "Dockerfile:2: gunicorn listens on 127.0.0.1, where the load balancer cannot reach it" in named.notes[0]
    assert drafted(named).settings.ecs.environment == {}


def test_a_session_in_memory_keeps_a_browser_on_its_task(tmp_path: Path) -> None:
    """For frameworks that hold sessions; another app is balanced freely."""
    assert drafted(look(tmp_path / "a", {"requirements.txt": "gradio"})).settings.network.sticky_sessions
    assert not drafted(look(tmp_path / "b", FASTAPI)).settings.network.sticky_sessions


def test_streamlits_own_options_are_remarked(tmp_path: Path) -> None:
    """Those that are overridden, that open a hole, or that the load balancer cannot speak."""
    config = """\
        [server]
        port = 80
        enableXsrfProtection = false
        cookieSecret = "x"
        sslCertFile = "cert.pem"
        maxUploadSize = 1000
        """
    notes = "\n".join(look(tmp_path, {"requirements.txt": "streamlit", ".streamlit/config.toml": config}).notes)
    for words in ("server.port: in a task", "enableXsrfProtection", "cookieSecret", "sslCertFile", "1000 MB"):
        assert words in notes
    assert '"x"' not in notes


def test_two_frameworks_are_one_where_the_command_says_it(tmp_path: Path) -> None:
    """The command decides; without one, nothing is guessed."""
    both = {"requirements.txt": "fastapi\nstreamlit\n"}
    undecided = look(tmp_path, both)
    assert undecided.framework is None
    assert set(undecided.frameworks) == set(PROFILES)
    decided = look(tmp_path, {**both, "Dockerfile": "FROM x\nCMD uvicorn a:b"})
    assert decided.framework is not None
    assert decided.framework.value == "web"


COMPOSE = """\
    services:
      db: {image: postgres}
      site:
        build: .
        command: streamlit run a.py --server.port 85
        ports: ["127.0.0.1:80:85"]
    """


@pytest.mark.parametrize(
    ("files", "variable", "port"),
    [
        ({"Procfile": "web: streamlit run a.py --server.port $PORT", "requirements.txt": "streamlit"}, "PORT", 8501),
        ({"Dockerfile": "FROM x\nCMD streamlit run a.py --server.port=${APP_PORT:-9000}"}, "APP_PORT", 8501),
        ({"Dockerfile": "FROM x\nCMD uvicorn --host 0.0.0.0 --port ${APP_PORT:-9000} a:b"}, "APP_PORT", 8080),
        ({"Dockerfile": "FROM x\nCMD uvicorn --host 0.0.0.0 --port $PORT a:b"}, "PORT", 8080),
        ({"Dockerfile": "FROM x\nENV PORT=9000\nCMD streamlit run a.py --server.port $PORT"}, "", 9000),
    ],
)
def test_the_variable_that_a_command_follows_has_the_port(
    files: Mapping[str, str], variable: str, port: int, tmp_path: Path
) -> None:
    """Whatever it is called, and also in the command of a Streamlit app, which has no such variable otherwise."""
    found = drafted(look(tmp_path, files)).settings
    assert (found.ecs.port_variable, found.network.container_port) == (variable, port)
    assert (variable or "STREAMLIT_SERVER_PORT") in str(render(found).templates)


def test_a_command_beside_the_image_is_the_tasks(tmp_path: Path) -> None:
    """An image without a command, as platforms and Compose let be, would end at once on ECS."""
    found = drafted(look(tmp_path / "a", {"Dockerfile": "FROM python", "compose.yaml": COMPOSE})).settings
    assert (found.app.framework, found.network.container_port) == ("streamlit", 85)
    assert found.ecs.command == ("streamlit", "run", "a.py", "--server.port", "85")
    line = "web: gunicorn -b :$PORT a:b"
    procfile = drafted(look(tmp_path / "b", {"Dockerfile": "FROM python", "Procfile": line})).settings
    assert procfile.ecs.command == ("/bin/sh", "-c", "gunicorn -b :$PORT a:b")
    assert drafted(look(tmp_path / "c", {"Procfile": line})).settings.ecs.command == ()


def test_a_port_that_compose_publishes(tmp_path: Path) -> None:
    """Where nothing else says it; what cannot be read there says nothing."""
    other = {"Dockerfile": "FROM x\nCMD ./a"}
    long = "services: {a: {build: ., ports: [{target: 86, published: '80'}], command: 'a \"'}}"
    assert drafted(look(tmp_path / "a", {**other, "compose.yml": long})).settings.network.container_port == 86
    for number, text in enumerate(
        ("services: [", "[1]", "services: {a: {build: .}, b: {build: .}}", "services: {a: 1}")
    ):
        app = look(tmp_path / str(number), {**other, "docker-compose.yml": text})
        assert app.port is None


def test_what_is_guessed_is_named(tmp_path: Path) -> None:
    """The first of several ports, and the path of the health check; a default is not written."""
    found = drafted(look(tmp_path, {"Dockerfile": "FROM x\nEXPOSE 8080 9090/tcp\nCMD ./a", "Pipfile": "packages = 1"}))
    assert "container_port" not in found.text
    assert "Dockerfile exposes 9090, too: --port says on which one browsers are answered" in found.notes
    assert any("nothing says which path answers" in note for note in found.notes)


def test_an_empty_folder_says_nothing(tmp_path: Path) -> None:
    """Nothing is found but a name, and no error is raised."""
    app = look(tmp_path / "My App 2!", {"README.md": ""})
    assert (app.framework, app.port, app.health_path, app.project.value) == (None, None, None, "my-app-2")


def test_an_app_is_as_large_as_its_packages_need(tmp_path: Path) -> None:
    """The largest counts, also from an included file."""
    app = look(
        tmp_path, {"requirements.txt": "-r requirements/ml.txt\nfastapi\n", "requirements/ml.txt": "pandas\nTorch==2\n"}
    )
    assert app.size.value == (2048, 8192)
    assert "requirements/ml.txt:2 has Torch" in app.size.why


def test_environments_that_may_fail_are_smaller(tmp_path: Path) -> None:
    """One task there, two in production."""
    app = look(tmp_path, FASTAPI)
    small, large = drafted(app, "staging").settings, drafted(app).settings
    assert (small.ecs.desired_count, small.autoscaling.min_capacity, small.autoscaling.max_capacity) == (1, 1, 2)
    assert (large.ecs.desired_count, large.autoscaling.min_capacity, large.autoscaling.max_capacity) == (2, 2, 4)


@pytest.mark.parametrize(
    ("name", "content"),
    [("pyproject.toml", b"[x"), ("package.json", b"{"), ("Dockerfile", b"\xff"), ("copilot/a/manifest.yml", b"a: [")],
)
def test_a_malformed_file_is_named(name: str, content: bytes, tmp_path: Path) -> None:
    """With its path, instead of an app that it does not describe."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError) as raised:
        look(tmp_path, {})
    assert name in str(raised.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Preto 2", "preto-2"),
        ("2-fast", "fast"),
        ("--", ""),
        ("Ünïcode_app", "unicode-app"),
        ("日本", ""),
        ("a" * 40, "a" * 17),
    ],
)
def test_a_name_of_a_project_is_made_of_any_text(text: str, name: str) -> None:
    """What the setting `project` allows of a text."""
    assert name_of(text) == name
