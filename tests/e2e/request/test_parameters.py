"""Which values a deployment passes: the settings', and what must be kept of what is deployed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from stacks.cloudformation.changes import Change, PropertyChange
from stacks.views.plan import comment, documents, screen
from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.networks import Net
    from tests.support.world import World


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


def without_parameters(running: World) -> None:
    """Leave the root stack as an import does: its values are literals in its template, and it has no parameters."""
    cloudformation = running.aws.cloudformation
    values = {it["ParameterKey"]: it["ParameterValue"] for it in _root(running)["Parameters"]}
    body = cloudformation.get_template(StackName="preto-2-prod")["TemplateBody"]
    template = {part: it for part, it in body.items() if part not in {"Parameters", "Rules", "Metadata", "Outputs"}}
    template["Resources"] = _literal(template["Resources"], values)
    template["Conditions"] = _literal(template["Conditions"], values)
    cloudformation.update_stack(
        StackName="preto-2-prod", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="preto-2-prod", WaiterConfig={"Delay": 1})
    assert not _root(running).get("Parameters")


def _root(world: World) -> Any:
    (stack,) = world.aws.cloudformation.describe_stacks(StackName="preto-2-prod")["Stacks"]
    return stack


def _literal(value: Any, values: dict[str, str]) -> Any:
    """Return a part of a template with the values of the parameters."""
    if isinstance(value, list):
        return [_literal(it, values) for it in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"}:
        return values.get(value["Ref"], value)
    return {key: _literal(it, values) for key, it in value.items()}


def test_the_first_update_after_an_import_leaves_the_count_to_autoscaling(
    world: World, net: Net, public: tuple[str, str]
) -> None:
    """The stack has no parameters then: the count is not sent, whatever the settings say, and the tasks stay."""
    given = {"network": {"vpc_id": net.vpc_id, "public_subnet_ids": public}}
    world.deploy(**given)
    world.push("v1")
    world.deploy(image_tag="v1", **given)
    ecs = world.aws.ecs
    ecs.update_service(cluster="preto-2-prod", service="preto-2-prod", desiredCount=4)
    without_parameters(world)
    small = {"cpu": 256, "memory": 512, "desired_count": 2}
    planned = world.plan(image_tag="v1", ecs=small | {"memory": 1024}, **given)
    assert planned.request.parameters["EcsDesiredCount"] == ""
    assert world.execute(planned).succeeded
    (service,) = ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    assert service["desiredCount"] == 4
    assert len(ecs.list_tasks(cluster="preto-2-prod", serviceName="preto-2-prod")["taskArns"]) == 4


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


def test_the_number_of_tasks_is_foretold_by_what_is_sent_to_ecs(world: World, tmp_path: Path) -> None:
    """After a first deployment with an image: no plan touches the service for its count alone, nor says that it does.

    A count that is not used is said to be, and one that CloudFormation does not send is not announced.
    """
    here = project(tmp_path, world.account.env)
    image = ("prod", "--image", "v1")
    here.succeed("deploy", "prod", "--yes", "--quiet")
    world.push("v1")
    here.succeed("deploy", *image, "--yes", "--quiet")
    world.aws.ecs.update_service(cluster="preto-2-prod", service="preto-2-prod", desiredCount=4)
    more = ("--var", "ecs_desired_count=2", "--var", "ecr_untagged_expire_days=9")
    done = here.run("plan", *image, "--var", "network_idle_timeout=301", *more)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("Waiting for the change set") == 1
    assert "LoadBalancer" in done.stdout
    assert re.search(r"\.selection\.countNumber +7 → 9", done.stdout), "a policy is not one line of JSON"
    assert "DesiredCount" not in done.stdout
    assert "AWS::ECS::Service" not in done.stdout
    assert "ecs.desired_count = 2 is not used: autoscaling has set 4 tasks." in done.stdout
    off = (*image, "--var", "autoscaling_enabled=false", "--var", "ecs_desired_count=2")
    said = here.run("deploy", *off, "--yes")
    assert said.returncode == 0, said.stderr
    words = "the service has 4 tasks now, and it keeps them: the stack already has 2 (ecs.desired_count)"
    assert words in said.stderr
    assert "--service preto-2-prod --desired-count 2" in said.stderr
    found = world.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    assert found[0]["desiredCount"] == 4


def test_a_count_that_is_sent_with_another_change_is_announced(running: World) -> None:
    """CloudFormation sends it with every update of the service, also where it was the same before."""
    running.aws.ecs.update_service(cluster="preto-2-prod", service="preto-2-prod", desiredCount=4)
    wanted = {"cpu": 512, "memory": 1024, "desired_count": 2}
    planned = running.plan(image_tag="v1", autoscaling={"enabled": False}, ecs=wanted)
    assert "it is set to 2 (ecs.desired_count)" in planned.request.notes[0]
    assert running.execute(planned).succeeded
    found = running.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    assert found[0]["desiredCount"] == 2


@pytest.mark.parametrize(
    ("properties", "replaces", "starts"),
    [
        ([], True, True),
        ([("TaskDefinition", "a", "b")], True, True),
        ([("DesiredCount", 2, None)], False, False),
        ([("DesiredCount", 2, 3)], False, True),
        ([("DeploymentConfiguration.MaximumPercent", 200, 150), ("Tags[Team]", None, "a")], False, False),
        ([("NetworkConfiguration.AwsvpcConfiguration.Subnets", "a", "b"), ("DesiredCount", 2, None)], True, True),
    ],
)
def test_only_what_starts_a_deployment_replaces_tasks(
    properties: list[tuple[str, object, object]], replaces: object, starts: object
) -> None:
    """As the reference of UpdateService says of each parameter."""
    found = tuple(PropertyChange(path=path, before=before, after=after) for path, before, after in properties)
    change = Change(action="Modify", logical_id="Service", type="AWS::ECS::Service", properties=found)
    assert (change.replaces_tasks, change.starts_tasks) == (replaces, starts)


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
