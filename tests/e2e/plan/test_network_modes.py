"""A new VPC on the embedded AWS, from one way of reaching out to the next, and its load balancer."""

from __future__ import annotations

from ipaddress import IPv6Network
from typing import TYPE_CHECKING, Any

from stacks.operations.destroy import prepare_destruction
from stacks.views.plan import screen
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World


def subnets(world: World) -> dict[str, dict[str, Any]]:
    """The subnets of the VPC that was made, by the ends of their names: `public-a`."""
    found = world.account.client("ec2").describe_subnets()["Subnets"]
    names = {it["SubnetId"]: next((t["Value"] for t in it.get("Tags", []) if t["Key"] == "Name"), "") for it in found}
    return {names[it["SubnetId"]].removeprefix("preto-2-prod-"): it for it in found if names[it["SubnetId"]]}


def default_route(world: World, subnet_id: str) -> dict[str, Any] | None:
    """Where a subnet's traffic to the internet goes."""
    filters = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    (table,) = world.account.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
    return next((it for it in table["Routes"] if it.get("DestinationCidrBlock") == "0.0.0.0/0"), None)


def nat_gateways(world: World) -> set[str]:
    """The NAT gateways that are there."""
    found = world.account.client("ec2").describe_nat_gateways()["NatGateways"]
    return {it["NatGatewayId"] for it in found if it["State"] == "available"}


def balancer(world: World) -> dict[str, Any]:
    """The one load balancer."""
    (found,) = world.account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return dict(found)


def test_another_way_out_moves_no_subnet(world: World) -> None:
    """NAT, NAT in each of three zones, endpoints only with flow logs, public tasks, and back, in one stack's life."""
    world.deploy()
    first = subnets(world)
    (shared,) = nat_gateways(world)
    assert sorted(first) == ["private-a", "private-b", "public-a", "public-b"]

    world.deploy(network={"zones": 3, "egress": "nat_per_zone"})
    three = subnets(world)
    assert len(three) == 6
    assert all(three[name]["SubnetId"] == it["SubnetId"] for name, it in first.items())
    routes = [default_route(world, three[f"private-{letter}"]["SubnetId"]) for letter in "abc"]
    assert {it["NatGatewayId"] for it in routes if it} == nat_gateways(world)
    assert shared in nat_gateways(world)

    world.deploy(network={"egress": "endpoints", "flow_logs": {}})
    assert {name: it["SubnetId"] for name, it in subnets(world).items()} == {
        n: it["SubnetId"] for n, it in first.items()
    }
    assert default_route(world, first["private-a"]["SubnetId"]) is None
    ec2 = world.account.client("ec2")
    assert len(ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 5
    assert ec2.describe_flow_logs()["FlowLogs"][0]["TrafficType"] == "REJECT"
    assert nat_gateways(world) == set()

    world.deploy(network={"egress": "public"})
    assert sorted(subnets(world)) == ["public-a", "public-b"]
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    (endpoint,) = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert endpoint["ServiceName"].endswith(".s3")
    world.deploy(network={"flow_logs": {"traffic": "ALL"}})
    assert ec2.describe_flow_logs()["FlowLogs"][0]["TrafficType"] == "ALL"
    assert {name: it["CidrBlock"] for name, it in subnets(world).items()} == {
        n: it["CidrBlock"] for n, it in first.items()
    }


def test_a_running_service_gets_an_internal_load_balancer_with_ipv6(world: World) -> None:
    """The load balancer is replaced under another name, the service follows, and the old one is gone."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1", network={"ipv6": True, "deletion_protection": True})
    public = subnets(world)["public-a"]
    (block,) = (IPv6Network(it["Ipv6CidrBlock"]) for it in public["Ipv6CidrBlockAssociationSet"])
    assert block.prefixlen == 64
    assert block.network_address == block.supernet(new_prefix=56).network_address
    assert (balancer(world)["IpAddressType"], balancer(world)["Scheme"]) == ("dualstack", "internet-facing")
    elb = world.account.client("elbv2")

    def protected() -> str:
        found = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer(world)["LoadBalancerArn"])["Attributes"]
        return str(next(it["Value"] for it in found if it["Key"] == "deletion_protection.enabled"))

    assert protected() == "true"
    world.deploy(image_tag="v1", network={"ipv6": True})
    assert protected() == "false"
    world.deploy(image_tag="v1", network={"ipv6": True, "internal": True, "base_url_path": "app"})
    assert (balancer(world)["LoadBalancerName"], balancer(world)["Scheme"]) == ("preto-2-prod-int", "internal")
    (group,) = elb.describe_target_groups()["TargetGroups"]
    assert group["HealthCheckPath"] == "/app/_stcore/health"
    found = world.account.client("ecs").describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    assert found[0]["loadBalancers"][0]["targetGroupArn"] == group["TargetGroupArn"]
    assert world.destroy().succeeded


def test_a_protected_load_balancer_is_not_deleted_half_way(world: World) -> None:
    """It is known before anything is deleted, and a plan that would replace it says that the old one stays."""
    world.deploy(network={"deletion_protection": True})
    found = prepare_destruction(world.aws, settings())
    assert ([held.path for held in found.protected], found.failed) == (["Network/LoadBalancer"], False)
    planned = world.plan(network={"deletion_protection": True, "internal": True})
    assert "AWS does not delete the old one" in screen.text(planned)
    world.deploy()
    assert world.destroy().succeeded


def test_a_load_balancer_that_is_gone_hinders_nothing(world: World) -> None:
    """Somebody has deleted it by hand, and the rest goes as well."""
    world.deploy()
    world.account.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer(world)["LoadBalancerArn"])
    assert world.destroy().succeeded
