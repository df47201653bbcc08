"""The page for people who come from the Terraform project."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.settings.terraform_page import render_page
from stacks.settings.variables import VARIABLES
from templates import root

PAGE = Path(__file__).parents[4] / "docs" / "start" / "from-terraform.md"


def rows(text: str, name: str) -> dict[str, list[str]]:
    """The rows of a table of the page by their first cell."""
    table = text.partition(f"<!-- {name}:")[2].partition(f"<!-- end of {name}")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {first.strip("`"): others for first, *others in cells[1:]}


def test_the_committed_page_is_current() -> None:
    """`make reference` was not forgotten."""
    page = PAGE.read_text(encoding="utf-8")
    assert render_page(page) == page


def test_what_is_between_the_marks_is_written_anew() -> None:
    """And nothing else."""
    page = PAGE.read_text(encoding="utf-8")
    stale = page.replace("| `ecs_cpu` |", "| `ecs_cpus` |")
    assert stale != page
    assert render_page(stale) == page
    assert render_page(page.replace("# From", "# All the way from")).startswith("# All the way from")
    with pytest.raises(ValueError, match="the page lacks <!-- end of outputs -->"):
        render_page(page.replace("<!-- end of outputs -->", ""))


def test_each_variable_has_its_default_there_and_its_key_here() -> None:
    """With what the key takes, and the unit."""
    variables = rows(PAGE.read_text(encoding="utf-8"), "variables")
    assert list(variables) == [it.name for it in VARIABLES]
    assert variables["ecs_memory"][:2] == ['`"1024"`', "`[ecs] memory`"]
    assert variables["ecs_memory"][-1] == "MiB"
    given = "`[network] load_balancer_security_group_ids` and `[network] task_security_group_ids`"
    assert variables["security_group_id"][:2] == ["none", given]
    assert variables["cpu_architecture"][1:3] == ["`[ecs] architecture`", 'one of "X86_64", "ARM64"']


def test_each_output_is_there() -> None:
    """The fourteen of the project, and the one that is new."""
    outputs = rows(PAGE.read_text(encoding="utf-8"), "outputs")
    names = {name.removeprefix("(new) ").strip("`") for name in outputs}
    assert names == {*root.Outputs.__dataclass_fields__}
    assert outputs["ecs_task_definition_arn"][-1].endswith("once there is an image")
