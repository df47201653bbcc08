"""Everything that is wrong is reported at once, and nothing that only follows from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.settings import Problem, SettingsError

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder


def test_all_problems_of_all_sources_are_one_error(folder: Folder) -> None:
    """One line each, in the order of the sources and their lines, below a header that counts them."""
    folder.write(
        "prod.toml",
        'image_tag = "a/b"\nprojct = "x"\n[aws]\nregion = "Seoul"\n[ecs]\nmemory = 16000\nstop_timeout = "9"\n'
        "[autoscaling]\nmin_capacity = 5\n[network]\nsticky_sessions = 1\n",
    )
    folder.write("prod.tfvars", "ecs_cpus = 4096\nnetwork_idle_timeout = -1\n")
    header, *lines = folder.refusal(variables=["network_container_port=0"]).split("\n")
    assert header == "settings of prod: 9 problems"
    assert [line.split(": ")[:2] for line in lines] == [
        ["prod.toml:1", 'image_tag = "a/b"'],
        ["prod.toml:2", 'projct = "x"'],
        ["prod.toml:4", 'aws.region = "Seoul"'],
        ["prod.toml:7", 'ecs.stop_timeout = "9"'],
        ["prod.toml:9", "autoscaling.min_capacity = 5"],
        ["prod.toml:11", "network.sticky_sessions = 1"],
        ["prod.tfvars:1", "ecs_cpus = 4096"],
        ["prod.tfvars:2", "network_idle_timeout = -1"],
        ["--var", "network_container_port = 0"],
    ]


def test_a_source_that_cannot_be_read_does_not_hide_misspelt_keys_in_others(folder: Folder) -> None:
    """Values wait until all sources can be read, because a source that cannot might have set them right."""
    folder.prod(tables="[ecs]\nmemroy = 1\nstop_timeout = 0")
    folder.write("prod.tfvars", "ecs_cpu = ")
    header, key, file, option = folder.refusal(variables=["nonsense"]).split("\n")
    assert header == "settings of prod: 3 problems"
    assert key.startswith("prod.toml:7: ecs.memroy = 1: no such key")
    assert file.startswith("prod.tfvars:1: not valid HCL: ")
    assert option == '--var: must be NAME=VALUE, not "nonsense"'


def test_checks_of_several_keys_do_not_wait_for_unrelated_ones(folder: Folder) -> None:
    """A typing mistake in one table hides neither a size, nor a range, nor a name that cannot be."""
    folder.write(
        "prod.toml",
        'project = "a-project-with-a-name-24"\n[aws]\n[ecr]\nscan_push = true\n[ecs]\ncpu = 256\nmemory = 4096\n'
        "stop_timeout = 121\ndesired_count = 9\n[network]\nidle = 80\n",
    )
    message = folder.refusal()
    for part in (
        "the target group would be named a-project-with-a-name-24-prod-8501, 34 characters",
        "aws.region: is missing",
        'ecr.scan_push = true: no such key in [ecr]; did you mean "scan_on_push"?',
        "ecs.memory = 4096: Fargate has no task",
        "ecs.stop_timeout = 121: must be",
        "ecs.desired_count = 9: desired_count 9 is outside",
        'network.idle = 80: no such key in [network]; did you mean "idle_timeout"?',
    ):
        assert part in message
    assert message.startswith("settings of prod: 7 problems\n")


@pytest.mark.parametrize(
    "tables",
    [
        '[ecs]\ncpu = "256"\nmemory = 512',
        "[ecs]\ncpuu = 256\nmemory = 512",
        "[autoscaling]\nmin_capacity = -1\nmax_capacity = 1",
        "[autoscaling]\nmin_capacity = 4\nmax_capacity = 3",
        '[network]\nvpc_id = "vpc-1"\npublic_subnet_ids = ["subnet-01234567", "subnet-01234568"]',
    ],
)
def test_what_only_follows_from_a_problem_is_not_reported(folder: Folder, tables: str) -> None:
    """A default in the place of a wrong value makes no second mistake of a right one."""
    folder.prod(tables=tables)
    assert "\n" not in folder.refusal()


def test_a_misspelt_required_key_is_not_called_missing_as_well(folder: Folder) -> None:
    """One mistake, one line."""
    folder.write("prod.toml", 'projekt = "a"\n[aws]\nregoin = "us-east-1"\n')
    header, *lines = folder.refusal().split("\n")
    assert header == "settings of prod: 2 problems"
    assert lines == [
        'prod.toml:1: projekt = "a": no such key; did you mean "project"?',
        'prod.toml:3: aws.regoin = "us-east-1": no such key in [aws]; did you mean "region"?',
    ]


def test_problems_are_data_too(folder: Folder) -> None:
    """A program reads the same that a person does, as JSON; and it is an error of the kind that all commands print."""
    folder.prod(tables="[ecs]\nmemroy = 1")
    with pytest.raises(UserError) as refused:
        folder.load()
    assert isinstance(refused.value, SettingsError)
    (problem,) = refused.value.problems
    assert problem == Problem(
        source=str(folder.path / "prod.toml"),
        line=7,
        key="ecs.memroy",
        value="1",
        why="no such key in [ecs]",
        suggestion="memory",
    )
    assert json.loads(json.dumps(asdict(problem)))["suggestion"] == "memory"
    assert str(refused.value) == str(problem)
