"""What a user gets for a mistake: one clear error, exit code 1, and nothing changed. Files, values, the terminal."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import CLEAN, PATIENCE, ROOT, Project, project

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = 'project = "preto-2"\n[aws]\nregion = "ap-northeast-2"\n'


@pytest.fixture
def here(tmp_path: Path) -> Project:
    """Give a project whose environment `bad` the test writes, with an `out/bad` from before."""
    made = project(tmp_path)
    (tmp_path / "out" / "bad").mkdir(parents=True)
    (tmp_path / "out" / "bad" / "earlier.json").write_text("{}", encoding="utf-8")
    return made


def refused(here: Project, *words: str) -> str:
    """Run, expect a refusal, and expect that the earlier `out/bad` is untouched and nothing was added to it."""
    error = here.fail(*words)
    assert [path.name for path in (here.folder / "out" / "bad").iterdir()] == ["earlier.json"]
    assert [path.name for path in (here.folder / "out").iterdir()] == ["bad"]
    return error


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "project"),
    "not UTF-8": (b'project = "preto\xff"\n', "UTF-8"),
    "malformed": (b'project = "preto-2\n', "bad.toml:1: not valid TOML"),
    "duplicate key": (b'project = "a"\nproject = "b"\n', "project"),
    "unknown section": (MINIMAL.encode() + b"[ecz]\ncpu = 256\n", "ecs"),
    "misspelt key": (MINIMAL.encode() + b"[ecs]\nmemry = 512\n", "memory"),
    "wrong type": (MINIMAL.encode() + b'[ecs]\ncpu = "256"\n', "256"),
    "NaN": (MINIMAL.encode() + b"[autoscaling]\ncpu_target = nan\n", "cpu_target"),
    "negative": (MINIMAL.encode() + b"[autoscaling]\nmin_capacity = -1\n", "min_capacity = -1"),
    "zero": (MINIMAL.encode() + b"[autoscaling]\nmax_capacity = 0\n", "max_capacity = 0"),
    "huge": (MINIMAL.encode() + b"[ecs]\ndesired_count = 99999999999999999999\n", "desired_count"),
    "minimum over maximum": (MINIMAL.encode() + b"[autoscaling]\nmin_capacity = 5\nmax_capacity = 4\n", "min_capacity"),
    "count outside the range": (MINIMAL.encode() + b"[ecs]\ndesired_count = 9\n", "desired_count"),
    "no size of Fargate": (MINIMAL.encode() + b"[ecs]\ncpu = 256\nmemory = 16384\n", "512, 1024, 2048"),
    "name too long": (MINIMAL.encode().replace(b"preto-2", b"a-really-long-project-na"), "32"),
    "upper case": (MINIMAL.encode().replace(b"preto-2", b"Preto"), "lower-case"),
    "tag with a slash": (b'image_tag = "v1/2"\n' + MINIMAL.encode(), "image_tag"),
    "tag with a space": (b'image_tag = "v 1"\n' + MINIMAL.encode(), "image_tag"),
    "tag of 129 characters": (f'image_tag = "{"v" * 129}"\n'.encode() + MINIMAL.encode(), "128"),
    "one subnet": (
        MINIMAL.encode() + b'[network]\nvpc_id = "vpc-01234567"\npublic_subnet_ids = ["subnet-01234567"]\n',
        "public_subnet_ids",
    ),
    "subnets without a VPC": (
        MINIMAL.encode() + b'[network]\npublic_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]\n',
        "vpc_id",
    ),
    "no region": (b'project = "preto-2"\n', "region"),
    "another environment's name": (b'environment = "prod"\n' + MINIMAL.encode(), "prod"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_mistake_in_an_environment_file_is_named(here: Project, case: str) -> None:
    """The error names the file and what is wrong; nothing is written."""
    content, expected = FILES[case]
    (here.folder / "environments" / "bad.toml").write_bytes(content)
    error = refused(here, "build", "bad")
    assert "environments/bad.toml" in error
    assert expected in error


def test_all_mistakes_are_named_at_once(here: Project) -> None:
    """Whoever has made three mistakes learns of three, each with its key, value and what is allowed."""
    text = MINIMAL + "[ecs]\ncpu = 300\nlog_retention_days = 31\n[autoscaling]\ncpu_target = 170\n"
    (here.folder / "environments" / "bad.toml").write_text(text, encoding="utf-8")
    error = refused(here, "build", "bad")
    for key, value in (("cpu", "300"), ("log_retention_days", "31"), ("cpu_target", "170")):
        assert f"{key} = {value}" in error


def test_an_unknown_environment_lists_the_known_ones(here: Project) -> None:
    """Also for names that would lead out of the folder."""
    for name in ("prood", "../prod", "/etc/passwd", ""):
        error = here.fail("build", name)
        assert "local" in error
        assert "prod" in error


def test_an_environment_that_is_a_folder_is_an_error(here: Project) -> None:
    """Something that cannot be read as a file says so."""
    (here.folder / "environments" / "bad.toml").mkdir()
    assert "environments/bad.toml" in refused(here, "build", "bad")


TFVARS: dict[str, tuple[bytes, str]] = {
    "malformed": (b'ecs_cpu = "4096\n', "not valid HCL"),
    "not UTF-8": (b'project = "\xff"\n', "UTF-8"),
    "unknown variable": (b"ecs_cpus = 4096\n", "ecs_cpu"),
    "duplicate variable": (b"ecs_cpu = 4096\necs_cpu = 512\n", "ecs_cpu"),
    "not a number": (b'ecs_cpu = "many"\n', "many"),
    "an expression": (b"ecs_cpu = var.cpu\n", "ecs_cpu"),
}


@pytest.mark.parametrize("case", TFVARS)
def test_a_mistake_in_tfvars_is_named(here: Project, case: str) -> None:
    """The error names the tfvars file and what is wrong."""
    content, expected = TFVARS[case]
    path = here.folder / "bad.tfvars"
    path.write_bytes(content)
    error = refused(here, "build", "prod", "--var-file", "bad.tfvars")
    assert "bad.tfvars" in error
    assert expected in error


def test_a_missing_var_file_is_an_error(here: Project) -> None:
    """A misspelt file name is not an empty file."""
    assert "nowhere.tfvars" in refused(here, "build", "prod", "--var-file", "nowhere.tfvars")


@pytest.mark.parametrize("variable", ["ecs_cpu", "=4096", "ecs_cqu=4096", "ecs_cpu=", "ecs_cpu=1e999", "image_tag=a b"])
def test_a_mistake_in_var_is_named(here: Project, variable: str) -> None:
    """`--var` is checked like everything else."""
    assert "--var" in refused(here, "build", "prod", "--var", variable)


def test_unknown_words_are_exit_code_1(here: Project) -> None:
    """2 means that a plan has changes, so a mistake on the command line is never 2."""
    assert "--colour" in here.fail("build", "--colour")
    assert "ENV" in here.fail("deploy")


def test_a_read_only_out_is_an_error(here: Project) -> None:
    """A folder that nobody can write into: the error names it."""
    target = here.folder / "out"
    for path in sorted(target.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    target.rmdir()
    target.symlink_to("/proc/self/fdinfo")
    assert "out/prod" in here.fail("build", "prod")


def test_a_full_out_keeps_the_earlier_files(here: Project) -> None:
    """When there is no room for all files, none is exchanged.

    The limit on the size of a file is the kernel's: writing the larger templates fails as on a full disk.
    """
    (here.folder / "out" / "prod").mkdir()
    (here.folder / "out" / "prod" / "earlier.json").write_text("{}", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from stacks import settings; from stacks.build import render; "
        "from stacks.errors import UserError\n"
        "try: render.write_rendered(render.render(settings.load('prod')), Path('out'))\n"
        "except UserError as error: sys.exit(str(error))"
    )

    def nearly_full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=here.folder,
        env={**CLEAN, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=nearly_full,
    )
    assert done.returncode == 1
    assert "out/prod" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (here.folder / "out" / "prod").iterdir()] == ["earlier.json"]
    assert {path.name for path in (here.folder / "out").iterdir()} == {"bad", "prod"}


def test_out_that_is_a_file_is_an_error(here: Project) -> None:
    """A file in the place of the folder is not overwritten."""
    folder = here.folder / "elsewhere"
    folder.mkdir()
    other = project(folder)
    (folder / "out").write_text("mine", encoding="utf-8")
    assert "out/prod" in other.fail("build", "prod")
    assert (folder / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("sink", ["closed pipe", "/dev/full"])
def test_a_result_that_cannot_be_written_is_an_error(here: Project, sink: str) -> None:
    """`| head` that has gone, or a full disk behind `>`: one line, exit code 1, no traceback."""
    if sink == "closed pipe":
        reading, writing = os.pipe()
        os.close(reading)
    else:
        writing = os.open(sink, os.O_WRONLY)
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "build.py"), "build", "prod", "--json"],
            cwd=here.folder,
            env=CLEAN,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert "standard output" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
