"""Names that are taken: all are told before anything is uploaded; what cannot be known is a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from tests.e2e.preflight.test_preflight_existence import ELASTIC, NAME, VISIBLE, WAYS
from tests.support import faults

if TYPE_CHECKING:
    from tests.support.world import World

Properties = dict[str, Any]


def take(world: World) -> None:
    """Take the names of several modules, and make the two that a deployment adopts."""
    account = world.account
    for kind in ("TargetGroup", "LoadBalancer"):
        prepare, make = WAYS[f"{ELASTIC}::{kind}"]
        make(account, prepare(account) | ({"Name": f"{NAME}-8501"} if kind == "TargetGroup" else {}))
    WAYS["AWS::ECS::Cluster"][1](account, {})
    account.client("ecr").create_repository(repositoryName=NAME)
    account.client("logs").create_log_group(logGroupName=f"/ecs/{NAME}")


def test_every_name_that_is_taken_is_told_at_once(world: World) -> None:
    """With the resource that wants it, and what to do; repository and log group are adopted. Nothing is uploaded."""
    take(world)
    world.push("v1")
    with pytest.raises(UserError, match="names: in use outside this stack") as error:
        world.plan(image_tag="v1")
    assert set(re.findall(r"([\w ]+ [\w-]+) \((\w+/\w+)\)", error.value.why)) == {
        (" ECS cluster preto-2-prod", "Ecs/Cluster"),
        (" load balancer preto-2-prod", "Network/LoadBalancer"),
        (" target group preto-2-prod-8501", "Network/TargetGroup"),
    }
    assert "set another project or environment" in error.value.then
    (bucket,) = world.aws.s3.list_buckets()["Buckets"]
    assert world.aws.s3.list_objects_v2(Bucket=bucket["Name"])["KeyCount"] == 0


def test_what_a_new_image_brings_is_looked_for_before_it_is_uploaded(world: World) -> None:
    """The service's stack is left out of a first deployment, and comes with a parameter."""
    world.deploy()
    world.push("v1")
    WAYS["AWS::ECS::Cluster"][1](world.account, {})
    with pytest.raises(UserError, match="ECS cluster preto-2-prod") as error:
        world.plan(image_tag="v1")
    assert re.findall(r"\((\w+/\w+)\)", error.value.why) == ["Ecs/Cluster"]


def test_what_a_setting_brings_is_found_by_the_change_set(world: World) -> None:
    """A resource in a stack that exists; the change set is deleted again."""
    world.deploy()
    world.account.client("wafv2").create_web_acl(
        Name=NAME, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=VISIBLE
    )
    with pytest.raises(UserError, match=f"web ACL {NAME}"):
        world.plan(network={"waf": {}})
    assert world.change_sets() == []


def test_a_new_name_is_looked_for(world: World) -> None:
    """Another port has the target group replaced by one of another name; its own name it may keep."""
    world.deploy()
    assert world.plan(network={"container_port": 9000}).change_set is not None
    world.account.client("elbv2").create_target_group(
        Name=f"{NAME}-9000",
        Port=80,
        Protocol="HTTP",
        TargetType="ip",
        VpcId=world.account.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"],
    )
    with pytest.raises(UserError, match=f"target group {NAME}-9000"):
        world.plan(network={"container_port": 9000})


def test_who_may_not_look_is_told_in_one_line(world: World) -> None:
    """And goes on."""
    denied = {"DescribeTargetGroups", "DescribeLoadBalancers"}

    def answer(action: str) -> faults.Fault | None:
        return (403, faults.refusal("AccessDenied", "no")) if action in denied else None

    with world.behind(answer) as there:
        assert there.plan().change_set is not None
    (line,) = [it for it in world.said if it.startswith("Whether these names are in use is not known")]
    assert f"load balancer {NAME} (elasticloadbalancing:DescribeLoadBalancers is not allowed)" in line
    assert f"target group {NAME}-8501 (elasticloadbalancing:DescribeTargetGroups is not allowed)" in line


@pytest.mark.parametrize("code", ["ValidationError", "InternalFailure", "Throttling"])
def test_an_answer_that_tells_nothing_is_no_failure(world: World, code: str) -> None:
    """Neither a refusal of the question, nor a service that fails, nor too many requests: the line says which."""

    def answer(action: str) -> faults.Fault | None:
        return (400, faults.refusal(code, "no")) if action == "DescribeTargetGroups" else None

    with world.behind(answer, attempts=1) as there:
        assert there.plan().change_set is not None
    (line,) = [it for it in world.said if it.startswith("Whether these names are in use is not known")]
    assert line.endswith(f"target group {NAME}-8501 (DescribeTargetGroups: {code})")


def test_a_service_that_is_not_reached_is_no_failure(world: World) -> None:
    """A closed network may let through CloudFormation and S3, and no more."""
    with world.behind(lambda action: faults.RESET if action == "DescribeTargetGroups" else None, attempts=1) as there:
        assert there.plan().change_set is not None
    (line,) = [it for it in world.said if it.startswith("Whether these names are in use is not known")]
    assert f"target group {NAME}-8501 (Connection was closed" in line


def test_an_environment_that_does_not_change_asks_nothing_more(world: World) -> None:
    """Neither for names nor for quotas."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    asked: list[str] = []

    def note(action: str) -> None:
        asked.append(action)

    with world.behind(note) as there:
        assert there.plan(image_tag="v1").change_set is None
    looks = {"DescribeTargetGroups", "DescribeClusters", "GetServiceQuota", "GetMetricStatistics",
             "DescribeVpcs", "DescribeAddresses", "DescribeLoadBalancers", "ListAliases"}  # fmt: skip
    assert not looks & {*asked}


def test_an_endpoint_that_cannot_tell_is_no_failure(world: World) -> None:
    """An emulator without the action has nothing of the name."""

    def answer(action: str) -> faults.Fault | None:
        return (400, faults.refusal("InvalidAction", "no")) if action == "DescribeTargetGroups" else None

    with world.behind(answer) as there:
        assert there.plan().change_set is not None
    assert not [it for it in world.said if "name" in it]
