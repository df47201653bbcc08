"""Quotas that a deployment would exceed, on the embedded AWS, which tells them as AWS does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.preflight import capacity
from stacks.preflight.capacity import Capacity
from tests.support.world import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support import faults
    from tests.support.world import World

UNKNOWN = "whether it is enough is not known"


def use(world: World, vcpus: float, kind: str = "OnDemand") -> None:
    """Let so many vCPUs of Fargate be in use, as Fargate tells it."""
    dimensions = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": f"Standard/{kind}"}
    point = {
        "MetricName": "ResourceCount",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Value": vcpus,
    }
    world.account.client("cloudwatch").put_metric_data(Namespace="AWS/Usage", MetricData=[point])


def uploads(world: World) -> int:
    """How many objects are in the artifact bucket."""
    (bucket,) = world.aws.s3.list_buckets()["Buckets"]
    return world.aws.s3.list_objects_v2(Bucket=bucket["Name"])["KeyCount"]


def test_the_vpcs_addresses_and_balancers_of_the_account(world: World) -> None:
    """All that is exceeded is told at once, with the limit, the use, the need, and how to raise it; then it goes on."""
    ec2 = world.account.client("ec2")
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    for _ in range(5):
        ec2.allocate_address(Domain="vpc")
    with pytest.raises(UserError) as error:
        world.plan()
    assert error.value.what == "quotas"
    assert "VPCs per Region: 5 in ap-northeast-2, 5 in use, 1 more needed" in error.value.why
    assert "EC2-VPC Elastic IPs: 5 in ap-northeast-2, 5 in use, 1 more needed" in error.value.why
    assert uploads(world) == 0
    raising = (
        "aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE "
        "--desired-value 6 --region ap-northeast-2"
    )
    assert raising in error.value.then
    quotas = world.account.client("service-quotas")
    quotas.request_service_quota_increase(ServiceCode="vpc", QuotaCode="L-F678F1CE", DesiredValue=6)
    quotas.request_service_quota_increase(ServiceCode="ec2", QuotaCode="L-0263D0A3", DesiredValue=6)
    world.deploy()


VPCS = "".join(f"<item><vpcId>vpc-{number}</vpcId><ownerId>210987654321</ownerId></item>" for number in range(5))
ADDRESSES = "".join(
    f"<item><publicIp>192.0.2.{number}</publicIp>{kind}</item>"
    for number, kind in enumerate([
        *["<publicIpv4Pool>ipv4pool-ec2-0123456789abcdef0</publicIpv4Pool>"] * 3,
        *["<publicIpv4Pool>amazon</publicIpv4Pool><serviceManaged>alb</serviceManaged>"] * 3,
    ])
)  # fmt: skip
LISTED = {
    "DescribeVpcs": f"<Response><vpcSet>{VPCS}</vpcSet></Response>",
    "DescribeAddresses": f"<Response><addressesSet>{ADDRESSES}</addressesSet></Response>",
}


def test_what_is_listed_and_not_of_the_quota(world: World) -> None:
    """VPCs that others share, addresses that were brought along, and those that services manage keep nobody out."""
    with world.behind(lambda action: (200, LISTED[action]) if action in LISTED else None) as there:
        assert there.plan().change_set is not None


def test_names_and_quotas_are_one_error(world: World) -> None:
    """Whoever raises one of them need not come back for the other."""
    ec2 = world.account.client("ec2")
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    world.account.client("elbv2").create_target_group(
        Name="preto-2-prod-8501",
        Port=80,
        Protocol="HTTP",
        TargetType="ip",
        VpcId=ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
    )
    with pytest.raises(UserError, match=r"names and quotas: in use.*preto-2-prod-8501.*VPCs per Region"):
        world.plan()


def limit(world: World, code: str, value: float) -> Callable[[str], faults.Fault | None]:
    """Let the account have so much of one of Fargate's quotas, less than AWS gives anybody who asks for more."""
    quota = {"ServiceCode": "fargate", "QuotaCode": code, "Value": value}
    others = world.account.client("service-quotas").get_service_quota(ServiceCode="fargate", QuotaCode="L-3032A538")
    assert others["Quota"]["Value"] > value
    return lambda action: (200, json.dumps({"Quota": quota})) if action == "GetServiceQuota" else None


def test_a_service_that_never_has_room(world: World) -> None:
    """Two tasks of a quarter of a vCPU are wanted to begin with: where less is allowed, the deployment would hang."""
    world.deploy()
    world.push("v1")
    before = uploads(world)
    with (
        world.behind(limit(world, "L-3032A538", 0.25)) as there,
        pytest.raises(UserError, match=r"Fargate On-Demand vCPU resource count: 0\.25 .* 0 in use, 0\.5 more needed"),
    ):
        there.plan(image_tag="v1")
    assert uploads(world) == before


