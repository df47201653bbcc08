"""The outputs under the names that they had in Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.status.outputs import Outputs, one_output, output_values, read_outputs
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

DEPLOYED = Outputs(
    environment="prod",
    stack_name="preto-2-prod",
    values={"ecr_repository_url": "registry/preto-2-prod", "autoscaling_enabled": "true"},
)


def test_names_and_order_are_terraforms() -> None:
    """What the Terraform project did not have comes after what it had."""
    found = output_values({"Zone": "z", "AutoscalingMinCapacity": "1", "EcrRepositoryUrl": "r", "AlbDnsName": "a"})
    assert list(found) == ["ecr_repository_url", "alb_dns_name", "autoscaling_min_capacity", "zone"]


def test_a_deployed_environment_tells_them(world: World) -> None:
    """As CloudFormation has them."""
    done = world.deploy()
    found = read_outputs(world.aws, settings())
    assert found.values["alb_dns_name"] == done.outputs["AlbDnsName"]
    assert (found.values["autoscaling_min_capacity"], found.values["autoscaling_max_capacity"]) == ("1", "4")


@pytest.mark.parametrize("planned", [False, True])
def test_an_environment_that_is_not_deployed(world: World, planned: bool) -> None:  # noqa: FBT001 - a case
    """A stack that was only planned is not there either."""
    if planned:
        world.plan()
    with pytest.raises(UserError, match="stack preto-2-prod: it is not there") as error:
        read_outputs(world.aws, settings())
    assert error.value.then == "Deploy it first: python build.py deploy prod"


def test_one_output_is_its_value() -> None:
    """And nothing else."""
    assert one_output(DEPLOYED, "autoscaling_enabled") == "true"


def test_an_output_that_waits_for_an_image() -> None:
    """It is known, and not there yet."""
    with pytest.raises(UserError, match="output ecs_service_name: preto-2-prod has no service yet") as error:
        one_output(DEPLOYED, "ecs_service_name")
    assert "--image TAG" in error.value.then


def test_an_output_that_the_stack_does_not_have() -> None:
    """One that a later version has added, or of a repository that is elsewhere."""
    with pytest.raises(UserError, match="output alb_arn: preto-2-prod does not have it") as error:
        one_output(DEPLOYED, "alb_arn")
    assert "when it is deployed" in error.value.then
    with pytest.raises(UserError, match="output ecr_repository_name") as error:
        one_output(DEPLOYED, "ecr_repository_name")
    assert "ecs.image" in error.value.then


def test_an_unknown_output() -> None:
    """The known ones are listed, and the nearest is offered."""
    with pytest.raises(UserError, match="ecr_repository_url, autoscaling_enabled") as error:
        one_output(DEPLOYED, "ecr_repositry_url")
    assert error.value.then == 'Did you mean "ecr_repository_url"?'
