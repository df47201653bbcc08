"""A web app whose health check does not fit: on the sandbox, too, its deployment fails, with ECS's reason."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from sandbox.image import main, place_image
from stacks.operations.service import Services

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

REPOSITORY = "preto-2-prod"
APP = {"framework": "web"}


def states(world: World) -> set[str]:
    """The states of all targets."""
    (group,) = world.aws.elbv2.describe_target_groups()["TargetGroups"]
    found = world.account.client("elbv2").describe_target_health(TargetGroupArn=group["TargetGroupArn"])
    return {it["TargetHealth"]["State"] for it in found["TargetHealthDescriptions"]}


def test_a_deployment_whose_health_check_does_not_fit_fails(world: World) -> None:
    """On another port nothing answers: neither first nor later. With port and path as the image says it is healthy."""
    world.deploy(app=APP)
    place_image(world.account.address, REPOSITORY, "v1", port=3000, health={"/healthz": 200})
    assert not world.execute(world.plan(image_tag="v1", app=APP)).succeeded
    fitting = {"container_port": 3000, "health_check_path": "/healthz"}
    world.deploy(image_tag="v1", app=APP, network=fitting)
    assert states(world) == {"healthy"}
    place_image(world.account.address, REPOSITORY, "v2", port=4000)
    since = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)  # the sandbox's times have no fractions of a second
    assert not world.execute(world.plan(image_tag="v2", app=APP, network=fitting)).succeeded
    (service,) = world.aws.ecs.describe_services(cluster=REPOSITORY, services=[REPOSITORY])["services"]
    seen = Services(world.aws, service["serviceArn"], since=since).poll()
    assert seen is not None
    assert all(it.reason.startswith("Task failed ELB health checks in (target-group ") for it in seen.stopped)
    assert "health_check_path" in seen.stopped[0].hint
    assert any("due to (reason Health checks failed)" in it["message"] for it in service["events"])
    assert states(world) == {"healthy"}
    place_image(world.account.address, REPOSITORY, "v3", port=4000, port_variable="PORT")
    world.deploy(image_tag="v3", app=APP)
    assert states(world) == {"healthy"}


def test_the_answers_of_an_image_are_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Paths with their codes; one that is none is refused before anything is started."""
    with pytest.raises(SystemExit):
        main([REPOSITORY, "v1", "--health", "healthz", "--state-dir", str(tmp_path)])
    assert "argument --health: invalid" in capsys.readouterr().err
