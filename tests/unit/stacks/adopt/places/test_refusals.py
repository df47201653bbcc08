"""Services that cannot be taken over: each reason by name, all at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.adopt.running import Running
from stacks.errors import UserError
from tests.support import takeovers
from tests.support.terraform_preto2 import Preto2

SERVICE, DEFINITION = "module.ecs.aws_ecs_service.this", "module.ecs.aws_ecs_task_definition.this"
GROUP = "module.network.aws_lb_target_group.this"


def _refusals(changed: dict[str, dict[str, Any]], running: Running | None = None) -> list[str]:
    return list(takeovers.look(Preto2(changed=changed).state(), running=running).survey.refusals)


def _containers(*more: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return the container definitions with these changes of the first, and more containers."""
    resources = Preto2().resources()
    attributes = next(it for it in resources if it["type"] == "aws_ecs_task_definition")["instances"][0]["attributes"]
    [container] = json.loads(attributes["container_definitions"])
    return {"container_definitions": json.dumps([container | changed, *more])}


def test_the_team_is_not_refused() -> None:
    """A service on Fargate behind an application load balancer."""
    assert _refusals({}) == []


@pytest.mark.parametrize(
    ("address", "changed", "why"),
    [
        (SERVICE, {"deployment_controller": [{"type": "CODE_DEPLOY"}]}, "its deployment controller is CODE_DEPLOY"),
        (SERVICE, {"deployment_controller": [{"type": "EXTERNAL"}]}, "its deployment controller is EXTERNAL"),
        (SERVICE, {"launch_type": "EC2"}, "its launch type is EC2"),
        (SERVICE, {"launch_type": "EXTERNAL"}, "its launch type is EXTERNAL"),
        (
            SERVICE,
            {"launch_type": None, "capacity_provider_strategy": [{"capacity_provider": "machines", "weight": 1}]},
            "its capacity provider is machines",
        ),
        (SERVICE, {"scheduling_strategy": "DAEMON"}, "its scheduling strategy is DAEMON"),
        (SERVICE, {"service_registries": [{"registry_arn": "arn:aws:x"}]}, "it is registered in Cloud Map"),
        (SERVICE, {"load_balancer": []}, "it has no load balancer"),
        (GROUP, {"protocol": "TCP"}, "its target group speaks TCP"),
        (GROUP, {"target_type": "instance"}, "its target group has targets of the type instance"),
        (DEFINITION, {"network_mode": "bridge"}, "the network mode of its tasks is bridge"),
        (
            DEFINITION,
            {"runtime_platform": [{"operating_system_family": "WINDOWS_SERVER_2022_CORE"}]},
            "its tasks run on WINDOWS_SERVER_2022_CORE",
        ),
        (DEFINITION, {"volume": [{"name": "scratch", "host_path": ""}]}, "its volume scratch is not on EFS"),
        (DEFINITION, _containers(logConfiguration={"logDriver": "splunk"}), "logs by splunk"),
        (DEFINITION, _containers(dependsOn=[{"containerName": "x", "condition": "START"}]), "waits for others"),
    ],
)  # fmt: skip
def test_what_our_templates_cannot_say_is_refused(address: str, changed: dict[str, Any], why: str) -> None:
    """With the service's address, and what is in the way."""
    found = _refusals({address: changed})
    assert any(it.startswith(f"{SERVICE}: ") and why in it for it in found), found


def test_a_deployment_in_progress_is_refused() -> None:
    """It is waited for: otherwise nobody knows which tasks are the running ones."""
    rolling = Running(service={"deployments": [{"status": "PRIMARY"}, {"status": "ACTIVE"}]})
    assert _refusals({}, rolling) == [
        f"{SERVICE}: a deployment is in progress; wait for its end: aws ecs wait services-stable"
    ]


def test_all_reasons_are_named_at_once() -> None:
    """Nobody has to start again for the next one."""
    changed = {"launch_type": "EC2", "scheduling_strategy": "DAEMON", "deployment_controller": [{"type": "EXTERNAL"}]}
    assert len(_refusals({SERVICE: changed})) == 3


def test_a_cluster_that_is_not_in_the_state_blocks_with_its_reason() -> None:
    """A service cannot change its cluster."""
    document = Preto2().state()
    document["resources"] = [it for it in document["resources"] if it["type"] != "aws_ecs_cluster"]
    assert any(
        "its cluster preto-2-streamlit-app-cluster is not in the state" in it
        for it in takeovers.look(document).survey.refusals
    )


def test_what_is_in_the_way_is_said_also_where_there_are_no_settings() -> None:
    """Without the load balancer, nothing says which subnets it has."""
    document = Preto2().state()
    document["resources"] = [it for it in document["resources"] if it["type"] not in {"aws_lb", "aws_lb_listener"}]
    with pytest.raises(UserError, match="neither a listener nor a rule in the state forwards to its target group"):
        takeovers.look(document)
