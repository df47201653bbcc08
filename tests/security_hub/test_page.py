"""`docs/reference/security.md` says what is so: which controls there are, and which of them each environment meets."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stacks.settings import Settings
from stacks.settings.keys import catalogue
from tests.security_hub.deployment import AbsentError, Deployment, deployment

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "reference" / "security.md").read_text(encoding="utf-8")
TESTED, UNMET, UNDECIDED = (
    [
        [cell.strip() for cell in row.strip("|").split(" | ")]
        for row in re.findall(r"^\|.*\|$", section, re.MULTILINE)[2:]
    ]
    for section in PAGE.split("\n## ")[1:4]
)
"""The rows of the first three tables."""
ID = re.compile(r"test_([A-Za-z0-9]+)_(\d+)_")
ROWS = {row[0].removesuffix(" ¹"): row for row in TESTED}


def controls() -> dict[str, Callable[[Deployment], None]]:
    """The test of each control, by the control's id."""
    modules = [importlib.import_module(f"{__package__}.{path.stem}") for path in sorted(HERE.glob("test_*.py"))]
    return {
        ".".join(found.groups()): test
        for module in modules
        for name, test in vars(module).items()
        if (found := ID.match(name))
    }


def outcome(control: str, environment: str) -> str:
    """What the page should say of a control in an environment."""
    try:
        controls()[control](deployment(environment))
    except AbsentError:
        return "-"
    except AssertionError:
        return "no"
    return "yes"


def test_every_control_is_on_the_page_and_tested() -> None:
    """A control that has a test has a row, and one that has a row has a test."""
    assert len(ROWS) == len(TESTED)
    assert set(ROWS) == set(controls())


def test_no_control_is_both_tested_and_left_out() -> None:
    """But two that are met by what an environment has, and not by the account's bucket and by ECS's own alarms."""
    left_out = {name for row in [*UNMET, *UNDECIDED] for name in row[0].split(", ")}
    assert left_out & set(ROWS) == {"CloudWatch.15", "S3.9"}


def test_every_test_says_its_controls_id() -> None:
    """Whoever reads a failure knows which control it is."""
    for control, test in controls().items():
        assert (test.__doc__ or "").startswith(f"[{control}] "), test.__name__


@pytest.mark.parametrize(("column", "environment"), [(2, "prod"), (3, "hardened")])
def test_the_page_says_what_an_environment_meets(column: int, environment: str) -> None:
    """A change that meets a control, or does not any more, is a change of the page."""
    said = {control: row[column] for control, row in ROWS.items()}
    assert said == {control: outcome(control, environment) for control in ROWS}


def test_hardened_meets_everything_there_is() -> None:
    """No row of the first table says no for `hardened.toml`."""
    assert {row[3] for row in TESTED} <= {"yes", "-"}


def test_what_prod_does_not_meet_has_a_setting() -> None:
    """Each deliberate omission can be undone by a setting that the row names."""
    assert not [control for control, row in ROWS.items() if row[2] == "no" and "`" not in row[4]]


def test_every_setting_on_the_page_exists() -> None:
    """A setting that is renamed is renamed here."""
    known = catalogue(Settings)
    paths = {".".join(path) for path in [*known.keys, *known.tables]}
    named = set(re.findall(r"`((?:aws|stack|security|ecr|iam|network|ecs|autoscaling|monitoring)\.[a-z_.]+)`", PAGE))
    assert named
    assert named <= paths
