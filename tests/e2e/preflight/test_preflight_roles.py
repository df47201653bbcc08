"""An account in which ECS was never used: its first service would often fail, and is stopped before."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from tests.e2e.preflight.test_preflight import uploads
from tests.support.faults import refusal
from tests.support.proxy import between

if TYPE_CHECKING:
    from tests.support.world import World

ECS, SCALING = "AWSServiceRoleForECS", "AWSServiceRoleForApplicationAutoScaling_ECSService"
DENIED = (403, refusal("AccessDenied", "not authorized"))


@pytest.fixture
def fresh(world: World) -> World:
    """Give an account without the roles, in which all but the service is deployed, and an image is there."""
    for role in (ECS, SCALING):
        world.aws.iam.delete_service_linked_role(RoleName=role)
    world.deploy()
    world.push("v1")
    return world


def test_a_first_service_in_a_fresh_account(fresh: World) -> None:
    """The error has the commands that make the roles; with them done, the deployment goes on."""
    before = uploads(fresh)
    with pytest.raises(UserError, match=f"has no {ECS} and {SCALING}") as error:
        fresh.plan(image_tag="v1")
    assert uploads(fresh) == before
    commands = error.value.then.splitlines()[1:]
    assert [it.partition("--aws-service-name ")[0] for it in commands] == ["  aws iam create-service-linked-role "] * 2
    for command in commands:
        fresh.aws.iam.create_service_linked_role(AWSServiceName=command.rpartition(" ")[2])
    fresh.deploy(image_tag="v1")


def test_only_what_the_deployment_needs(fresh: World) -> None:
    """Without autoscaling its role is not asked for, until it is turned on."""
    off = {"min_capacity": 1, "max_capacity": 4, "enabled": False}
    fresh.aws.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    fresh.deploy(image_tag="v1", autoscaling=off)
    with pytest.raises(UserError, match=f"has no {SCALING},"):
        fresh.plan(image_tag="v1")


def test_a_service_that_runs_is_not_asked_about(world: World) -> None:
    """It has its roles, so no plan asks for them again."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    with (
        between(world.account.address.endpoint_url, lambda _: None) as proxy,
        closing(replace(world.aws, endpoint_url=proxy.url)) as aws,
    ):
        replace(world, aws=aws).plan(image_tag="v1")
    assert proxy.calls["DescribeStacks"]
    assert not proxy.calls["GetRole"]


def test_roles_that_may_not_be_looked_at(fresh: World) -> None:
    """It is said, and the deployment goes on: ECS makes its roles itself, if it may."""
    with fresh.behind(lambda action: DENIED if action == "GetRole" else None) as seen:
        seen.deploy(image_tag="v1")
    (said,) = (it for it in fresh.said if it.startswith("Service-linked roles"))
    assert said.endswith(f"whether {ECS} and {SCALING} are there is not known, because iam:GetRole is not allowed")
    for role in (ECS, SCALING):
        found = fresh.aws.iam.get_role(RoleName=role)["Role"]
        assert found["Path"].startswith("/aws-service-role/")
