"""The server process finds the project wherever a command is started."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.child import child_environment


def test_the_child_finds_the_package_first() -> None:
    """The first folder of its PYTHONPATH has the package; what was in it before follows."""
    before = os.environ.get("PYTHONPATH", "")
    first, *rest = child_environment()["PYTHONPATH"].split(os.pathsep)
    assert (Path(first) / "sandbox" / "__main__.py").is_file()
    assert rest == [entry for entry in before.split(os.pathsep) if entry]
