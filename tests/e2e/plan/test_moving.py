"""A running service moves: to another VPC, to another load balancer, to another port or protocol, and back."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks import plan
from stacks.build.render import render
from stacks.errors import UserError
from stacks.views.plan import screen
from templates.network import range_mark
from templates.profiles import CONTAINER
from tests.e2e.request.test_shared_listener import on, shared
from tests.support.networks import Net
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings
    from tests.support.world import World

__all__ = ["shared"]


def served(world: World) -> tuple[str, str, str]:
    """The one load balancer that leads to the tasks, their target group and its VPC; tasks and rules agree on it."""
    elb = world.account.client("elbv2")
    (service,) = world.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    groups = {it["TargetGroupArn"]: it for it in elb.describe_target_groups()["TargetGroups"]}
    assert set(groups) == {it["targetGroupArn"] for it in service["loadBalancers"]}
    (group,) = groups.values()
    (arn,) = group["LoadBalancerArns"]
    (balancer,) = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert balancer["VpcId"] == group["VpcId"]
    placed = service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    subnets = world.account.client("ec2").describe_subnets(SubnetIds=placed)["Subnets"]
    assert {it["VpcId"] for it in subnets} == {group["VpcId"]}
    assert service["runningCount"] == 2
    return balancer["LoadBalancerName"], group["TargetGroupName"], group["VpcId"]


def test_a_service_moves_from_vpc_to_vpc(running: World) -> None:
    """A new one of another range, a given one, the default one, and back; nothing is left of the one before."""
    net, ec2 = Net(running.account.client("ec2")), running.account.client("ec2")
    given = (net.subnet("ap-northeast-2a"), net.subnet("ap-northeast-2c"))
    net.route_main("igw")
    first = served(running)
    assert first[:2] == ("preto-2-prod", "preto-2-prod-8501")
    seen = [first]
    for network in (
        {"vpc_cidr": "10.20.0.0/16", "ipv6": True},
        {"vpc_cidr": "10.30.0.0/20", "egress": "public"},
        {"vpc_id": net.vpc_id, "public_subnet_ids": given},
        {"use_default_vpc": True},
        {"internal": True},
        {},
    ):
        running.deploy(image_tag="v1", network=network)
        seen.append(served(running))
    assert [name for name, _, _ in seen] == [first[0], *(name for name, _, _ in seen[1:-1]), first[0]]
    assert len({vpc for _, _, vpc in seen}) == 6
    assert len({name for name, _, _ in seen}) == len({name for _, name, _ in seen}) == 6
    assert all(len(name) <= 32 and name.startswith("preto-2-prod") for it in seen for name in it[:2])
    made = [it for it in ec2.describe_vpcs()["Vpcs"] if any(tag["Key"] == "Project" for tag in it.get("Tags", []))]
    assert [it["VpcId"] for it in made] == [seen[-1][2]]
    assert len(ec2.describe_addresses()["Addresses"]) == 1


@pytest.mark.parametrize("strategy", ["rolling", "blue_green"])
def test_a_service_moves_to_a_shared_load_balancer_and_back(
    world: World,
    shared: dict[str, Any],
    strategy: str,
) -> None:
    """Its own one goes and comes, where ECS moves requests after it has moved them back, as the refusal says."""
    ecs = {"cpu": 256, "memory": 512, "desired_count": 2, "deployment": {"strategy": strategy}}
    own = {key: value for key, value in shared.items() if key != "listener"} | {"internal": True}
    own |= {"public_subnet_ids": shared["private_subnet_ids"]}
    world.deploy()
    world.push("v1")
    names = []
    for network in (own, shared, on(shared, priority=30, hosts=("two.example.com",)), own):
        try:
            world.deploy(image_tag="v1", network=network, ecs=ecs)
        except UserError as error:
            assert "--force-new-deployment" in error.then  # noqa: PT017 - it is refused in every second round
            world.aws.ecs.update_service(cluster="preto-2-prod", service="preto-2-prod", forceNewDeployment=True)
            world.deploy(image_tag="v1", network=network, ecs=ecs)
        groups = world.aws.elbv2.describe_target_groups()["TargetGroups"]
        used = {arn for it in groups for arn in it["LoadBalancerArns"]}
        assert len(used) == 1
        names.append(sorted(it["TargetGroupName"] for it in groups))
    assert names[0] == names[3] != names[1] == names[2]


def test_a_port_can_go_from_http_to_https(running: World) -> None:
    """The same port of the tasks, spoken to otherwise: another target group, under another name."""
    running.deploy(image_tag="v1", network={"container_port": 8443})
    before = served(running)
    proxy = {"name": "proxy", "image": "example.com/proxy:1", "ports": (8443,), "essential": True}
    ecs = {"cpu": 512, "memory": 1024, "desired_count": 2, "sidecars": (proxy,)}
    running.deploy(image_tag="v1", network={"tls_port": 8443}, ecs=ecs)
    after = served(running)
    assert before[1] == "preto-2-prod-8443" != after[1]
    assert after[1].startswith("preto-2-prod-8443-")
    (definition,) = [
        running.aws.ecs.describe_task_definition(taskDefinition=it["taskDefinition"])["taskDefinition"]
        for it in running.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    ]
    assert {it["name"] for it in definition["containerDefinitions"]} == {CONTAINER, "proxy"}


def test_a_pull_through_cache_gets_another_upstream_under_another_prefix(world: World) -> None:
    """As the refusal says: the rule and the image's address change together, and the service runs from the new one."""
    registry = f"{world.aws.account_id}.dkr.ecr.ap-northeast-2.amazonaws.com"

    def cached(prefix: str, upstream: str) -> dict[str, Any]:
        ecs = {"cpu": 256, "memory": 512, "desired_count": 2, "image": f"{registry}/{prefix}/team/app"}
        return {"ecr": {"pull_through_cache": {"prefix": prefix, "upstream": upstream}}, "ecs": ecs}

    for prefix in ("cache", "other"):
        world.aws.ecr.create_repository(repositoryName=f"{prefix}/team/app")
        place_image(world.account.address, f"{prefix}/team/app", "v1")
    world.deploy(image_tag="v1", **cached("cache", "quay"))
    with pytest.raises(UserError, match="name conflicts: pull-through cache rule cache"):
        world.plan(image_tag="v1", **cached("cache", "k8s"))
    world.deploy(image_tag="v1", **cached("other", "k8s"))
    (rule,) = world.aws.ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (rule["ecrRepositoryPrefix"], rule["upstreamRegistryUrl"]) == ("other", "registry.k8s.io")
    (service,) = world.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    assert service["runningCount"] == 2