def test_a_service_that_has_no_room_now(world: World) -> None:
    """Fargate tells late what runs: after a failed deployment the next one is not refused for what has ended."""
    world.deploy()
    world.push("v1")
    use(world, 3999.75)
    assert world.plan(image_tag="v1").change_set is not None
    (line,) = [it for it in world.said if it.startswith("Quota")]
    assert line.startswith(
        "Quota Fargate On-Demand vCPU resource count: 4000 in ap-northeast-2, 3999.75 in use, 0.5 more needed: the "
        "service waits for room, unless some of it has ended in the last minutes. Raise it: aws service-quotas "
    )


def test_a_service_that_may_have_no_room_later(world: World) -> None:
    """Four tasks are a vCPU, and two while a deployment replaces them: that is a line, and no failure."""
    world.deploy()
    world.push("v1")
    use(world, 3998.5)
    assert world.plan(image_tag="v1").change_set is not None
    (line,) = [it for it in world.said if it.startswith("Quota")]
    assert line.startswith(
        "Quota Fargate On-Demand vCPU resource count: 4000 in ap-northeast-2, 3998.5 in use; the service may want 2 "
        "(up to 4 tasks, and 8 while they are replaced by a deployment). Raise it: aws service-quotas "
    )
    assert "--desired-value 4001" in line


def test_spot_has_a_quota_of_its_own(world: World) -> None:
    """What runs on demand as the base does not count there."""
    world.deploy()
    world.push("v1")
    use(world, 3999.9, "Spot")
    assert world.plan(image_tag="v1", ecs={"cpu": 256, "memory": 512, "desired_count": 2, "spot": {}}).change_set
    (line,) = [it for it in world.said if it.startswith("Quota")]
    assert "Fargate Spot vCPU resource count: 4000" in line
    assert "0.25 more needed" in line


def test_who_may_not_ask_is_told_and_goes_on(world: World) -> None:
    """One line for each quota, with AWS's own words."""
    refusal = json.dumps({"__type": "AccessDeniedException", "message": "not authorized"})

    def answer(action: str) -> faults.Fault | None:
        return (400, refusal) if action == "GetServiceQuota" else None

    with world.behind(answer) as there:
        assert there.plan().change_set is not None
    lines = [it for it in world.said if UNKNOWN in it]
    assert [it.split(":")[0] for it in lines] == [
        "Quota EC2-VPC Elastic IPs",
        "Quota VPCs per Region",
        "Quota Application Load Balancers per Region",
    ]
    assert all("not authorized" in it for it in lines)


@pytest.mark.parametrize("answered", [(400, ""), (404, ""), (400, '{"__type": "UnknownOperationException"}')])
def test_an_endpoint_without_quotas_says_nothing(world: World, answered: faults.Fault) -> None:
    """An emulator that has no such service is not AWS: there is nothing to exceed."""
    with world.behind(lambda action: answered if action == "GetServiceQuota" else None) as there:
        assert there.plan().change_set is not None
    assert not [it for it in world.said if it.startswith("Quota")]


@pytest.mark.parametrize(
    ("spot", "tasks", "vcpus"),
    [
        (None, 3, Capacity(on_demand=12, spot=0)),
        ({}, 3, Capacity(on_demand=4, spot=8)),
        ({}, 0, Capacity(on_demand=0, spot=0)),
        ({"on_demand_base": 5}, 3, Capacity(on_demand=12, spot=0)),
        ({"on_demand_base": 0, "weight": 1, "on_demand_weight": 1}, 3, Capacity(on_demand=8, spot=8)),
    ],
)
def test_where_tasks_run(spot: dict[str, int] | None, tasks: int, vcpus: Capacity) -> None:
    """The base on demand, the others by weight; an odd one could be on either side."""
    ecs = {"cpu": 4096, "memory": 8192, **({"spot": spot} if spot is not None else {})}
    assert capacity.vcpus(settings(ecs=ecs), tasks) == vcpus


def test_how_many_tasks_there_may_be() -> None:
    """A schedule may raise the limit; a deployment that moves traffic doubles the tasks."""
    schedule = {"name": "day", "schedule": "rate(1 day)", "max_capacity": 9}
    scaling = {"min_capacity": 1, "max_capacity": 4, "schedules": (schedule,)}
    assert capacity.most_tasks(settings(autoscaling=scaling)) == 9
    assert capacity.most_tasks(settings(autoscaling={"enabled": False})) == 2
    rolling = {"deployment": {"minimum_healthy_percent": 0, "maximum_percent": 150}}
    assert capacity.tasks_while_deploying(settings(ecs={"desired_count": 1, **rolling}), 5) == 7
    moved = {"deployment": {"strategy": "blue_green"}}
    assert capacity.tasks_while_deploying(settings(ecs={"desired_count": 1, **moved}), 5) == 10
