"""The cache of needs: what they are derived by is part of its key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[5]
CODE = """
from pathlib import Path
from stacks.build.render import render
from stacks.iam.compare.remembered import needs_key
from stacks.settings import load

settings = load("prod", directory=Path("environments"))
print(needs_key(settings, render(settings), "123456789012", "bucket"))
"""


def key(*paths: Path) -> str:
    """Return the key of prod's needs, by the sources in these folders, or in the repository."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*paths, ROOT]))}
    return subprocess.run(
        [sys.executable, "-P", "-c", CODE], env=variables, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    "source",
    ["stacks/iam/derive/calls.py", "stacks/rendered/expressions.py", "templates/resource_types/record.py"],
)
def test_needs_are_derived_anew_by_changed_sources(tmp_path: Path, source: str) -> None:
    """How rights are derived, how templates are read, and what is known of resource types."""
    for folder in ("stacks", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = key(tmp_path)
    with (tmp_path / source).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert before == key()
    assert before != key(tmp_path)
