"""Several applications on one load balancer, each deployed on its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.status.outputs import read_outputs
from tests.support.faults import refusal
from tests.support.networks import Net
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World


def team(vpc: str, subnets: list[str]) -> dict[str, Any]:
    """A template as a team has one: a load balancer with a listener that finds nothing by itself."""
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "Team", "VpcId": vpc}}
    balancer = {"Name": "team", "Subnets": subnets, "SecurityGroups": [{"Fn::GetAtt": ["Group", "GroupId"]}]}
    nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 8080, "Protocol": "HTTP", "DefaultActions": [nothing]}
    return {
        "Resources": {
            "Group": group,
            "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": balancer},
            "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": listener},
        },
        "Outputs": {
            "Listener": {"Value": {"Ref": "Listener"}},
            "Group": {"Value": {"Fn::GetAtt": ["Group", "GroupId"]}},
        },
    }


@pytest.fixture
def shared(world: World) -> dict[str, Any]:
    """Give `[network]` of an application on a team's load balancer, which is deployed."""
    net = Net(world.account.client("ec2"))
    vpc, subnets = net.vpc_id, [net.subnet("ap-northeast-2a"), net.subnet("ap-northeast-2c")]
    net.route_main("igw")
    net.table(*subnets, kind="nat", through=net.subnet("ap-northeast-2a"))
    body = json.dumps(team(vpc, subnets))
    world.aws.cloudformation.create_stack(StackName="team", TemplateBody=body)
    world.aws.cloudformation.get_waiter("stack_create_complete").wait(StackName="team", WaiterConfig={"Delay": 1})
    (stack,) = world.aws.cloudformation.describe_stacks(StackName="team")["Stacks"]
    made = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    listener = {"arn": made["Listener"], "priority": 10, "hosts": ("one.example.com",)}
    return {"vpc_id": vpc, "private_subnet_ids": tuple(subnets), "listener": listener}


def on(shared: dict[str, Any], **listener: Any) -> dict[str, Any]:
    """The same with another listener's table."""
    return shared | {"listener": shared["listener"] | listener}


def test_two_environments_share_one_load_balancer(world: World, shared: dict[str, Any]) -> None:
    """Each has its rule, its target group and its address; deleting one leaves the other's and the load balancer."""
    elb = world.aws.elbv2
    world.deploy(network=shared)
    other = on(shared, priority=20, hosts=("two.example.com",)) | {"base_url_path": "app"}
    world.deploy(environment="beta", network=other)
    assert len(elb.describe_load_balancers()["LoadBalancers"]) == 1
    rules = [it for it in elb.describe_rules(ListenerArn=shared["listener"]["arn"])["Rules"] if not it["IsDefault"]]
    told = {it["Priority"]: [value for asked in it["Conditions"] for value in asked["Values"]] for it in rules}
    assert told == {"10": ["one.example.com"], "20": ["two.example.com", "/app", "/app/*"]}
    assert len({it["Actions"][0]["TargetGroupArn"] for it in rules}) == 2
    addresses = [read_outputs(world.aws, settings(environment=name)).values["app_url"] for name in ("prod", "beta")]
    assert addresses == ["http://one.example.com:8080", "http://two.example.com:8080/app"]
    assert world.plan(network=shared).change_set is None
    world.destroy()
    left = [it for it in elb.describe_rules(ListenerArn=shared["listener"]["arn"])["Rules"] if not it["IsDefault"]]
    assert [it["Priority"] for it in left] == ["20"]


def test_tasks_are_reached_from_the_shared_load_balancer(world: World, shared: dict[str, Any]) -> None:
    """Its security group and its name are looked up, and the plan says so."""
    planned = world.plan(network=shared)
    (balancer,) = world.aws.elbv2.describe_load_balancers()["LoadBalancers"]
    assert planned.request.parameters["SharedLoadBalancerSecurityGroupId"] == balancer["SecurityGroups"][0]
    assert f"Shared load balancer: {balancer['DNSName']}." in planned.request.notes


