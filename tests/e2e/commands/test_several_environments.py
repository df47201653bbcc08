"""`deploy ENV ENV`, with and without `--build`, on the command line: one image through all, to the first failure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from tests.support.commands import Project, project
from tests.support.engines import Engines, committed, engines

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

SMALL = ("--var", "ecs_cpu=256", "--var", "ecs_memory=512", "--var", "autoscaling_max_capacity=2")


@pytest.fixture
def docker(tmp_path: Path) -> Engines:
    """Give a stand-in for docker with buildx."""
    return engines(tmp_path / "engines", "docker")


@pytest.fixture
def here(tmp_path: Path, account: Account, docker: Engines) -> Project:
    """Give an app with two environments, of which nothing is deployed yet."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    found = project(folder, {**account.env, **docker.env})
    prod = (folder / "environments" / "prod.toml").read_text()
    (folder / "environments" / "dev.toml").write_text(prod.replace('"prod"', '"dev"'))
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


def digests(account: Account) -> dict[str, dict[str, str]]:
    """Return the images of each environment by their tags."""
    ecr = account.client("ecr")
    return {
        name: {
            tag: image["imageDigest"]
            for image in ecr.describe_images(repositoryName=f"preto-2-{name}")["imageDetails"]
            for tag in image.get("imageTags", [])
        }
        for name in ("dev", "prod")
    }


def deployed(here: Project, name: str) -> str:
    """Return the tag of the image that is deployed."""
    status = json.loads(here.succeed("status", name, "--json"))
    return str(status["image"]["tag"])


def test_one_image_goes_through_all_environments_to_the_first_that_fails(
    here: Project, account: Account, docker: Engines
) -> None:
    """From nothing: built once, pushed to the first, copied to the second; then a failure stops before the second."""
    commit = committed(here.folder)[:12]
    first: dict[str, Any] = json.loads(here.succeed("deploy", "dev", "prod", "--build", "--yes", "--json", *SMALL))
    assert (first["image"], first["succeeded"], first["not_begun"], first["error"]) == (commit, True, [], None)
    assert [it["environment"] for it in first["deployments"]] == ["dev", "prod"]
    assert all("ecs_service_name" in it["outputs"] for it in first["deployments"])
    assert len([it for it in docker.calls if "push" in it["words"]]) == 1
    found = digests(account)
    assert found["dev"] == found["prod"]
    assert [*found["dev"]] == [commit]

    place_image(account.address, "preto-2-dev", "v2")
    place_image(account.address, "preto-2-dev", "crashes", exit_code=1)
    failed = here.run("deploy", "dev", "prod", "--image", "crashes", "--yes", *SMALL)
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-2].startswith("dev   failed after")
    assert failed.stdout.splitlines()[-1] == "prod  not begun"
    assert "crashes" not in digests(account)["prod"]

    absent = here.run("deploy", "dev", "prod", "--image", "v9", "--yes", "--json", *SMALL)
    assert absent.returncode == 1
    refusal = json.loads(absent.stdout)
    assert (refusal["error"]["environment"], refusal["not_begun"]) == ("dev", ["prod"])
    assert "image v9" in absent.stderr

    here.succeed("deploy", "dev", "--image", "v2", "--yes", *SMALL)
    assert deployed(here, "prod") == commit
    promoted = here.succeed("deploy", "dev", "prod", *SMALL, stdin="prod\n")  # its own confirmation
    assert promoted.splitlines()[-2:][0] == "dev   no changes with image v2"
    assert promoted.splitlines()[-1].startswith("prod  deployed with image v2 in ")
    assert deployed(here, "prod") == "v2"

    place_image(account.address, "preto-2-dev", "v3")
    place_image(account.address, "preto-2-prod", "v3", architecture="amd64", command=["other"])
    other = here.run("deploy", "dev", "prod", "--image", "v3", "--yes", *SMALL)
    assert "preto-2-prod has another image with this tag than preto-2-dev" in other.stderr
    assert other.returncode == 1


def test_nothing_is_touched_before_all_environments_hold(here: Project, account: Account, docker: Engines) -> None:
    """The settings of the last one and the tree of the commit count before the first is planned.

    Without an engine, no repository is made for an image that could not be built then.
    """
    committed(here.folder)
    calls = len(account.calls())
    file = here.folder / "environments" / "prod.toml"
    file.write_text(file.read_text().replace("cpu = 4096", "cpu = 7"))
    assert "prod.toml" in here.fail("deploy", "dev", "prod", "--build", "--yes")
    assert "1 file of the image differs from the commit" in here.fail("deploy", "dev", "--build", "--yes")
    assert len(account.calls()) == calls
    assert not docker.calls
    docker.behave(runs=False)
    assert "docker: the program is there, but no engine answers it" in here.fail(
        "deploy", "dev", "--build", "--image", "v1", "--yes"
    )
    assert not account.client("ecr").describe_repositories()["repositories"]
