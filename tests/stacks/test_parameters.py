"""Which values a deployment passes: the settings', and what must be kept of what is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.views.plan import comment, documents, screen

if TYPE_CHECKING:
    from tests.stacks.conftest import World


def deployed(world: World, key: str) -> str:
    """A parameter of the deployed root."""
    stack = world.aws.cloudformation.describe_stacks(StackName="preto-2-prod")["Stacks"][0]
    return next(item["ParameterValue"] for item in stack["Parameters"] if item["ParameterKey"] == key)


def test_the_service_is_created_with_the_configured_count(running: World) -> None:
    """Two tasks, although autoscaling is on."""
    assert deployed(running, "EcsDesiredCount") == "2"
    found = running.account.client("ecs").describe_services(cluster="preto-2-prod", services=["preto-2-prod"])
    assert found["services"][0]["desiredCount"] == 2


def test_an_update_leaves_the_count_to_autoscaling(running: World) -> None:
    """What autoscaling has scaled to is not thrown away by a deployment."""
    ecs = running.account.client("ecs")
    ecs.update_service(cluster="preto-2-prod", service="preto-2-prod", desiredCount=4)
    running.deploy(image_tag="v1", ecs={"cpu": 512, "memory": 1024, "desired_count": 2})
    assert deployed(running, "EcsDesiredCount") == ""
    assert ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"][0]["desiredCount"] == 4


def test_without_autoscaling_the_configured_count_rules(running: World) -> None:
    """Nothing else decides on it then."""
    wanted = {"cpu": 256, "memory": 512, "desired_count": 3}
    running.deploy(image_tag="v1", autoscaling={"enabled": False}, ecs=wanted)
    assert deployed(running, "EcsDesiredCount") == "3"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "the service has 4 tasks now, and it is set to 1 (ecs.desired_count)"),
        (4, "the service has 4 tasks now, and it stays at 4 (ecs.desired_count)"),
    ],
)
def test_turning_autoscaling_off_says_what_becomes_of_the_tasks(running: World, count: int, words: str) -> None:
    """In the plan, in all its forms: what it was scaled to is given up, which no changed resource says."""
    running.account.client("ecs").update_service(cluster="preto-2-prod", service="preto-2-prod", desiredCount=4)
    planned = running.plan(
        image_tag="v1", autoscaling={"enabled": False}, ecs={"cpu": 256, "memory": 512, "desired_count": count}
    )
    note = f"Autoscaling is turned off: {words}."
    assert planned.request.notes == (note,)
    assert note in screen.text(planned)
    assert f"> {note}" in comment.markdown(planned)
    assert documents.document(planned)["notes"] == [note]
    assert running.execute(planned).succeeded
    assert deployed(running, "EcsDesiredCount") == str(count)
    assert not running.plan(image_tag="v1", autoscaling={"enabled": False}).request.notes


def test_autoscaling_that_stays_or_comes_back_is_no_note(running: World) -> None:
    """Only what is lost is called out."""
    assert not running.plan(image_tag="v1", autoscaling={"min_capacity": 2, "max_capacity": 6}).request.notes
    running.deploy(image_tag="v1", autoscaling={"enabled": False})
    assert not running.plan(image_tag="v1").request.notes


def test_a_deployment_without_a_tag_keeps_the_running_image(running: World) -> None:
    """Who changes the network does not tear the service down; the plan says so."""
    planned = running.plan(network={"idle_timeout": 301})
    assert planned.request.notes == ("No image tag given: the service keeps v1.",)
    done = running.execute(planned)
    assert done.outputs["EcsServiceName"] == "preto-2-prod"
    assert deployed(running, "ImageTag") == "v1"


def test_another_tag_replaces_the_running_image(running: World) -> None:
    """The service gets the new image."""
    running.push("v2")
    running.deploy(image_tag="v2")
    assert deployed(running, "ImageTag") == "v2"
