"""Deploying: the whole tree, watched to its end, and told as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.status.outputs import output_values
from tests.support import faults

if TYPE_CHECKING:
    from tests.support.world import World


def test_a_first_deployment_says_how_to_push_an_image(world: World) -> None:
    """Without an image there is no service; the lines to type push one to the repository that has just been made."""
    done = world.deploy()
    assert done.state == "CREATE_COMPLETE"
    repository = f"{world.account.account_id}.dkr.ecr.ap-northeast-2.amazonaws.com/preto-2-prod"
    assert output_values(done.outputs)["ecr_repository_url"] == repository
    assert "ecs_service_name" not in output_values(done.outputs)
    assert done.push == ("python build.py push prod", "python build.py deploy prod --image TAG")


def test_a_deployment_with_an_image_has_all_outputs(world: World) -> None:
    """All of the Terraform project, then the address to open, and nothing more to push."""
    world.deploy()
    world.push("v1")
    done = world.deploy(image_tag="v1")
    assert list(output_values(done.outputs)) == [
        "ecr_repository_url",
        "ecr_repository_name",
        "ecs_cluster_name",
        "ecs_service_name",
        "ecs_task_definition_arn",
        "alb_dns_name",
        "alb_arn",
        "target_group_arn",
        "log_group_name",
        "task_execution_role_arn",
        "task_role_arn",
        "autoscaling_enabled",
        "autoscaling_min_capacity",
        "autoscaling_max_capacity",
        "app_url",
    ]
    assert done.outputs["AppUrl"] == f"http://{done.outputs['AlbDnsName']}"
    assert done.push == ()
    assert done.changed


def test_the_same_again_is_no_change(world: World) -> None:
    """Also right after the service was created: nothing is executed, and no change set stays behind."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    planned = world.plan(image_tag="v1")
    again = world.execute(planned)
    assert (planned.change_set, again.changed, again.succeeded) == (None, False, True)
    assert world.events == []
    assert world.change_sets() == []
    assert again.outputs["EcsServiceName"] == "preto-2-prod"


def test_events_of_root_and_children_come_once_and_in_order(world: World) -> None:
    """Each stack's events are whole, in CloudFormation's order, and none is told twice."""
    world.deploy()
    assert len({(event.stack, event.id) for event in world.events}) == len(world.events)
    cloudformation = world.aws.cloudformation
    by_stack = {event.stack: event for event in world.events if event.is_stack}
    assert set(by_stack) == {(), ("Security",), ("Ecr",), ("Iam",), ("Network",)}
    for stack, event in by_stack.items():
        there = cloudformation.get_paginator("describe_stack_events").paginate(StackName=event.physical_id)
        ids = [item["EventId"] for page in there for item in page["StackEvents"]][::-1]
        told = [event.id for event in world.events if event.stack == stack]
        assert told == ids[-len(told) :]


def test_events_of_earlier_operations_are_not_told(world: World) -> None:
    """An update tells what it does, not how the stacks came to be."""
    world.deploy()
    world.deploy(network={"idle_timeout": 301})
    assert {event.path for event in world.events if event.status.startswith("CREATE")} == set()
    assert ("Network/LoadBalancer", "UPDATE_COMPLETE") in {(event.path, event.status) for event in world.events}


def test_a_failure_names_the_first_resource_that_failed(world: World) -> None:
    """A policy for a role that does not exist fails in the child Iam: that is told, and how to go on."""
    failed = world.execute(world.plan(iam={"github_actions_role_name": "nobody-made-it"}))
    assert not failed.succeeded
    assert failed.failure is not None
    assert (failed.failure.path, failed.failure.type) == ("Iam/GitHubActionsPolicy", "AWS::IAM::RolePolicy")
    assert "nobody-made-it" in failed.failure.reason
    assert failed.state == "ROLLBACK_COMPLETE"
    assert failed.next_step.endswith("python build.py destroy prod")


def test_a_failed_first_deployment_must_be_deleted_and_can_then_be_repeated(world: World) -> None:
    """The error of the next try says so; after `destroy` it works."""
    world.execute(world.plan(iam={"github_actions_role_name": "nobody-made-it"}))
    with pytest.raises(UserError, match="its state is ROLLBACK_COMPLETE") as error:
        world.plan()
    assert "python build.py destroy prod" in error.value.then
    assert world.destroy().succeeded
    assert world.deploy().state == "CREATE_COMPLETE"


def test_a_failed_update_leaves_everything_as_it_was(world: World) -> None:
    """The stack is back where it was, and the next deployment is possible at once."""
    before = world.deploy()
    failed = world.execute(world.plan(iam={"github_actions_role_name": "nobody-made-it"}))
    assert (failed.state, failed.succeeded) == ("UPDATE_ROLLBACK_COMPLETE", False)
    assert failed.next_step.startswith("Everything is as it was before")
    assert failed.outputs == before.outputs
    assert world.deploy(network={"idle_timeout": 301}).state == "UPDATE_COMPLETE"


def test_a_retained_repository_is_adopted(world: World) -> None:
    """After `destroy` the images are still there, and the next deployment takes the repository over with them."""
    world.deploy()
    world.push("v1")
    assert world.destroy().succeeded
    done = world.deploy(image_tag="v1")
    assert done.outputs["EcsServiceName"] == "preto-2-prod"


def test_throttling_does_not_end_the_watching(world: World) -> None:
    """CloudFormation refuses some looks; all events are told nevertheless."""
    refusals = iter(range(4))

    def throttles(action: str) -> faults.Fault | None:
        if action == "DescribeStackEvents" and next(refusals, None) in {1, 2, 3}:
            return 400, faults.refusal("Throttling", "Rate exceeded")
        return None

    with world.behind(throttles, attempts=1) as there:
        assert there.deploy().state == "CREATE_COMPLETE"
    assert next(refusals, None) is None
    assert world.events[-1].status == "CREATE_COMPLETE"


def test_a_watch_that_breaks_off_says_that_the_deployment_goes_on(world: World) -> None:
    """Lost access is an error, but not one of the deployment."""
    looks = iter(range(100))

    def ends(action: str) -> faults.Fault | None:
        if action == "DescribeStackEvents" and next(looks) > 0:
            return 403, faults.refusal("ExpiredToken", "The security token included in the request is expired")
        return None

    with (
        world.behind(ends) as there,
        pytest.raises(UserError, match="they have expired") as error,
    ):
        there.execute(there.plan())
    assert "CloudFormation goes on" in error.value.then
