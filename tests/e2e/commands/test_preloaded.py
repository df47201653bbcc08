"""A command from a Python that has loaded the project already is what a shell would have started."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support import faults
from tests.support.commands import CLEAN, Project, project
from tests.support.preloaded import preloaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Account


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Iterator[Project]:
    """Give a project whose AWS does not answer."""
    with faults.closed_port() as url:
        yield project(tmp_path, account.env | {"AWS_ENDPOINT_URL": url})


@pytest.mark.parametrize(
    "words",
    ["--help", "--version", "frobnicate", "build nowhere", "lint local --format github", "status prod",
     "drift prod", "watch prod", "outputs prod --json", "destroy prod --yes"],
)  # fmt: skip
def test_it_says_and_ends_the_same(here: Project, words: str) -> None:
    """Exit code, stdout and stderr, with and without an error."""
    forked, started = (it.run(*words.split()) for it in (here, replace(here, fresh=True)))
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_commands_share_nothing_but_what_is_loaded(here: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each has its own folder and environment; nothing of one is left for the next."""
    there = Project(tmp_path_factory.mktemp("empty"))
    assert "the folder of the environment files cannot be read" in there.fail("build")
    assert here.env["AWS_ENDPOINT_URL"] in here.fail("status", "prod")
    assert "the folder of the environment files cannot be read" in there.fail("build")
    assert not list(there.folder.iterdir())


def test_one_that_does_not_end_is_killed(here: Project, account: Account) -> None:
    """After its time; the next one runs."""
    with faults.silent_port() as url:
        env = {**CLEAN, **account.env, "AWS_ENDPOINT_URL": url}
        with pytest.raises(subprocess.TimeoutExpired):
            preloaded().run(["status", "prod"], cwd=here.folder, env=env, stdin="", patience=0.5)
    assert here.succeed("--version")
