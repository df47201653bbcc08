"""Of several values for one key the last one counts, and a problem names the source that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder


def test_each_source_overrides_the_ones_before_it(folder: Folder) -> None:
    """TOML, then the tfvars beside it, then each --var-file, then each --var, in their order."""
    folder.prod(tables="[network]\nidle_timeout = 1")
    assert folder.load().network.idle_timeout == 1
    folder.write("prod.tfvars", "network_idle_timeout = 2")
    assert folder.load().network.idle_timeout == 2
    folder.write("prod.tfvars.json", '{"network_idle_timeout": 3}')
    assert folder.load().network.idle_timeout == 3
    folder.write("a.tfvars", "network_idle_timeout = 4")
    folder.write("b.json", '{"network_idle_timeout": 5}')
    assert folder.load(var_files=["b.json", "a.tfvars"]).network.idle_timeout == 4
    assert folder.load(var_files=["a.tfvars", "b.json"]).network.idle_timeout == 5
    options = ["network_idle_timeout=6", "network_idle_timeout=7"]
    assert folder.load(var_files=["a.tfvars"], variables=options).network.idle_timeout == 7


def test_only_what_a_source_sets_is_overridden(folder: Folder) -> None:
    """An override of one key leaves the rest of its table alone."""
    folder.prod(tables="[ecs]\ncpu = 1024\nmemory = 4096\ndesired_count = 3")
    settings = folder.load(variables=["ecs_memory=8192"])
    assert (settings.ecs.cpu, settings.ecs.memory, settings.ecs.desired_count) == (1024, 8192, 3)


def test_a_value_that_is_overridden_is_not_judged(folder: Folder) -> None:
    """Only what counts must be right."""
    folder.prod(tables="[ecs]\ncpu = 5")
    assert folder.load(variables=["ecs_cpu=4096"]).ecs.cpu == 4096


def test_null_takes_back_what_was_set_before(folder: Folder) -> None:
    """The key then has its default, and the required ones are missing."""
    folder.prod(tables="[ecs]\ndesired_count = 4", aws='account_id = "123456789012"')
    folder.write("prod.tfvars", "ecs_desired_count = null\naws_account_id = null\nenvironment = null")
    settings = folder.load()
    assert (settings.ecs.desired_count, settings.aws.account_id, settings.environment) == (2, None, "prod")
    assert folder.load(variables=["ecs_desired_count=3"]).ecs.desired_count == 3
    assert folder.refusal(variables=["project=null"]).startswith("prod.toml: project: is missing; it must be 1 to 24")


def test_a_problem_names_the_source_that_set_the_value(folder: Folder) -> None:
    """Not the file where the key stood first."""
    folder.prod(tables="[ecs]\nstop_timeout = 3")
    folder.write("prod.tfvars", "\necs_stop_timeout = 121")
    folder.write("late.json", '{"ecs_stop_timeout": 1}')
    why = "must be a whole number from 2 to 120, or 0 for ECS's own"
    assert folder.refusal() == f"prod.tfvars:2: ecs_stop_timeout = 121: {why}"
    assert folder.refusal(var_files=["late.json"]) == f"late.json:1: ecs_stop_timeout = 1: {why}"
    assert folder.refusal(variables=["ecs_stop_timeout=ten"]) == f"--var: ecs_stop_timeout = ten: {why}"


def test_a_problem_between_two_sources_names_both(folder: Folder) -> None:
    """A size that was possible before the override."""
    folder.prod(tables="[ecs]\nmemory = 16384")
    assert folder.refusal(variables=["ecs_cpu=256"]) == (
        "prod.toml:7: ecs.memory = 16384: Fargate has no task with 256 CPU units and 16384 MiB; with 256 it has "
        "512, 1024, 2048 MiB; ecs_cpu = 256 is from --var"
    )


def test_a_problem_of_a_default_says_that_it_is_one(folder: Folder) -> None:
    """The desired count that nobody wrote is outside the range that somebody wrote."""
    folder.prod(tables="[autoscaling]\nmax_capacity = 1")
    assert folder.refusal() == (
        "prod.toml: ecs.desired_count = 2 (the default): "
        "desired_count 2 is outside what autoscaling allows: 1 to 1 tasks"
    )
