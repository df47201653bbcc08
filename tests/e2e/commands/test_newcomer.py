"""The newcomer's walk: an app that is not Preto-2, from a folder with its files to its tenth command, as it is typed.

The container engine is a stand-in (tests/support/stand_in_engine.py), which pushes an empty image by the registry's
protocol; everything else is the command line and the embedded AWS. docs/start/your-own-app.md has the same commands.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import CLEAN, LINTED, Project
from tests.support.engines import committed, engines, git

if TYPE_CHECKING:
    from tests.support.accounts import Account
    from tests.support.engines import Engines

APP = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
"""
REPOSITORY = "orders-prod"


@pytest.fixture
def docker(tmp_path: Path) -> Engines:
    """Give a stand-in for docker, and nothing else but git on PATH."""
    return engines(tmp_path / "engines", "docker")


@pytest.fixture
def here(tmp_path: Path, account: Account, docker: Engines) -> Project:
    """Give a folder with the files of an app."""
    folder = tmp_path / "orders"
    (folder / ".cache").mkdir(parents=True)
    if linted := os.environ.get(LINTED):
        (folder / ".cache" / "lint").symlink_to(linted)
    (folder / "main.py").write_text(APP, encoding="utf-8")
    (folder / "requirements.txt").write_text("fastapi\nuvicorn\n", encoding="utf-8")
    (folder / ".gitignore").write_text("out/\n.cache/\n.sandbox/\n", encoding="utf-8")
    return Project(folder, {**account.env, **docker.env})


def commit(folder: Path, message: str) -> str:
    """Commit everything, and return the tag that the commit's image has."""
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")[:12]


def running(here: Project) -> str:
    """Return the tag of the image that `status` says is deployed."""
    found: str = json.loads(here.succeed("status", "prod", "--json"))["image"]["tag"]
    return found


def test_from_an_empty_folder_to_the_second_deployment_and_back(here: Project, docker: Engines) -> None:
    """Each command works where the one before has ended, and nothing of Streamlit is deployed."""
    said = here.succeed("new", "prod", "--yes", "--region", "ap-northeast-2", "--dockerfile")
    assert "python build.py bootstrap prod" in said
    assert "lint passed" in here.succeed("build")
    written = "".join(it.read_text(encoding="utf-8") for it in (here.folder / "out" / "prod").iterdir())
    assert '"/health"' in written
    assert "streamlit" not in written.lower()
    here.succeed("bootstrap", "prod", "--yes")

    first = committed(here.folder)[:12]
    assert "ecr_repository_url" in here.succeed("deploy", "prod", "--yes")
    assert here.succeed("push", "prod") == f"{first}\n"
    assert docker.asked("build")["words"][-1] == "."
    here.succeed("deploy", "prod", "--yes", "--image", first)
    outputs = json.loads(here.succeed("outputs", "prod", "--json"))
    assert outputs["app_url"].startswith("http://orders-prod-")
    assert running(here) == first

    ran = here.run("run", "prod", "--", "python", "migrate.py")
    assert (ran.returncode, "exit code 0" in ran.stderr) == (0, True)
    assert "python migrate.py" in here.succeed("logs", "prod", "--since", "1h")

    (here.folder / "main.py").write_text(f"{APP}# second\n", encoding="utf-8")
    second = commit(here.folder, "second")
    here.succeed("deploy", "prod", "--yes", "--build")
    assert running(here) == second
    history = json.loads(here.succeed("history", "prod", "--json"))["deployments"]
    assert [(it["result"], (it["image"] or {}).get("tag")) for it in history] == [
        ("succeeded", second),
        ("succeeded", first),
        ("succeeded", None),
    ]
    here.succeed("rollback", "prod", "--yes")
    assert running(here) == first

    cost = json.loads(here.succeed("cost", "prod", "--json"))
    assert float(cost["total"]["expected"]) > 0
    here.succeed("destroy", "prod", "--yes")


@pytest.mark.skipif(find_spec("uvicorn") is None, reason="uvicorn is not installed: make streamlit")
def test_what_the_written_dockerfile_starts_is_healthy(here: Project) -> None:
    """On a real server: it listens where PORT says, and answers the path of the health check that was found."""
    here.succeed("new", "prod", "--yes", "--region", "ap-northeast-2", "--dockerfile")
    *_, command = (here.folder / "Dockerfile").read_text(encoding="utf-8").splitlines()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with subprocess.Popen(
        json.loads(command.removeprefix("CMD ")),
        cwd=here.folder,
        env={**CLEAN, "PATH": path, "PORT": str(port)},
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert answer(port, "/health") == 200
            assert answer(port, "/") == 404, "the default path would never be healthy"
        finally:
            server.terminate()


def answer(port: int, path: str) -> int:
    """Ask a server that may still be starting, and return the code of its answer."""
    for _ in range(200):
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            server.request("GET", path)
            return server.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.05)
        finally:
            server.close()
    pytest.fail("the server has not started")
