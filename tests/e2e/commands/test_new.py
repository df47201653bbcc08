"""`new`: from the folder of an app to its environment file, without a word too many."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from stacks.new.writing import write_new
from tests.support.commands import Project, ended

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {}
"""
NOWHERE = {"AWS_CONFIG_FILE": os.devnull}


@pytest.fixture
def app(tmp_path: Path) -> Project:
    """Give the folder of a FastAPI app, and nothing else."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.py").write_text(MAIN, encoding="utf-8")
    (folder / "requirements.txt").write_text("fastapi\nuvicorn\n", encoding="utf-8")
    return Project(folder, NOWHERE)


def files(project: Project) -> dict[str, str]:
    """Return all files but git's, with their texts."""
    return {
        path.relative_to(project.folder).as_posix(): path.read_text("utf-8")
        for path in sorted(project.folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


def test_a_new_environment_with_all_that_goes_with_it(app: Project) -> None:
    """With the Dockerfile and the pipeline that were asked for, and all that it says is a screen."""
    subprocess.run(["git", "init", "-q"], cwd=app.folder, check=True)
    subprocess.run(["git", "remote", "add", "origin", "git@github.com:octo-org/shop.git"], cwd=app.folder, check=True)
    words = ("new", "prod", "--yes", "--region", "eu-west-1", "--dockerfile", "--pipeline", "github")
    said = app.succeed(*words)
    assert len(said.splitlines()) <= 24
    for line in ("main.py:6 serves it", "wrote environments/prod.toml", "python build.py build prod"):
        assert line in said
    found = files(app)
    assert "CMD [" in found["Dockerfile"]
    assert 'github_repository = "octo-org/shop"' in found["environments/prod.toml"]
    workflow = YAML(typ="safe").load(found[".github/workflows/deploy-prod.yml"])
    assert workflow["name"] == "deploy-prod"
    assert "preto-2-stacks @ git+" in workflow["env"]["STACKS"]
    assert json.loads(found["environments/environment.schema.json"])["title"] == "Settings of an environment"


def test_nothing_is_ever_overwritten(app: Project) -> None:
    """A file that is there stays as it is: the environment's is an error before any question, others are told."""
    app.succeed("new", "prod", "--yes", "--region", "eu-west-1")
    before = files(app)
    error = app.fail("new", "prod", "--yes", "--region", "us-east-1")
    assert "environments/prod.toml: it is there already, and nothing was changed" in error
    assert files(app) == before
    (app.folder / ".gitlab-ci.yml").symlink_to("nowhere")
    (app.folder / "Dockerfile").write_text("FROM x\n", encoding="utf-8")
    words = ("new", "staging", "--yes", "--region", "eu-west-1", "--dockerfile", "--pipeline", "gitlab", "--json")
    found = json.loads(app.succeed(*words))
    assert found["written"] == ["environments/staging.toml"]
    assert found["kept"] == ["environments/environment.schema.json", ".gitlab-ci.yml", "Dockerfile"]
    assert (app.folder / ".gitlab-ci.yml").is_symlink()
    assert files(app)["Dockerfile"] == "FROM x\n"
    assert found["decided"]["project"] == {"value": "shop", "why": "as in environments/prod.toml"}


def test_where_one_file_cannot_be_written_none_is(app: Project) -> None:
    """The same command can be repeated as soon as there is room for it."""
    (app.folder / ".github").write_text("no folder", encoding="utf-8")
    before = files(app)
    error = app.fail("new", "prod", "--yes", "--region", "eu-west-1", "--pipeline", "github")
    assert ".github/workflows/deploy-prod.yml: it could not be written: Not a directory" in error
    assert files(app) == before


def test_of_two_at_the_same_time_one_writes(tmp_path: Path) -> None:
    """A file is there whole, and never in the place of another one."""
    path = tmp_path / "new" / "prod.toml"
    texts = [f"{number}\n" * 1000 for number in range(8)]
    written: list[str] = []
    start = threading.Barrier(len(texts))

    def write(text: str) -> None:
        start.wait()
        if write_new(path, text):
            written.append(text)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written == [path.read_text("utf-8")]
    assert [it.name for it in path.parent.iterdir()] == ["prod.toml"]


def test_without_a_terminal_nothing_waits_for_an_answer(app: Project) -> None:
    """What nobody has said is an error that names the option."""
    assert "Pass --region" in app.fail("new", "prod")
    for option in ("--region", "--account-id"):  # of a variable that is not set: no default may stand in for it
        assert f"{option}: it is empty" in app.fail("new", "prod", "--yes", option, "")
    (app.folder / "requirements.txt").write_text("fastapi\nstreamlit\n", encoding="utf-8")
    error = app.run("new", "prod", "--region", "eu-west-1", "--json")
    assert json.loads(error.stdout)["error"]["next"] == "Pass --framework streamlit, or --framework web."
    assert app.fail("new", "Prod", "--yes")
    assert "--domain" in app.fail("new", "prod", "--certificate", "arn:aws:acm:eu-west-1:123456789012:certificate/x")
    refused = app.fail("new", "prod", "--region", "nowhere", "--framework", "web")
    assert 'aws.region = "nowhere": must be a region in quotes' in refused
    assert not (app.folder / "environments").exists()


def test_on_a_terminal_a_few_questions_have_what_was_found(app: Project) -> None:
    """Enter takes what was found, another answer wins, and one that is none is asked for again."""
    with app.on_terminal("new", "prod", env={"AWS_REGION": "eu-north-1"}) as terminal:
        for question, answer in (
            ("no Dockerfile. Write one", "no"),
            ("Name of the app", "store"),
            ("eu-north-1", ""),
            ("Framework", ""),
            ("Port on which it listens", "x"),
            ("'x' cannot be used", ""),
            ("listens", "9000"),
            ("health.*main.py:6 serves it.*/health", ""),
            ("CPU units and MiB", "256 512"),
            ("Domain name", "shop.example.com"),
            ("Hosted zone", "Z0123456789ABCDEFGHIJ"),
        ):
            terminal.expect(question)
            if question != "'x' cannot be used":
                terminal.sendline(answer)
        assert ended(terminal) == 0
    text = files(app)["environments/prod.toml"]
    for line in (
        'project = "store"',
        'region = "eu-north-1"',
        "container_port = 9000\n",
        'path = "/health" #',
        "cpu = 256",
        'hosted_zone_id = "Z0123456789ABCDEFGHIJ"',
    ):
        assert line in text
