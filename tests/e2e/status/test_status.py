"""The status of an environment: what is there, and what is not."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.status import read_status
from stacks.views import status as view
from tests.support import faults
from tests.support.commands import project
from tests.support.proxy import Call, Reply, between
from tests.support.world import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.world import World


def test_without_an_image_the_absent_parts_are_said(world: World) -> None:
    """Five stacks, no image and no service."""
    world.deploy()
    found = read_status(world.aws, settings())
    assert {stack.path: stack.state for stack in found.stacks} == dict.fromkeys(
        ["", "Security", "Ecr", "Iam", "Network"], "CREATE_COMPLETE"
    )
    assert (found.image, found.service, found.autoscaling, found.targets) == (None, None, None, ())
    text = view.text(found)
    assert text.startswith("preto-2-prod  CREATE_COMPLETE  just now")
    assert "Image: none is deployed" in text
    assert "Service: there is none" in text


def test_with_an_image_all_of_it_is_shown(world: World) -> None:
    """Tasks, deployment, limits and targets of autoscaling, what it did last and why, and the image."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    world.aws.scaling.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/preto-2-prod/preto-2-prod",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=3,
    )
    found = read_status(world.aws, settings())
    assert found.service is not None
    assert (found.service.desired, found.service.running, found.service.pending) == (3, 3, 0)
    assert [(it.status, it.state) for it in found.service.deployments] == [("PRIMARY", "COMPLETED")]
    assert found.image is not None
    assert found.image.uri.endswith("/preto-2-prod:v1")
    assert found.image.pushed_at is not None
    assert found.autoscaling is not None
    assert (found.autoscaling.minimum, found.autoscaling.maximum, found.autoscaling.capacity) == (3, 4, 3)
    assert {tracked.value for tracked in found.autoscaling.tracked} == {70.0}
    assert "Setting desired count to 3. minimum capacity was set to 3 (Successful)" in view.text(found)
    assert json.loads(json.dumps(view.document(found)))["service"]["running"] == 3
    assert [(target.port, target.health) for target in found.targets] == [(8501, "healthy")] * 3
    assert "Targets: 3 of 3 healthy" in view.text(found)


def test_the_primary_deployment_counts_beside_one_that_has_failed(world: World, tmp_path: Path) -> None:
    """ECS has gone back by itself: the image is the one that runs, and what failed in what is over is not counted."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    place_image(world.account.address, "preto-2-prod", "crash", exit_code=1)
    uri = world.aws.ecr.describe_repositories()["repositories"][0]["repositoryUri"]
    world.aws.ecs.register_task_definition(
        family="crash", containerDefinitions=[{"name": "app", "image": f"{uri}:crash"}]
    )
    world.aws.ecs.update_service(cluster="preto-2-prod", service="preto-2-prod", taskDefinition="crash")
    text = project(tmp_path, world.account.env).succeed("status", "prod")
    assert f"Image: {uri}:v1" in text
    shown = [line.split() for line in text.splitlines() if line.startswith(("  PRIMARY", "  ACTIVE"))]
    assert [line[:2] for line in shown] == [["PRIMARY", "COMPLETED"], ["ACTIVE", "FAILED"]]
    assert ["0 failed" in " ".join(line) for line in shown] == [True, False]


def test_schedules_are_shown_next_to_the_limits(world: World) -> None:
    """When other limits begin, and which; as JSON as they are."""
    world.deploy()
    world.push("v1")
    night = {"name": "night", "schedule": "cron(0 22 ? * MON-FRI *)", "timezone": "Asia/Seoul"}
    monthly = {"name": "month-end", "schedule": "cron(30 8 L * ? *)", "min_capacity": 3}
    scaled = {
        "min_capacity": 1,
        "max_capacity": 4,
        "schedules": (night | {"min_capacity": 0, "max_capacity": 3}, monthly),
    }
    world.deploy(image_tag="v1", autoscaling=scaled)
    found = read_status(world.aws, settings())
    limits = [line.strip() for line in view.text(found).splitlines() if line.startswith("  from ")]
    assert limits == [
        "from cron(30 8 L * ? *) UTC: 3 or more (month-end)",
        "from Mon-Fri 22:00 Asia/Seoul: 0 to 3 (night)",
    ]
    assert view.document(found)["schedules"][1] == {
        "name": "night",
        "schedule": "cron(0 22 ? * MON-FRI *)",
        "timezone": "Asia/Seoul",
        "minimum": 0,
        "maximum": 3,
    }


@pytest.mark.parametrize(
    ("action", "part"),
    [
        ("DescribeServices", "service"),
        ("DescribeTaskDefinition", "image"),
        ("DescribeTargetHealth", "targets"),
        ("DescribeScalableTargets", "autoscaling"),
        ("DescribeScheduledActions", "schedules"),
    ],
)
def test_a_part_that_may_not_be_read_is_said_and_the_rest_is_shown(world: World, action: str, part: str) -> None:
    """In its place, with AWS's words; in JSON under `denied`."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    words = f"User: me is not authorized to perform: {action}"

    def choose(call: Call) -> Callable[[Call, faults.PassOn], Reply] | None:
        return (lambda it, _: faults.refuse(it, 403, "AccessDeniedException", words)) if call.action == action else None

    with (
        between(world.account.address.endpoint_url, choose) as proxy,
        closing(replace(world.aws, endpoint_url=proxy.url)) as aws,
    ):
        found = read_status(aws, settings())
    assert dict(found.denied) == {part: words}
    text = view.text(found)
    assert f"{part.capitalize()}: access denied\n  {words}" in text
    shown = {line.partition(":")[0] for line in text.splitlines() if not line.startswith(" ")}
    rest = set() if part == "service" else {"Service", "Image", "Targets", "Autoscaling"}
    assert rest <= shown
    assert view.document(found)["denied"] == {part: words}


def test_what_is_not_deployed_is_refused(world: World) -> None:
    """With the command that deploys it."""
    with pytest.raises(UserError, match=r"python build\.py deploy prod"):
        read_status(world.aws, settings())
