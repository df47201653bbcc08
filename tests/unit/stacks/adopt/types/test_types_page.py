"""The page that says what becomes of each of Terraform's types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stacks.adopt.types.page import render_page
from stacks.adopt.types.record import Stays
from stacks.adopt.types.table import TYPES

ROOT = Path(__file__).parents[5]


def test_the_committed_page_is_current() -> None:
    """`make reference` was not forgotten."""
    command = [sys.executable, "-W", "error", "-m", "stacks.adopt.types.page"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert (ROOT / "docs" / "reference" / "terraform-types.md").read_text(encoding="utf-8") == done.stdout


def test_each_type_is_there_once() -> None:
    """Apart from those that Terraform only reads, and the task definition, of which the text above tells."""
    page = render_page()
    only_read = {name for name, it in TYPES.items() if isinstance(it, Stays) and not it.why}
    assert {name: page.count(f"`{name}`") for name in TYPES} == {
        name: int(name not in only_read | {"aws_ecs_task_definition"}) for name in TYPES
    }
