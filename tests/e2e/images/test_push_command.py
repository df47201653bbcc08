"""`push`, with a stand-in for the engine's program: what it is asked, and what is in the repository then."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import Project, project
from tests.support.engines import Engines, committed, engines, git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

NAME = "preto-2-prod"


@pytest.fixture
def docker(tmp_path: Path) -> Engines:
    """Give stand-ins for docker with buildx, and for podman."""
    return engines(tmp_path / "engines", "docker", "podman")


@pytest.fixture
def here(tmp_path: Path, account: Account, docker: Engines) -> Project:
    """Give an app in a git repository, and the repository for its image."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    account.client("ecr").create_repository(repositoryName=NAME, imageTagMutability="IMMUTABLE")
    return project(folder, {**account.env, **docker.env})


def uri(account: Account) -> str:
    """Return the repository's address."""
    return f"{account.account_id}.dkr.ecr.ap-northeast-2.amazonaws.com/{NAME}"


def images(account: Account) -> list[Any]:
    """Return what is in the repository."""
    found: list[Any] = account.client("ecr").describe_images(repositoryName=NAME)["imageDetails"]
    return found


def test_the_commits_image_is_built_for_the_tasks_and_pushed_once(
    here: Project, account: Account, docker: Engines
) -> None:
    """The tag is the commit's, the platform the tasks', and the password is nowhere but on the engine's stdin."""
    commit = committed(here.folder)
    done = here.run("push", "prod", "--var", "ecs_architecture=ARM64", "--var", 'push_build_args={ "COLOUR" = "blue" }')
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{commit[:12]}\n"
    assert f"Deploy it: python build.py deploy prod --image {commit[:12]}" in done.stderr
    assert "load build definition" in done.stderr

    build = docker.asked("build")["words"]
    assert build[:4] == ["buildx", "build", "--load", "--provenance=false"]
    assert build[build.index("--platform") + 1] == "linux/arm64"
    assert build[build.index("--build-arg") + 1] == "COLOUR=blue"
    assert build[-1] == "."

    given = docker.asked("login")
    password = given["stdin"]
    assert given["words"][:4] == ["login", "--username", "AWS", "--password-stdin"]
    assert len(password) > 50
    assert not any(password in json.dumps([it["words"], it["environment"]]) for it in docker.calls)
    assert password not in done.stdout + done.stderr

    (image,) = images(account)
    assert image["imageTags"] == [commit[:12]]

    docker.behave(build={"code": 1, "says": "it was to be built once"})
    again = json.loads(here.succeed("push", "prod", "--json", "--var", "ecs_architecture=ARM64"))
    assert again == {
        "environment": "prod",
        "image": f"{uri(account)}:{commit[:12]}",
        "tag": commit[:12],
        "digest": image["imageDigest"],
        "repository": uri(account),
        "engine": None,
    }
    assert not docker.calls

    other = here.fail("push", "prod")
    assert "has an image with it already, and it is for arm64, and the tasks run on X86_64" in other
    git(here.folder, "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--allow-empty", "--quiet", "-m", "next")
    assert f"it is of commit {commit}" in here.fail(
        "push", "prod", "--tag", commit[:12], "--var", "ecs_architecture=ARM64"
    )


