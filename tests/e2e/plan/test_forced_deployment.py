"""What reaches no task that runs: a deployment is forced for it, once, and for nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.build.render import render
from stacks.cloudformation.changes import Change, PropertyChange, StackChanges
from stacks.plan.forced_deployment import ForcedDeployment, find_forced_deployment
from tests.support.commands import project
from tests.support.world import PRETO, settings

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.rendered.rendered import Rendered
    from tests.support.world import World

SPOT = """
project = "preto-2"
environment = "prod"
image_tag = "v1"
[ecs]
cpu = 256
memory = 512
spot.on_demand_base = 1
[autoscaling]
min_capacity = 1
max_capacity = 4
[aws]
region = "ap-northeast-2"
"""
HALF = {"minimum_healthy_percent": 50}
"""A setting of the service that starts no deployment."""


def ecs(**more: Any) -> dict[str, Any]:
    """The settings of a small service, and these."""
    return {"ecs": {**PRETO["ecs"], **more}}


def tasks(world: World) -> dict[str, tuple[str, bool]]:
    """Capacity provider, and whether Exec reaches it, of each running task."""
    found = world.aws.ecs.list_tasks(cluster="preto-2-prod", serviceName="preto-2-prod")["taskArns"]
    described = world.aws.ecs.describe_tasks(cluster="preto-2-prod", tasks=found)["tasks"]
    return {it["taskArn"]: (it["capacityProviderName"], it["enableExecuteCommand"]) for it in described}


def without_force(rendered: Rendered) -> Rendered:
    """The same tree as it was before there was the parameter."""
    templates = {name: json.loads(text) for name, text in rendered.templates.items()}
    root, child = templates["root.template.json"], templates["ecs.template.json"]
    del root["Parameters"]["EcsForcedDeployment"], root["Metadata"]
    del root["Resources"]["Ecs"]["Properties"]["Parameters"]["ForcedDeployment"]
    del child["Parameters"]["ForcedDeployment"], child["Conditions"]["DeploymentIsForced"]
    del child["Resources"]["Service"]["Properties"]["ForceNewDeployment"]
    parameters = {name: value for name, value in rendered.parameters.items() if name != "EcsForcedDeployment"}
    texts = {name: json.dumps(body) for name, body in templates.items()}
    return replace(rendered, templates=texts, parameters=parameters)


def test_spot_and_exec_reach_tasks_that_run_and_nothing_else_replaces_them(tmp_path: Path, running: World) -> None:
    """Switched on and off: ECS takes it, all tasks are new ones, and the plan says so; then the same is no change."""
    here = project(tmp_path, running.account.env)
    (here.folder / "environments" / "prod.toml").write_text(SPOT, encoding="utf-8")
    first = tasks(running)
    assert set(first.values()) == {("FARGATE", False)}
    done = here.run("deploy", "prod", "--yes")
    assert done.returncode == 0, done.stderr
    assert "would not get another capacity: all tasks are replaced" in done.stderr
    spot = tasks(running)
    assert not spot.keys() & first.keys()
    assert running.plan(image_tag="v1", **ecs(spot={})).change_set is None

    planned = running.plan(image_tag="v1", **ecs(spot={}, deployment=HALF))
    (words,) = [change.consequence for path, change in planned.changes.paths() if path == "Ecs/Service"]
    assert words.startswith("no task is replaced")
    assert running.execute(planned).succeeded
    assert tasks(running) == spot
    running.deploy(image_tag="v1", **ecs(exec=True))
    assert set(tasks(running).values()) == {("FARGATE", True)}
    running.deploy(image_tag="v1", **ecs())
    assert set(tasks(running).values()) == {("FARGATE", False)}


def test_a_stack_from_before_is_not_rolled(world: World) -> None:
    """One that was deployed without the parameter keeps its tasks with the templates that have it."""
    world.deploy()
    world.push("v1")
    old = settings(image_tag="v1")
    assert world.execute(plan.prepare(world.aws, old, without_force(render(old)), emit=world.said.append)).succeeded
    before = tasks(world)
    world.deploy(image_tag="v1", **ecs(deployment=HALF))
    assert tasks(world) == before
    world.deploy(image_tag="v1", **ecs(deployment=HALF, spot={}))
    assert not tasks(world).keys() & before.keys()


def changed(*paths: str, certainty: Any = "certain") -> StackChanges:
    """A tree in which these properties of the service change."""
    properties = tuple(PropertyChange(path=path, before=1, after=2, certainty=certainty) for path in paths)
    service = Change(action="Modify", logical_id="Service", type="AWS::ECS::Service", properties=properties)
    return StackChanges(stack_id="root", changes=(service,))


@pytest.mark.parametrize(
    "path", ["CapacityProviderStrategy[0].Weight", "CapacityProviderStrategy[1]", "EnableExecuteCommand"]
)
def test_another_nonce_each_time_that_it_is_needed(path: str) -> None:
    """The same for the same change of the same stack, another one for the next."""
    first = find_forced_deployment(changed(path, "TaskDefinition"), "")
    assert first is not None
    assert first == find_forced_deployment(changed(path, "TaskDefinition"), "")
    second = find_forced_deployment(changed(path), first.nonce)
    assert second is not None
    assert second.nonce not in {"", first.nonce}


@pytest.mark.parametrize("path", ["DesiredCount", "Tags[0].Value", "DeploymentConfiguration.Strategy", "LoadBalancers"])
def test_no_nonce_without_need(path: str) -> None:
    """What is there from an earlier change is removed; without it the plan stays as it is."""
    assert find_forced_deployment(changed(path), "") is None
    assert find_forced_deployment(changed(path), "0a1b") == ForcedDeployment(nonce="", note="")
    assert find_forced_deployment(changed(path, certainty="none"), "0a1b") is None
    assert find_forced_deployment(changed("ForceNewDeployment"), "0a1b") is None
    assert find_forced_deployment(StackChanges(stack_id="root"), "0a1b") is None
