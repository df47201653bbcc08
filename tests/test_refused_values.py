"""Values that AWS would refuse, most of them at the very end of a deployment: refused when a file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = 'project = "preto-2"\n[aws]\nregion = "ap-northeast-2"\n'
DOWN = """
[[autoscaling.schedules]]
name = "night"
schedule = "cron(0 22 ? * * *)"
min_capacity = 0
max_capacity = 0
"""
EVENING = '[[autoscaling.schedules]]\nname = "evening"\nmin_capacity = 1\n'

SCHEDULES = {
    "both days": (EVENING + 'schedule = "cron(0 16 * * MON-FRI *)"', "one of day of the month and day of the week"),
    "hour 99": (EVENING + 'schedule = "cron(0 99 ? * MON-FRI *)"', "the hour '99' is not in 0 to 23"),
    "plural": (EVENING + 'schedule = "rate(1 minutes)"', "'1 minutes' must be '1 minute'"),
    "30 February": (EVENING + 'schedule = "at(2027-02-30T00:00:00)"', "there is no time '2027-02-30T00:00:00'"),
    "no zone": (
        EVENING + 'schedule = "cron(0 20 ? * MON-FRI *)"\ntimezone = "Factory"',
        "no time zone of this name is known to Application Auto Scaling",
    ),
    "minimum above maximum": (
        DOWN + EVENING + 'schedule = "cron(0 8 ? * * *)"',
        'is more than max_capacity 0, which the schedule "night" sets',
    ),
}
PERCENTAGES = {
    "one task": (
        "[ecs.deployment]\nmaximum_percent = 150",
        "with 1 task, which autoscaling.min_capacity allows, 100 % of them is rounded up to 1 that must run and 150 % ",
    ),
    "one task at night": (
        DOWN.replace("= 0", "= 1") + "[autoscaling]\nmin_capacity = 2\n[ecs.deployment]\nmaximum_percent = 150",
        "with 1 task, which autoscaling.schedules[0].min_capacity allows",
    ),
}
CASES = SCHEDULES | PERCENTAGES


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project whose environment `bad` each test writes anew."""
    return project(tmp_path_factory.mktemp("values"))


@pytest.mark.parametrize("case", CASES)
def test_a_value_that_aws_would_refuse_is_one_true_problem(here: Project, case: str) -> None:
    """One line with the file, the key, the value and what is wrong; nothing is rendered."""
    text, why = CASES[case]
    path: Path = here.folder / "environments" / "bad.toml"
    path.write_text(f"{MINIMAL}{text}\n", encoding="utf-8")
    (line,) = here.fail("build", "bad").splitlines()
    assert line.startswith("environments/bad.toml:")
    assert why in line
    assert not (here.folder / "out" / "bad").exists()
