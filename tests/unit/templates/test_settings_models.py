"""What settings can be: sizes, ranges and names that AWS takes."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from templates import ecs, network, root
from templates.fargate import MEMORY, MEMORY_BY_CPU


def refusal(**sections: Any) -> str:
    """What is said when these settings are refused."""
    with pytest.raises(ValidationError) as refused:
        root.Settings(**{"project": "preto-2", "environment": "prod"} | sections)
    return "\n".join(error["msg"] for error in refused.value.errors())


@pytest.mark.parametrize(("cpu", "memory"), [*product(MEMORY_BY_CPU, MEMORY)])
def test_a_task_has_a_size_that_fargate_has(cpu: Any, memory: int) -> None:
    """Every other combination is refused, with the sizes that there are for this CPU."""
    if memory in MEMORY_BY_CPU[cpu]:
        assert ecs.Settings(cpu=cpu, memory=memory).memory == memory
    else:
        assert f"with {cpu} it has {MEMORY_BY_CPU[cpu][0]}" in refusal(ecs={"cpu": cpu, "memory": memory})


def test_fargates_sizes_are_those_of_its_documentation() -> None:
    """Spot checks against the table "Task CPU and memory" of the ECS Developer Guide."""
    assert MEMORY_BY_CPU[256] == (512, 1024, 2048)
    assert (MEMORY_BY_CPU[512][0], MEMORY_BY_CPU[512][-1], len(MEMORY_BY_CPU[512])) == (1024, 4096, 4)
    assert (MEMORY_BY_CPU[4096][0], MEMORY_BY_CPU[4096][-1], len(MEMORY_BY_CPU[4096])) == (8192, 30720, 23)
    assert MEMORY_BY_CPU[8192][:2] == (16384, 20480)
    assert MEMORY_BY_CPU[16384][:2] == (32768, 40960)


@pytest.mark.parametrize(
    "name", ["Preto", "preto_2", "2preto", "-preto", "preto-", "preto--2", "", "p" * 25, "preto 2", "프레토", "p\n"]
)
def test_a_name_that_some_physical_name_could_not_have_is_refused(name: str) -> None:
    """Image repositories are lower case, stacks start with a letter, load balancers do not end with a hyphen."""
    assert refusal(project=name)
    assert refusal(environment=name)


def test_names_fit_into_32_characters_with_the_port() -> None:
    """A target group's name is PROJECT-ENVIRONMENT-PORT."""
    fits = root.Settings(project="p" * 18, environment="e" * 8)
    assert len(network.target_group_name(fits.identity, fits.network)) == 32
    message = refusal(project="p" * 18, environment="e" * 9)
    assert f"{'p' * 18}-{'e' * 9}-8501, 33 characters, and 32 are allowed" in message
    assert refusal(project="p" * 18, environment="e" * 8, network={"container_port": 10000})


@pytest.mark.parametrize("project", ["internal", "internal-tools"])
def test_a_load_balancers_name_does_not_start_with_internal(project: str) -> None:
    """ELBv2 keeps `internal-` for itself (CreateLoadBalancer)."""
    assert '"internal-" at the start is reserved' in refusal(project=project)
    assert root.Settings(project="internals", environment="prod").identity.name == "internals-prod"


def test_no_environment_takes_the_name_of_the_bootstrap_stack() -> None:
    """PROJECT-bootstrap is the stack that holds the templates; PROJECT-bootstrap-REGION is one of its roles."""
    assert "the stack would be named preto-2-bootstrap," in refusal(environment="bootstrap")
    assert "the stack would be named preto-2-bootstrap-2," in refusal(environment="bootstrap-2")


@pytest.mark.parametrize(("enabled", "count", "right"), [(True, 5, False), (True, 0, False), (False, 9, True)])
def test_the_desired_count_is_in_autoscalings_range(enabled: bool, count: int, right: bool) -> None:  # noqa: FBT001 - a table
    """Without autoscaling there is no range."""
    sections = {"ecs": {"desired_count": count}, "autoscaling": {"enabled": enabled}}
    if right:
        assert root.Settings.model_validate({"project": "p", "environment": "e"} | sections).ecs.desired_count == count
    else:
        assert f"desired_count {count} is outside what autoscaling allows: 1 to 4 tasks" in refusal(**sections)


VPC, ONE, TWO = "vpc-01234567", "subnet-01234567", "subnet-01234568"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"public_subnet_ids": (ONE, TWO)}, "subnets are given, but not their vpc_id"),
        ({"private_subnet_ids": (ONE, TWO)}, "subnets are given, but not their vpc_id"),
        ({"vpc_id": VPC}, "must be two or more different subnets"),
        ({"vpc_id": VPC, "public_subnet_ids": (ONE,)}, "must be two or more different subnets"),
        ({"vpc_id": VPC, "public_subnet_ids": (ONE, ONE)}, "must be two or more different subnets"),
        ({"vpc_id": VPC, "public_subnet_ids": (ONE, TWO, ONE)}, "none of them twice"),
        ({"vpc_id": VPC, "public_subnet_ids": (ONE, TWO), "private_subnet_ids": (ONE,)}, "two or more different"),
    ],
)
def test_a_given_vpc_comes_with_its_subnets(given: dict[str, Any], message: str) -> None:
    """A load balancer needs two zones; the zones themselves only AWS knows."""
    assert message in refusal(network=given)


def test_settings_cannot_be_changed() -> None:
    """They are read once, and mean the same from then on."""
    settings = root.Settings(project="p", environment="e")
    with pytest.raises(ValidationError, match="frozen"):
        settings.project = "q"  # type: ignore[misc]  # that it is refused is what is tested
    with pytest.raises(ValidationError, match="frozen"):
        settings.ecs.cpu = 256  # type: ignore[misc]  # likewise


@pytest.mark.parametrize("digits", ["0123456", "012345678", "0123456789abcdef", "0123456789abcdef01"])
def test_an_id_of_ec2_has_8_or_17_digits(digits: str) -> None:
    """No other length was ever given out: one is a mistake, which cfn-lint calls by another name."""
    both = (f"subnet-{digits}", "subnet-0bbbbbbbbbbbbbbbb")
    assert refusal(network={"vpc_id": f"vpc-{digits}", "public_subnet_ids": both}).count("pattern") == 2
