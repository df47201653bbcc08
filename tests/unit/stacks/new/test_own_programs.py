"""What an app's own scripts and programs start: as their files say, which are never run."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from stacks.new.own_programs import started
from stacks.new.sources import Sources
from tests.unit.stacks.new.test_app import drafted, look

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ENTRY = '#!/bin/sh\nset -e\n# gunicorn -b :1\npython manage.py migrate\nexec "$@"\n'
PROGRAMS: dict[str, tuple[str, Mapping[str, str], tuple[str, int | None, str]]] = {
    "a script": (
        "/app/start.sh",
        {"start.sh": "cd x\nexec gunicorn \\\n  --bind 0.0.0.0:81 a:b\n"},
        ("gunicorn", 81, ""),
    ),
    "a script of a shell": (
        "bash ./bin/run.sh",
        {"bin/run.sh": "uvicorn a:b --port ${PORT:-80}"},
        ("uvicorn", None, "PORT"),
    ),
    "an entry point that starts its words": (
        "./entry.sh uvicorn a:b --port 82",
        {"entry.sh": ENTRY},
        ("uvicorn", 82, ""),
    ),
    "a script that starts a script": (
        "./a.sh",
        {"a.sh": "./b.sh", "b.sh": "hypercorn -b :83 a:b"},
        ("hypercorn", 83, ""),
    ),
    "uvicorn in Python": (
        "python main.py",
        {"main.py": "import uvicorn\nuvicorn.run('main:app', host='0.0.0.0', port=84)"},
        ("uvicorn", 84, ""),
    ),
    "a variable in Python": (
        "python -u /srv/app.py",
        {"app.py": "from flask import Flask\nimport os\nFlask('a').run(port=int(os.environ.get('PORT', 5000)))"},
        ("Flask", None, "PORT"),
    ),
    "a module": (
        "python -m shop",
        {"shop/__main__.py": "from aiohttp import web\nweb.run_app(web.Application())"},
        ("aiohttp", None, ""),
    ),
    "gradio": (
        "python app.py",
        {"app.py": "import gradio as gr\ngr.Blocks().launch(server_port=85)"},
        ("Gradio", 85, ""),
    ),
    "gunicorn's file": ("gunicorn a:b", {"gunicorn.conf.py": 'workers = 2\nbind = "0.0.0.0:86"'}, ("gunicorn", 86, "")),
    "gunicorn's file with PORT": (
        "gunicorn a:b",
        {"gunicorn.conf.py": "import os\nbind = f\"0.0.0.0:{os.environ['PORT']}\""},
        ("gunicorn", None, "PORT"),
    ),
    "node": ("node src/s.js", {"src/s.js": "const port = 87;\napp.listen(port, () => {})"}, ("Node's server", 87, "")),
    "node with PORT": ("node s", {"s.js": "app.listen(process.env.PORT || 3000)"}, ("Node's server", None, "PORT")),
    "npm": ("npm start", {"package.json": '{"scripts": {"start": "next start -p 88"}}'}, ("next", 88, "")),
    "npm with arguments": (
        "npm run serve -- --port 89",
        {"package.json": '{"scripts": {"serve": "next start"}}'},
        ("next", 89, ""),
    ),
    "yarn": (
        "yarn web",
        {"package.json": '{"scripts": {"web": "node s"}}', "s.js": "x.listen(90)"},
        ("Node's server", 90, ""),
    ),
    "an entry point of the base image": ("/docker-entrypoint.sh uvicorn a:b --port 91", {}, ("uvicorn", 91, "")),
}


def written(folder: Path, files: Mapping[str, str]) -> Sources:
    """Return the sources of a folder with these files."""
    look(folder, files)
    return Sources(folder)


@pytest.mark.parametrize(("line", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_the_port_of_an_own_program_is_found_in_its_source(
    line: str, files: Mapping[str, str], expected: tuple[str, int | None, str], tmp_path: Path
) -> None:
    """Scripts with their arguments, calls of servers' functions, and configuration that a server reads by itself."""
    found = started(shlex.split(line), {}, written(tmp_path, files))
    assert found is not None
    assert (found.name, found.port, found.follows) == expected


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("./a.sh", {"a.sh": "./a.sh"}),
        ("python app.py", {"app.py": "import flask\napp.run(port=choose())"}),
        ("python app.py", {"app.py": "def ("}),
        ("python ../x.py", {}),
        ("node s.js", {"s.js": "app.listen(choose())"}),
        ("sh", {}),
        ("npm start", {"package.json": '{"scripts": {"start": "npm start"}}'}),
        ("npm", {}),
        ("/entrypoint.sh", {}),
    ],
)
def test_what_says_nothing_is_not_guessed(line: str, files: Mapping[str, str], tmp_path: Path) -> None:
    """Also a script that starts itself, and a file that is no Python."""
    assert started(shlex.split(line), {}, written(tmp_path, files)) is None


