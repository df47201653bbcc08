"""Given security groups that would let nothing through are refused before anything is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.preflight.test_preflight_network import network, refused

if TYPE_CHECKING:
    from tests.support.networks import Net
    from tests.support.world import World

ANYWHERE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


class Groups:
    """Security groups of a VPC, which let nothing in, and everything out."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.count = 0

    def made(self, **rules: list[dict[str, Any]]) -> str:
        """Make a group; with `inward` or `out`, these are its rules on that way."""
        self.count += 1
        ec2 = self.net.ec2
        group: str = ec2.create_security_group(
            GroupName=f"team-{self.count}", Description="team", VpcId=self.net.vpc_id
        )["GroupId"]
        if inward := rules.get("inward"):
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=inward)
        if "out" in rules:
            (described,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
            ec2.revoke_security_group_egress(GroupId=group, IpPermissions=described["IpPermissionsEgress"])
            if rules["out"]:
                ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rules["out"])
        return group


def tcp(port: int, to: int | None = None, **peer: Any) -> dict[str, Any]:
    """A rule for a port, or up to another one."""
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": to or port, **(peer or ANYWHERE)}


def of(group: str) -> dict[str, Any]:
    """The peer of a rule: a group."""
    return {"UserIdGroupPairs": [{"GroupId": group}]}


@pytest.fixture
def groups(net: Net) -> Groups:
    """Give the maker of groups in the VPC."""
    return Groups(net)


def test_one_group_for_both_that_lets_itself_in(
    world: World, net: Net, groups: Groups, public: tuple[str, str]
) -> None:
    """As the team's Terraform project shares one; browsers come in by port 80, requests by 8501 from the group."""
    shared = groups.made(inward=[tcp(80)])
    both = {"load_balancer_security_group_ids": (shared,), "task_security_group_ids": (shared,)}
    closed = refused(world, network(net, public, **both))
    assert closed.what == "[network] task_security_group_ids"
    assert closed.why == f"no rule of {shared} lets anything in on port 8501 from the load balancer"
    net.ec2.authorize_security_group_ingress(GroupId=shared, IpPermissions=[tcp(8501, **of(shared))])
    assert world.deploy(network=network(net, public, **both)).state == "CREATE_COMPLETE"
    (balancer,) = world.aws.elbv2.describe_load_balancers()["LoadBalancers"]
    assert balancer["SecurityGroups"] == [shared]
    assert world.plan(network=network(net, public, **both)).change_set is None


def test_groups_that_are_not_there(world: World, net: Net, groups: Groups, public: tuple[str, str]) -> None:
    """Or are in another VPC."""
    missing = "sg-0123456789abcdef0"
    error = refused(world, network(net, public, task_security_group_ids=(missing,)))
    assert f"has no {missing} in ap-northeast-2" in error.why
    elsewhere = net.ec2.create_security_group(GroupName="x", Description="x", VpcId="vpc-00000001")["GroupId"]
    error = refused(world, network(net, public, load_balancer_security_group_ids=(elsewhere,)))
    assert f"{elsewhere} is in vpc-00000001" in error.why


def test_a_load_balancer_that_nobody_reaches_or_that_reaches_no_task(
    world: World, net: Net, groups: Groups, public: tuple[str, str]
) -> None:
    """Its groups need a rule for the listener's port, and one to the tasks' port, or to all of their subnets."""

    def why(**rules: list[dict[str, Any]]) -> str:
        group = groups.made(**rules)
        error = refused(world, network(net, public, load_balancer_security_group_ids=(group,)))
        assert error.what == "[network] load_balancer_security_group_ids"
        return error.why

    assert "lets anything in on port 80" in why()
    assert "lets anything in on port 80" in why(inward=[tcp(443)])
    assert "lets anything out on port 8501 to the tasks" in why(inward=[tcp(80)], out=[tcp(443)])
    one_subnet: dict[str, Any] = {"IpRanges": [{"CidrIp": "10.0.0.0/24"}]}
    assert "lets anything out on port 8501 to the tasks" in why(inward=[tcp(80)], out=[tcp(8501, **one_subnet)])
    whole: dict[str, Any] = {"IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    fitting = groups.made(inward=[tcp(80)], out=[tcp(1, 65535, **whole)])
    assert world.plan(network=network(net, public, load_balancer_security_group_ids=(fitting,))).change_set


def test_tasks_that_cannot_pull_their_image(world: World, net: Net, groups: Groups, public: tuple[str, str]) -> None:
    """Nothing out on 443: they would never start."""
    closed = groups.made(inward=[tcp(8501)], out=[tcp(80)])
    error = refused(world, network(net, public, task_security_group_ids=(closed,)))
    assert f"no rule of {closed} lets anything out on port 443" in error.why


def test_private_subnets_with_public_addresses_have_a_way_out_by_either(
    world: World, net: Net, public: tuple[str, str]
) -> None:
    """By the internet gateway with their address, or by a NAT gateway; with neither they are refused."""
    error = refused(world, network(net, public, assign_public_ip=False))
    assert "is public" in error.why
    assert "tasks there have no public address" in error.why
    private = (net.subnet("ap-northeast-2a"), net.subnet("ap-northeast-2b"))
    table = net.table(*private)
    wanted = network(net, public, private, assign_public_ip=True)
    assert refused(world, wanted).what == "[network] private_subnet_ids"
    for kind in ("igw", "nat"):
        target = net.gateway(kind, public[0]) if kind == "nat" else _internet(net)
        net.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        assert world.plan(network=wanted).change_set
        net.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def _internet(net: Net) -> dict[str, str]:
    """The internet gateway of the VPC."""
    filters = [{"Name": "attachment.vpc-id", "Values": [net.vpc_id]}]
    (gateway,) = net.ec2.describe_internet_gateways(Filters=filters)["InternetGateways"]
    return {"GatewayId": gateway["InternetGatewayId"]}
