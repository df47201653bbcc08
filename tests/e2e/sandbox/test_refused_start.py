"""What keeps the sandbox from starting is said in one clear error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import running
from stacks.errors import UserError
from tests.support.accounts import REGION
from tests.support.clouds import ROOT, environment


def test_a_state_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in its place gives one clear error."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=str(tmp_path / "file")), running(state_dir=tmp_path / "file", region=REGION):
        pass


def test_a_port_in_use_is_named() -> None:
    """The error says which, and nothing is left running."""
    with running(state_dir=None, region=REGION) as address:
        port = int(address.endpoint_url.rpartition(":")[2])
        with pytest.raises(UserError, match=f"port {port}"), running(state_dir=None, region=REGION, port=port):
            pass


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with all installed packages but ministack."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for package in Path(pytest.__file__).parents[1].iterdir():
        if not package.name.startswith("ministack"):
            (folder / package.name).symlink_to(package)
    return folder


def start_with(packages: Path) -> str:
    """Start a sandbox in an interpreter that has these packages alone; return its stderr."""
    code = "from sandbox import running\nwith running(state_dir=None, region='ap-northeast-2'): pass"
    ended = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=f"{packages}{os.pathsep}{ROOT}"),
        check=False,
    )
    return ended.stderr


def test_without_ministack_the_error_says_what_to_install(packages: Path) -> None:
    """It is an error for users, with the command."""
    stderr = start_with(packages)
    assert "UserError" in stderr
    assert "pip install -e '.[sandbox]'" in stderr


def test_another_version_of_ministack_is_refused(packages: Path) -> None:
    """The error names both versions."""
    found = packages / "ministack-9.9.9.dist-info"
    found.mkdir()
    (found / "METADATA").write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 9.9.9\n", encoding="utf-8")
    stderr = start_with(packages)
    assert "ministack 1.5.33" in stderr
    assert "9.9.9 is installed" in stderr


def test_a_missing_private_part_of_ministack_is_named() -> None:
    """Before anything is changed: the server says which one, and does not start."""
    code = (
        "import ministack.services.ecs as ecs\ndel ecs._circuit_breaker_threshold\n"
        "from sandbox.options import Options; from sandbox.server import main\n"
        "raise SystemExit(main(Options(state_dir=None, region='ap-northeast-2', time_scale=0.0, port=0)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "ministack cannot be extended: this ministack has no services.ecs:_circuit_breaker_threshold"
    )