def test_variables_of_the_image_configure_what_it_starts(tmp_path: Path) -> None:
    """Gunicorn takes options, Gradio address and port."""
    sources = written(tmp_path, {"app.py": "import gradio\ngradio.Blocks().launch()"})
    gunicorn = started(["gunicorn", "a:b"], {"GUNICORN_CMD_ARGS": "--bind=0.0.0.0:92 --workers 2"}, sources)
    assert gunicorn is not None
    assert (gunicorn.port, gunicorn.host) == (92, "0.0.0.0")
    overridden = started(["gunicorn", "-b", ":93", "a:b"], {"GUNICORN_CMD_ARGS": "-b :92"}, sources)
    assert overridden is not None
    assert overridden.port == 93
    variables = {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "94"}
    gradio = started(["python", "app.py"], variables, sources)
    assert gradio is not None
    assert (gradio.port, gradio.is_unreachable) == (94, False)


def test_flask_on_loopback_is_named(tmp_path: Path) -> None:
    """`app.run()` without a host is reached by nobody but its own container."""
    files = {
        "Dockerfile": "FROM x\nCMD python app.py",
        "app.py": "from flask import Flask\napp = Flask('a')\napp.run()",
    }
    app = look(tmp_path, files)
    assert drafted(app).settings.network.container_port == 5000
    assert "Dockerfile:2: Flask listens on 127.0.0.1" in app.notes[0]


def test_a_variable_that_nothing_fills_in_is_named(tmp_path: Path) -> None:
    """The exec form has no shell, so that a server would get the text `$PORT`."""
    app = look(tmp_path, {"Dockerfile": 'FROM x\nCMD ["uvicorn", "a:b", "--host", "0.0.0.0", "--port", "$PORT"]'})
    assert 'Dockerfile:2: nothing fills in $PORT without a shell: ["sh", "-c", "exec ..."]' in app.notes


def test_a_port_that_the_image_sets_is_kept(tmp_path: Path) -> None:
    """Whether the app reads PORT or not, it then listens where the load balancer asks."""
    app = look(tmp_path, {"Dockerfile": 'FROM node\nENV PORT=3000\nCMD ["node", "server.js"]'})
    assert drafted(app).settings.network.container_port == 3000


def test_a_dockerfile_elsewhere_is_what_is_pushed(tmp_path: Path) -> None:
    """In a folder of its own, or by Podman's name; its clues name it."""
    app = look(tmp_path, {"docker/Dockerfile": "FROM x\nEXPOSE 88\nCMD ./a", "requirements.txt": "fastapi"})
    found = drafted(app)
    assert (found.settings.push.dockerfile, found.settings.network.container_port) == ("docker/Dockerfile", 88)
    assert "# docker/Dockerfile:2 exposes it" in found.text


def test_requirements_of_powershell_are_read(tmp_path: Path) -> None:
    """`pip freeze > requirements.txt` writes UTF-16 there."""
    (tmp_path / "requirements.txt").write_bytes("fastapi\r\ngradio\r\n".encode("utf-16"))
    assert drafted(look(tmp_path, {})).settings.network.container_port == 7860


def test_copilots_build_says_where_the_app_is(tmp_path: Path) -> None:
    """Dockerfile and source code are looked for in the context of the image, not in the workspace."""
    manifest = "name: api\ntype: Load Balanced Web Service\nimage: {build: services/api/Dockerfile}\n"
    app = look(
        tmp_path,
        {
            "copilot/.workspace": "application: shop",
            "copilot/api/manifest.yml": manifest,
            "services/api/Dockerfile": "FROM x\nCMD uvicorn main:app --host 0.0.0.0 --port 89",
            "services/api/main.py": 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/livez")\ndef f(): ...\n',
            "Dockerfile": "FROM other\nEXPOSE 1",
        },
    )
    found = drafted(app).settings
    assert (found.network.container_port, found.network.health_check_path) == (89, "/livez")
    assert (found.push.context, found.push.dockerfile) == ("services/api", "Dockerfile")
