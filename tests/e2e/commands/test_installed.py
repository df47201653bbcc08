"""The project as it is installed: what of it is packaged is enough, in a folder that has nothing of this repository."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import CLEAN, ROOT

if TYPE_CHECKING:
    from pathlib import Path

BUILD = "from setuptools import setup; setup()"


@pytest.mark.skipif(find_spec("setuptools") is None, reason="this Python has no setuptools to build with")
def test_an_app_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """What setup.cfg packages writes an environment with its schema and pipeline, and deploys to the embedded AWS."""
    packages, app = tmp_path / "packages", tmp_path / "shop"
    steps = ["egg_info", "--egg-base", str(tmp_path), "build_py", "--build-lib", str(packages)]
    subprocess.run([sys.executable, "-c", BUILD, "-q", *steps], cwd=ROOT, check=True, capture_output=True)
    app.mkdir()
    (app / "requirements.txt").write_text("fastapi\nuvicorn\n", encoding="utf-8")

    def preto(*words: str) -> str:
        """Run the packaged command line, which finds nothing of this repository."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "stacks", *words],
            cwd=app,
            env={**CLEAN, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert str(ROOT) not in done.stdout + done.stderr
        return done.stdout

    written = preto("new", "local", "--sandbox", "--yes", "--region", "eu-west-1", "--pipeline", "github")
    for file in (
        "environments/local.toml",
        "environments/environment.schema.json",
        ".github/workflows/deploy-local.yml",
    ):
        assert f"wrote {file}" in written
        assert (app / file).stat().st_size > 0
    assert "artifact_bucket = " in preto("bootstrap", "local", "--yes")
