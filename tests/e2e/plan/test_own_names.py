"""`[names]` on the embedded AWS: the service runs under the given names, and its plan, status and log follow them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.status import read_status
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

NAMES = {
    "application": "streamlit-app",
    "load_balancer": "team-alb",
    "target_group": "team-tg",
    "cluster": "team-cluster",
    "service": "team-service",
    "task_family": "team-tasks",
    "container": "team-container",
    "log_group": "/team/log",
    "execution_role": "team-exec-role",
    "execution_role_path": "/service-role/",
    "task_role": "team-task-role",
    "cpu_policy": "team-cpu-autoscaling",
    "memory_policy": "team-memory-autoscaling",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def test_a_service_runs_under_the_names_that_are_given(world: World) -> None:
    """From the first deployment to the last: nothing of it assumes that names are those of the stack."""
    iam, changed = world.account.client("iam"), {"names": NAMES, "ecr": {"repository_name": "team-app"}}
    iam.create_role(RoleName="team-task-role", AssumeRolePolicyDocument=json.dumps(TRUST))
    with pytest.raises(UserError, match=r"role team-task-role \(Iam/TaskRole\)") as refused:
        world.plan(**changed)
    assert "set another role name in [names]" in refused.value.then
    iam.delete_role(RoleName="team-task-role")
    world.deploy(**changed)
    place_image(world.account.address, "team-app", "v1")
    world.deploy(image_tag="v1", **changed)

    wanted: dict[str, Any] = {"image_tag": "v1", **changed}
    (service,) = world.aws.ecs.describe_services(cluster="team-cluster", services=["team-service"])["services"]
    assert service["runningCount"] == 2
    assert "/team-tasks:" in service["taskDefinition"]
    roles = {it["RoleName"]: it["Path"] for it in iam.list_roles()["Roles"] if it["RoleName"].startswith("team-")}
    assert roles == {"team-exec-role": "/service-role/", "team-task-role": "/"}
    scaling = world.account.client("application-autoscaling")
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert {it["PolicyName"] for it in policies} == {"team-cpu-autoscaling", "team-memory-autoscaling"}
    status = read_status(world.aws, settings(**wanted))
    assert status.service is not None
    assert (status.service.cluster, status.service.name) == ("team-cluster", "team-service")
    assert {it.health for it in status.targets} == {"healthy"}
    assert world.plan(**wanted).change_set is None


def test_a_target_group_does_not_stay_where_the_load_balancer_is_another_one(running: World) -> None:
    """Elastic Load Balancing would refuse it half way; a name that is not given changes with the load balancer's."""
    names = {"load_balancer": "team-alb", "target_group": "team-tg"}
    running.deploy(image_tag="v1", names=names)
    for names_after in (names | {"load_balancer": "other-alb"}, {"target_group": "team-tg"}):
        with pytest.raises(UserError, match=r"Network/TargetGroup would stay: a target group belongs to one"):
            running.plan(image_tag="v1", names=names_after)
    running.deploy(image_tag="v1", names=names | {"load_balancer": "other-alb", "target_group": "other-tg"})


def test_a_policy_that_tracks_a_metric_is_not_renamed(running: World) -> None:
    """CloudFormation makes the new one first, and there can be one for each metric; without it, it has another name."""
    with pytest.raises(
        UserError, match=r"\(Autoscaling/CpuPolicy\) would be replaced, because of PolicyName"
    ) as refused:
        running.plan(image_tag="v1", names={"cpu_policy": "team-cpu"})
    assert "switch its tracking off, deploy, and switch it on under another name" in refused.value.then
    running.deploy(image_tag="v1", autoscaling={"cpu_tracking": False})
    running.deploy(image_tag="v1", names={"cpu_policy": "team-cpu"})


def test_another_name_replaces_what_has_it(running: World) -> None:
    """Also of the load balancer, whose name otherwise stays as long as nothing else replaces it."""
    running.deploy(image_tag="v1", names={"load_balancer": "team-alb", "cluster": "team-cluster"})
    (balancer,) = running.aws.elbv2.describe_load_balancers()["LoadBalancers"]
    assert balancer["LoadBalancerName"] == "team-alb"
    (service,) = running.aws.ecs.describe_services(cluster="team-cluster", services=["preto-2-prod"])["services"]
    assert service["runningCount"] >= 1