def test_a_place_that_is_anothers(world: World, shared: dict[str, Any]) -> None:
    """The error says whose it is and which one is free; one's own place is no obstacle."""
    world.deploy(network=shared)
    with pytest.raises(UserError, match=r"priority: 10 is taken by another rule .* for one\.example\.com") as error:
        world.plan(environment="beta", network=on(shared, hosts=("two.example.com",)))
    assert error.value.then == "Free is, for instance, 11."
    world.plan(network=on(shared, hosts=("new.example.com",)))


def test_a_rule_of_the_stack_is_no_obstacle_whatever_its_tags_say(world: World, shared: dict[str, Any]) -> None:
    """One that was taken over from another tool has that tool's tags until the first deployment."""
    world.deploy(network=shared)
    balancing = world.account.client("elbv2")
    rules = balancing.describe_rules(ListenerArn=shared["listener"]["arn"])["Rules"]
    [rule] = [it["RuleArn"] for it in rules if it["Priority"] == "10"]
    balancing.add_tags(ResourceArns=[rule], Tags=[{"Key": "Environment", "Value": "live"}])
    world.plan(network=shared)


@pytest.mark.parametrize(
    ("listener", "why"),
    [
        ({"arn": "listener/app/none/50dc6c495c0c9188/f2f7dc8efc522ab2"}, "has no such listener in ap-northeast-2"),
        ({"security_group_id": "sg-0123456789abcdef0"}, "security_group_id: its load balancer has sg-.*, not sg-0123"),
    ],
)
def test_what_is_not_there(world: World, shared: dict[str, Any], listener: dict[str, Any], why: str) -> None:
    """A listener that was deleted, and a security group that is not the load balancer's."""
    if "arn" in listener:
        listener = {"arn": f"{shared['listener']['arn'].partition(':listener/')[0]}:{listener['arn']}"}
    with pytest.raises(UserError, match=why):
        world.plan(network=on(shared, **listener))


def test_a_load_balancer_of_another_vpc(world: World, shared: dict[str, Any]) -> None:
    """It could not reach the tasks."""
    with pytest.raises(UserError, match=r"its load balancer is in vpc-.*, and vpc_id is vpc-0123456789abcdef0"):
        world.plan(network=shared | {"vpc_id": "vpc-0123456789abcdef0"})


def rules_out(world: World, *rules: dict[str, Any]) -> None:
    """Let the team's load balancer out by these rules only."""
    ec2 = world.account.client("ec2")
    (balancer,) = world.aws.elbv2.describe_load_balancers()["LoadBalancers"]
    (group,) = ec2.describe_security_groups(GroupIds=balancer["SecurityGroups"])["SecurityGroups"]
    if before := group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=before)
    if rules:
        ec2.authorize_security_group_egress(GroupId=group["GroupId"], IpPermissions=list(rules))


def rule(block: str, first: int = 8501, last: int = 8501) -> dict[str, Any]:
    """A rule of TCP to a range."""
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, "IpRanges": [{"CidrIp": block}]}


@pytest.mark.parametrize(
    "closed",
    [[], [rule("10.0.0.0/24")], [rule("10.0.0.0/16", 80, 443)], [rule("192.168.0.0/16"), rule("10.0.0.0/25")]],
)
def test_a_load_balancer_that_lets_nothing_out_to_the_tasks(
    world: World, shared: dict[str, Any], closed: list[dict[str, Any]]
) -> None:
    """Targets would never be healthy. The error says what its owner does, by this tool and without."""
    rules_out(world, *closed)
    with pytest.raises(UserError, match="lets nothing out to port 8501 in 10") as error:
        world.plan(network=shared)
    assert 'with this tool by [network] shared_ranges = ["10.0.' in error.value.then
    assert "aws ec2 authorize-security-group-egress --group-id sg-" in error.value.then
    rules_out(world, rule("10.0.0.0/16", 1, 65535))
    assert world.plan(network=shared).change_set


def test_what_is_not_known_of_the_way_to_the_tasks(world: World, shared: dict[str, Any]) -> None:
    """Where the groups may not be looked at, that is a line, and no failure."""
    denied = (403, refusal("UnauthorizedOperation", "not authorized"))
    with world.behind({"DescribeSecurityGroups": denied}.get) as seen:
        assert seen.plan(network=shared).change_set
    assert any("is not known, because ec2:DescribeSecurityGroups is not allowed" in it for it in world.said)