def older(wanted: Settings) -> Rendered:
    """The tree as it was rendered before names had marks."""
    rendered = render(wanted)
    file = "network.template.json"
    text = rendered.templates[file].replace(range_mark(wanted.network.vpc_cidr) or "no mark", "")
    document = json.loads(text)
    for name, plain in (("LoadBalancer", wanted.identity.name), ("TargetGroup", f"{wanted.identity.name}-8501")):
        document["Resources"][name]["Properties"]["Name"] = plain
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return dataclasses.replace(rendered, templates={**rendered.templates, file: text})


def test_an_older_stack_keeps_its_names(world: World, public: tuple[str, str], net: Net) -> None:
    """A newer version of this tool replaces nothing, in a given VPC and in a new one; and from there it still moves."""
    given = {"vpc_id": net.vpc_id, "public_subnet_ids": public}
    for environment, network in (("prod", given), ("beta", {"vpc_cidr": "10.20.0.0/16"})):
        wanted = settings(environment=environment, network=network)
        plan_of = plan.prepare(world.aws, wanted, older(wanted), emit=world.said.append)
        assert world.execute(plan_of).succeeded
        assert world.plan(environment=environment, network=network).change_set is None
        world.deploy(environment=environment, network=network | {"container_port": 9000})
        world.deploy(environment=environment, network={"vpc_cidr": "10.30.0.0/16"})


def test_a_service_becomes_another_web_app_and_streamlit_again(running: World) -> None:
    """Another port is another target group, to which the service moves; on the same port it is changed in place.

    What is shown of a web app has no word of Streamlit.
    """
    web = {"framework": "web"}
    assert served(running)[1] == "preto-2-prod-8501"
    running.deploy(image_tag="v1", app=web)
    assert served(running)[1] == "preto-2-prod-8080"
    assert not any("Security" in name for name in running.states())
    (group,) = running.aws.elbv2.describe_target_groups()["TargetGroups"]
    assert (group["HealthCheckPath"], group["Matcher"]) == ("/", {"HttpCode": "200-399"})
    planned = running.plan(image_tag="v1", app=web, network={"health_check_path": "/healthz", "waf": {}})
    said = screen.text(planned)
    assert "/healthz" in said
    assert "streamlit" not in said.lower()
    running.deploy(image_tag="v1")
    assert served(running)[1] == "preto-2-prod-8501"
    running.deploy(image_tag="v1", app=web, network={"container_port": 8501})
    assert served(running)[1] == "preto-2-prod-8501"
    with pytest.raises(UserError, match="TargetGroup"):
        running.plan(image_tag="v1", app=web, names={"target_group": "preto-2-prod-8501"})
