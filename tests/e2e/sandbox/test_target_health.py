"""The health of a service's tasks as targets, as far as their age decides it."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Address, running
from sandbox.image import place_image
from tests.support.accounts import REGION, Account

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def in_real_time() -> Iterator[Address]:
    """Give an embedded AWS in which health checks and draining take minutes."""
    with running(state_dir=None, region=REGION, time_scale=1) as address:
        yield address


@pytest.fixture
def quick() -> Iterator[Account]:
    """Give an embedded AWS in which a minute takes a sixteenth of a second."""
    with running(state_dir=None, region=REGION, time_scale=0.001) as address:
        yield Account(address=address)


def serve(account: Account, **image: Any) -> str:
    """Run two tasks of this image in a subnet behind a target group; give the group's ARN."""
    ec2, elb, ecs = (account.client(name) for name in ("ec2", "elbv2", "ecs"))
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    group = elb.create_target_group(Name="app", Protocol="HTTP", Port=8501, VpcId=vpc, TargetType="ip")
    arn = str(group["TargetGroups"][0]["TargetGroupArn"])
    uri = account.client("ecr").create_repository(repositoryName="app")["repository"]["repositoryUri"]
    place_image(account.address, "app", "v1", **image)
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(
        family="app",
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "web", "image": f"{uri}:v1", "portMappings": [{"containerPort": 8501}]}],
    )
    ecs.create_service(
        cluster="main",
        serviceName="app",
        taskDefinition="app",
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        loadBalancers=[{"targetGroupArn": arn, "containerName": "web", "containerPort": 8501}],
    )
    return arn


def health(account: Account, arn: str) -> Counter[tuple[str, str]]:
    """How many targets are in which state, with the load balancer's reason."""
    found = account.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert len({it["Target"]["Id"] for it in found}) == len(found)
    assert all(it["Target"]["Id"].startswith("10.7.1.") and it["Target"]["Port"] == 8501 for it in found)
    return Counter((it["TargetHealth"]["State"], it["TargetHealth"].get("Reason", "")) for it in found)


def test_where_nothing_takes_time_the_running_tasks_are_healthy(account: Account) -> None:
    """Each at its own address of the subnet; one that is gone is gone at once."""
    arn = serve(account)
    assert health(account, arn) == {("healthy", ""): 2}
    account.client("ecs").update_service(cluster="main", service="app", desiredCount=1)
    assert health(account, arn) == {("healthy", ""): 1}


def test_new_tasks_are_initial_and_stopped_ones_draining(in_real_time: Address, account: Account) -> None:
    """For as long as health checks and the deregistration delay take, with AWS's reasons."""
    slow = Account(address=in_real_time.as_account(account.account_id))
    arn = serve(slow)
    assert health(slow, arn) == {("initial", "Elb.RegistrationInProgress"): 2}
    slow.client("ecs").update_service(cluster="main", service="app", desiredCount=1)
    assert health(slow, arn) == {
        ("initial", "Elb.RegistrationInProgress"): 1,
        ("draining", "Target.DeregistrationInProgress"): 1,
    }


def test_replaced_tasks_stay_until_the_new_ones_are_healthy(in_real_time: Address, account: Account) -> None:
    """As ECS has it: they keep their state until then, and do not drain before."""
    slow = Account(address=in_real_time.as_account(account.account_id))
    arn = serve(slow)
    slow.client("ecs").update_service(cluster="main", service="app", forceNewDeployment=True)
    assert health(slow, arn) == {("initial", "Elb.RegistrationInProgress"): 4}


def test_tasks_whose_checks_begin_to_fail_are_replaced(quick: Account) -> None:
    """Another path of the target group is no deployment: all tasks become unhealthy, and ECS replaces them for ever."""
    arn, ecs = serve(quick, port=8501, health={"/": 200}), quick.client("ecs")
    before = set(ecs.list_tasks(cluster="main")["taskArns"])
    quick.client("elbv2").modify_target_group(TargetGroupArn=arn, HealthCheckPath="/nothing")
    ecs.describe_services(cluster="main", services=["app"])
    time.sleep(0.2)  # three unhealthy checks, and healthy ones before
    assert health(quick, arn) == {("unhealthy", "Target.ResponseCodeMismatch"): 2}
    (service,) = ecs.describe_services(cluster="main", services=["app"])["services"]
    assert not before & set(ecs.list_tasks(cluster="main")["taskArns"])
    assert (service["runningCount"], service["deployments"][0]["rolloutState"]) == (2, "COMPLETED")
    assert service["events"][0]["message"] == (
        "(service app) (port 8501) is unhealthy in target-group app due to (reason Health checks failed with these "
        "codes: [404])."
    )
    stopped = ecs.describe_tasks(cluster="main", tasks=sorted(before))["tasks"]
    assert {it["stoppedReason"] for it in stopped} == {f"Task failed ELB health checks in (target-group {arn})"}
    assert {it["containers"][0]["exitCode"] for it in stopped} == {143}