def test_changes_that_are_in_no_commit_need_a_tag_of_their_own(
    here: Project, account: Account, docker: Engines
) -> None:
    """Untracked files, too; with --tag they are pushed, and the image claims no commit."""
    committed(here.folder)
    (here.folder / "secret notes").write_text("x")
    refused = here.fail("push", "prod")
    assert "1 file of the image differs from the commit: secret notes" in refused
    assert not docker.calls
    done = json.loads(here.succeed("push", "prod", "--tag", "try-1", "--json"))
    assert (done["tag"], done["engine"]) == ("try-1", "buildx")
    assert "--label" not in docker.asked("build")["words"]
    assert "does not say of which commit it is" in here.fail("push", "prod", "--tag", "try-1")
    account.client("ecr").put_image_tag_mutability(repositoryName=NAME, imageTagMutability="MUTABLE")
    assert json.loads(here.succeed("push", "prod", "--tag", "try-1", "--json"))["engine"] == "buildx"
    docker.behave(buildx=False)
    assert json.loads(here.succeed("push", "prod", "--tag", "try-2", "--json"))["engine"] == "docker"
    assert docker.asked("build")["words"][:2] == ["build", "--platform"]
    docker.behave()
    assert (
        json.loads(here.succeed("push", "prod", "--tag", "try-3", "--json", "--engine", "podman"))["engine"] == "podman"
    )
    assert {it["name"] for it in docker.calls} == {"podman"}
    assert "--tls-verify=false" in docker.asked("push")["words"]


FAILURES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the login is refused": (
        {"login": {"code": 1, "says": "Error response from daemon: Get https://x/v2/: EOF"}},
        ["login to 127.0.0.1:", "buildx refuses it (exit code 1)"],
    ),
    "the build fails": (
        {"build": {"code": 1, "says": "ERROR: failed to solve: process did not complete\n"}},
        ["build: buildx has failed (exit code 1): ERROR: failed to solve"],
    ),
    "the push is denied": (
        {"push": {"code": 1, "says": "denied: User: x is not authorized to perform: ecr:PutImage on resource: y"}},
        ["push: buildx has failed", "permissions prod --for push --missing"],
    ),
    "the engine is killed": ({"build": {"code": 0, "says": "", "signal": signal.SIGKILL}}, ["killed by SIGKILL"]),
}


def test_a_failure_says_why_and_what_to_do(here: Project, account: Account, docker: Engines) -> None:
    """In the engine's own words, with exit code 1, and nothing is in the repository."""
    for behaviour, words in FAILURES.values():
        docker.behave(**behaviour)
        said = here.fail("push", "prod", "--tag", "v1")
        assert not [it for it in words if it not in said], said
    docker.behave()
    (docker.folder / "config.json").write_text(json.dumps({"credsStore": "ecr-login"}))
    assert "denied: Not Authorized" in here.fail("push", "prod", "--tag", "v1")  # nobody has logged in
    assert not [it for it in docker.calls if "login" in it["words"]]
    assert not images(account)


def test_where_nothing_can_be_pushed_the_engine_is_not_asked(here: Project, account: Account, docker: Engines) -> None:
    """No repository yet, another registry, a tag that is none, no Dockerfile, no git: each with what to do."""
    assert "deploy prod --image ''` creates it" in here.fail(
        "push", "prod", "--tag", "v1", "--var", 'ecr_repository_name="none"'
    )
    other = here.fail("push", "prod", "--tag", "v1", "--var", 'ecs_image="ghcr.io/team/app"')
    assert "[ecs] image is in ghcr.io" in other
    assert "docker push ghcr.io/team/app:TAG" in other
    assert "tag 'a b': a tag has 1 to 128" in here.fail("push", "prod", "--tag", "a b")
    assert "no such file" in here.fail("push", "prod", "--tag", "v1", "--var", 'push_context="src"')
    assert "is in no git repository" in here.fail("push", "prod")
    git(here.folder, "init", "--quiet")
    assert "no commit yet" in here.fail("push", "prod")
    assert not docker.calls


def test_ctrl_c_ends_the_engine_too(here: Project, docker: Engines) -> None:
    """The exit code is 130, and no build goes on behind it."""
    docker.behave(waits=["build"])
    with here.start("push", "prod", "--tag", "v1") as started:
        started.hear("Building")
        while not (docker.folder / "waiting").exists():
            time.sleep(0.02)
        started.process.send_signal(signal.SIGINT)
        code, _ = started.end()
    assert code == 130
    assert (docker.folder / "interrupted").exists()
