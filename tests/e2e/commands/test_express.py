"""A stack that somebody's update in express mode has left half done, on the real command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.clouds import until
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

STACK = "preto-2-prod"
TIMEOUT = ("--var", "network_idle_timeout=302")


@pytest.fixture
def here(tmp_path: Path, world: World) -> Project:
    """Give a project whose `prod` is in the account of this world."""
    return project(tmp_path, world.account.env)


def state(world: World) -> str:
    """The root's state."""
    return world.states()[STACK]


class TestFailedExpressUpdate:
    """UPDATE_FAILED after somebody's update in express mode, whose rollback is off where it is not asked for."""

    @pytest.fixture
    def stranded(self, here: Project, world: World) -> World:
        """Give a world in which such an update has failed at the load balancer, after one with image v1."""
        quiet, cloudformation = ("--yes", "--quiet"), world.aws.cloudformation
        here.succeed("deploy", "prod", *quiet)
        world.push("v1")
        world.push("v2")
        here.succeed("deploy", "prod", *quiet, "--image", "v1", "--var", "autoscaling_enabled=false")
        here.run("plan", "prod", "--out", "plan.json", "--var", "autoscaling_enabled=false", *TIMEOUT)
        change_set = json.loads((here.folder / "plan.json").read_text())["change_set_id"]
        template = cloudformation.get_template(ChangeSetName=change_set)["TemplateBody"]
        found = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        world.account.inject_faults({"step": "update", "resource": "LoadBalancer", "reason": "no luck"})
        cloudformation.update_stack(
            StackName=STACK,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": it["ParameterKey"], "UsePreviousValue": True} for it in found["Parameters"]],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            DeploymentConfig={"Mode": "EXPRESS"},
        )
        until(lambda: state(world) == "UPDATE_FAILED")
        world.account.inject_faults()
        return world

    def test_what_ran_before_is_deployed_once_more(self, here: Project, stranded: World) -> None:
        """CloudFormation neither rolls it back nor takes another mode nor a replacement; the way out is walked."""
        error = here.fail("deploy", "prod", "--image", "v1", "--yes")
        assert "First failure: Network/LoadBalancer" in error
        assert "`deploy ENV --express --image TAG`" in error
        express = (
            "deploy",
            "prod",
            "--yes",
            "--quiet",
            "--express",
            "--var",
            "aws_express=true",
            "--var",
            "autoscaling_enabled=false",
        )
        refused = here.fail(*express, "--image", "v2")
        assert "nothing can be replaced: Ecs/TaskDefinition" in refused
        assert state(stranded) == "UPDATE_FAILED"
        here.succeed(*express, "--image", "v1")
        assert state(stranded) == "UPDATE_COMPLETE"
        here.succeed("deploy", "prod", "--yes", "--image", "v2", *TIMEOUT)
        assert state(stranded) == "UPDATE_COMPLETE"
