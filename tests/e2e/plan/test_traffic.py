"""Strategies that move requests: into one, a deployment, what must not touch its rule meanwhile, and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.build.render import render
from stacks.errors import UserError
from tests.support.commands import Project, project
from tests.support.world import PRETO, settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.world import World

MOVES = {"ecs": PRETO["ecs"] | {"deployment": {"strategy": "blue_green"}}}
ENVIRONMENT = """
project = "preto-2"
environment = "prod"
image_tag = "v1"
[ecs]
cpu = 256
memory = 512
deployment.strategy = "blue_green"
[autoscaling]
min_capacity = 1
max_capacity = 4
[aws]
region = "ap-northeast-2"
"""
TOUCHING: dict[str, dict[str, Any]] = {
    "the rule's actions": {"network": {"stickiness_duration": 200}, **MOVES},
    "another load balancer": {"network": {"internal": True}, **MOVES},
    "other target groups": {"network": {"container_port": 8601}, **MOVES},
    "back to rolling": {},
}


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose prod is Preto-2 with blue/green deployments."""
    found = project(tmp_path, account.env)
    (found.folder / "environments" / "prod.toml").write_text(ENVIRONMENT, encoding="utf-8")
    return found


@pytest.fixture
def moved(world: World) -> World:
    """Give a world whose service has moved its requests to the second target group, with the second image."""
    world.deploy()
    for tag in ("v1", "v2"):
        world.push(tag)
        world.deploy(image_tag=tag, **MOVES)
    return world


def service(account: Account) -> dict[str, Any]:
    """The service as ECS describes it."""
    ecs = account.client("ecs")
    return dict(ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"][0])


def shares(account: Account) -> dict[str, tuple[int, int]]:
    """Weight by the production rule, and number of tasks, of the first and the second target group."""
    elb, (balancer,) = account.client("elbv2"), service(account)["loadBalancers"]
    advanced = balancer["advancedConfiguration"]
    (rule,) = elb.describe_rules(RuleArns=[advanced["productionListenerRule"]])["Rules"]
    weights = {it["TargetGroupArn"]: it["Weight"] for it in rule["Actions"][0]["ForwardConfig"]["TargetGroups"]}
    arns = {"first": balancer["targetGroupArn"], "second": advanced["alternateTargetGroupArn"]}
    return {
        name: (weights[arn], len(elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]))
        for name, arn in arns.items()
    }


def move(account: Account) -> None:
    """What the refusal says to do."""
    account.client("ecs").update_service(cluster="preto-2-prod", service="preto-2-prod", forceNewDeployment=True)


def test_a_running_service_takes_the_strategy_in_two_deployments(here: Project, running: World) -> None:
    """The first says that it is one of two and prepares, with a rolling update; the second switches; then all is said.

    The tasks stay in the first target group, and the service the same one.
    """
    first = here.run("deploy", "prod", "--yes")
    assert first.returncode == 0, first.stderr
    assert "takes two deployments of a running service" in first.stderr
    assert "rolling update" in first.stderr
    prepared = service(running.account)
    assert prepared["deploymentConfiguration"]["strategy"] == "ROLLING"
    assert shares(running.account) == {"first": (1, 2), "second": (0, 0)}
    running.deploy(image_tag="v1", **MOVES)
    switched = service(running.account)
    assert switched["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    assert switched["createdAt"] == prepared["createdAt"]
    assert running.plan(image_tag="v1", **MOVES).change_set is None


def test_nothing_sends_requests_to_a_group_without_tasks(here: Project, moved: World) -> None:
    """A change of ECS's rules is refused, whatever setting is behind it, with what helps; others are deployed."""
    second = {"first": (0, 0), "second": (100, 2)}
    assert shares(moved.account) == second
    error = here.fail("plan", "prod", "--image", "v2", "--var", "network_base_url_path=app")
    assert "Network/ProductionRule: ECS has shifted the traffic" in error
    assert "update-service --cluster preto-2-prod --service preto-2-prod --force-new-deployment" in error
    for changed in TOUCHING.values():
        with pytest.raises(UserError, match=r"^Network/\w+: ECS has shifted the traffic"):
            moved.plan(image_tag="v2", **changed)
    denied = (400, '{"__type": "AccessDeniedException", "message": "no"}')
    with (
        moved.behind(lambda action: denied if action == "DescribeServices" else None) as blind,
        pytest.raises(UserError, match="DescribeServices is not allowed"),
    ):
        blind.plan(image_tag="v2", **TOUCHING["the rule's actions"])
    assert moved.change_sets() == []
    moved.deploy(image_tag="v2", network={"idle_timeout": 301}, **MOVES)
    assert shares(moved.account) == second


def test_a_service_goes_back_to_rolling_from_the_first_group(moved: World, tmp_path: Path) -> None:
    """And a saved plan that does so is refused as long as ECS has the requests elsewhere."""
    wanted, file = settings(image_tag="v2"), tmp_path / "plan.json"
    move(moved.account)
    assert shares(moved.account) == {"first": (100, 2), "second": (0, 0)}
    plan.write_plan(
        plan.prepare(moved.aws, wanted, render(wanted), emit=moved.said.append, purpose=plan.Purpose.KEEP), file
    )
    move(moved.account)
    with pytest.raises(UserError, match="ECS has shifted the traffic"):
        plan.reopen(moved.aws, plan.read_plan(file), "prod", "preto-2-prod")
    move(moved.account)
    assert moved.execute(plan.reopen(moved.aws, plan.read_plan(file), "prod", "preto-2-prod")).succeeded
    back = service(moved.account)
    assert back["deploymentConfiguration"]["strategy"] == "ROLLING"
    assert "advancedConfiguration" not in back["loadBalancers"][0]
    assert back["runningCount"] == 2
