"""VPC, load balancer, target group, security groups."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.templates import GIVEN_NETWORK, of_type, properties, tree


def attributes(resource: dict[str, Any], name: str) -> dict[str, Any]:
    """The attribute list of a load balancer or a target group as a mapping."""
    return {it["Key"]: it["Value"] for it in resource[name]}


def test_a_given_vpc_is_used_and_not_touched() -> None:
    """No VPC, subnet, gateway or route is made; the subnets are those that were named."""
    template = tree(network=GIVEN_NETWORK)["Network"]
    kinds = {it["Type"] for it in template["Resources"].values()}
    assert kinds == {
        "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup",
    }  # fmt: skip
    assert properties(template, "LoadBalancer")["Subnets"] == list(GIVEN_NETWORK["public_subnet_ids"])
    assert properties(template, "TargetGroup")["VpcId"] == GIVEN_NETWORK["vpc_id"]
    joined = template["Outputs"]["SubnetIds"]["Value"]
    assert joined == {"Fn::Join": [",", list(GIVEN_NETWORK["private_subnet_ids"])]}


def test_without_private_subnets_the_tasks_have_public_addresses() -> None:
    """In a public subnet a task without an address of its own could not pull its image."""
    template = tree(network=GIVEN_NETWORK | {"private_subnet_ids": ()})["Network"]
    assert template["Outputs"]["SubnetIds"]["Value"] == {"Fn::Join": [",", list(GIVEN_NETWORK["public_subnet_ids"])]}


def test_a_task_is_reached_by_the_load_balancer_only() -> None:
    """The tasks' group lets in one port from one group; the balancer's lets out to that port and group only."""
    template = tree()["Network"]
    assert "SecurityGroupIngress" not in properties(template, "TaskSecurityGroup")
    (ingress,) = of_type(template, "AWS::EC2::SecurityGroupIngress").values()
    rule = ingress["Properties"]
    assert rule["GroupId"] == {"Fn::GetAtt": ["TaskSecurityGroup", "GroupId"]}
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": ["LoadBalancerSecurityGroup", "GroupId"]}
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 8501, 8501)
    (egress,) = properties(template, "LoadBalancerSecurityGroup")["SecurityGroupEgress"]
    assert egress["DestinationSecurityGroupId"] == {"Fn::GetAtt": ["TaskSecurityGroup", "GroupId"]}
    assert (egress["FromPort"], egress["ToPort"]) == (8501, 8501)


def test_a_load_balancer_that_is_shared_reaches_the_others_tasks() -> None:
    """On any port, in the ranges that are named; its own tasks stay reached as before."""
    named = properties(tree(network={"shared_ranges": ("10.0.128.0/17",)})["Network"], "LoadBalancerSecurityGroup")
    alone = properties(tree()["Network"], "LoadBalancerSecurityGroup")
    *own, others = named["SecurityGroupEgress"]
    assert own == alone["SecurityGroupEgress"]
    assert (others["IpProtocol"], others["FromPort"], others["ToPort"]) == ("tcp", 1, 65535)
    assert others["CidrIp"] == "10.0.128.0/17"
    for wrong in (("2001:db8::/56",), ("10.0.0.0/8", "10.0.0.0/8"), ("everywhere",)):
        with pytest.raises(ValidationError, match="shared_ranges"):
            tree(network={"shared_ranges": wrong})


def test_every_security_group_and_rule_is_described() -> None:
    """Whoever reads a rule in the console learns what it is for."""
    template = tree()["Network"]
    rules: list[dict[str, Any]] = [
        it["Properties"] for it in of_type(template, "AWS::EC2::SecurityGroupIngress").values()
    ]
    for group in of_type(template, "AWS::EC2::SecurityGroup").values():
        assert group["Properties"]["GroupDescription"]
        for kind in ("SecurityGroupIngress", "SecurityGroupEgress"):
            rules += group["Properties"].get(kind, [])
    assert len(rules) == 4
    assert all(rule["Description"] for rule in rules)


def test_the_target_group_suits_streamlit() -> None:
    """Tasks by address on 8501, healthy when Streamlit says so."""
    group = properties(tree()["Network"], "TargetGroup")
    assert (group["TargetType"], group["Protocol"], group["Port"]) == ("ip", "HTTP", 8501)
    assert (group["HealthCheckPath"], group["Matcher"]) == ("/_stcore/health", {"HttpCode": "200"})
    assert group["HealthCheckTimeoutSeconds"] < group["HealthCheckIntervalSeconds"]


def test_a_browser_stays_on_its_task() -> None:
    """A Streamlit session lives in the memory of one task: the load balancer's cookie leads back to it."""
    on = attributes(properties(tree()["Network"], "TargetGroup"), "TargetGroupAttributes")
    assert (on["stickiness.enabled"], on["stickiness.type"]) == ("true", "lb_cookie")
    assert on["stickiness.lb_cookie.duration_seconds"] == "86400"
    template = tree(network={"sticky_sessions": False})["Network"]
    assert attributes(properties(template, "TargetGroup"), "TargetGroupAttributes")["stickiness.enabled"] == "false"


def test_long_scripts_keep_their_connection_and_bad_headers_are_dropped() -> None:
    """The idle timeout is well above Streamlit's ping of 30 s."""
    found = attributes(properties(tree()["Network"], "LoadBalancer"), "LoadBalancerAttributes")
    assert found["idle_timeout.timeout_seconds"] == "300"
    assert found["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_another_port_replaces_the_target_group_under_another_name() -> None:
    """CloudFormation makes the new target group before it deletes the old one: one name for both would fail."""
    before, after = (
        properties(tree(network={"container_port": port})["Network"], "TargetGroup") for port in (8501, 8080)
    )
    assert (before["Port"], after["Port"]) == (8501, 8080)
    assert before["Name"] != after["Name"]


def test_the_listener_forwards_to_the_target_group() -> None:
    """HTTP on port 80 reaches the tasks."""
    listener = properties(tree()["Network"], "Listener")
    assert (listener["Port"], listener["Protocol"]) == (80, "HTTP")
    assert listener["DefaultActions"] == [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]
