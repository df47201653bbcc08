"""A listener that several applications share."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from templates import network
from templates.identity import Identity
from templates.values import DnsName, SecurityGroupId, Url
from tests.support.templates import GIVEN_NETWORK, of_type, properties, tree
from tests.unit.templates.test_network_https import CERTIFICATE

ARN = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/team/50dc6c495c0c9188/f2f7dc8efc522ab2"
LISTENER = {"arn": ARN, "priority": 20, "hosts": ("app.example.com",)}
VPC = {key: GIVEN_NETWORK[key] for key in ("vpc_id", "private_subnet_ids")}
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def shared(listener: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The templates of an application on a shared listener."""
    return tree(network={**VPC, "listener": LISTENER | (listener or {}), **more})


def test_there_is_only_a_rule_and_what_is_behind_it() -> None:
    """No load balancer and no listener of our own, and no group for one."""
    template = shared()["Network"]
    assert {name: it["Type"].rpartition("::")[2] for name, it in template["Resources"].items()} == {
        "ProductionRule": "ListenerRule",
        "TargetGroup": "TargetGroup",
        "TaskSecurityGroup": "SecurityGroup",
        "TaskIngress": "SecurityGroupIngress",
    }


def test_our_requests_are_told_by_host_and_go_to_our_tasks() -> None:
    """At the place among the other applications' rules that the settings say."""
    rule = properties(shared()["Network"], "ProductionRule")
    assert (rule["ListenerArn"], rule["Priority"]) == (ARN, 20)
    assert rule["Conditions"] == [{"Field": "host-header", "HostHeaderConfig": {"Values": ["app.example.com"]}}]
    assert rule["Actions"] == [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]


@pytest.mark.parametrize(
    ("listener", "paths"),
    [({"hosts": ()}, ["/app", "/app/*"]), ({"paths": ("/app/*",)}, ["/app/*"])],
)
def test_or_by_their_path(listener: dict[str, Any], paths: list[str]) -> None:
    """Which is the base path, with all below it, unless paths are named."""
    conditions = properties(shared(listener, base_url_path="app")["Network"], "ProductionRule")["Conditions"]
    assert [it["PathPatternConfig"]["Values"] for it in conditions if it["Field"] == "path-pattern"] == [paths]


def test_what_is_looked_up_comes_by_parameters_without_default() -> None:
    """A deployment passes them; nobody can forget them, and the templates are the same everywhere."""
    templates = shared()
    wanted = {"SharedLoadBalancerDnsName", "SharedLoadBalancerSecurityGroupId", "SharedListenerUrl"}
    declared = templates["Root"]["Parameters"]
    assert {name for name, it in declared.items() if "Default" not in it} == wanted
    assert templates["Root"]["Resources"]["Network"]["Properties"]["Parameters"] == {
        name: {"Ref": name} for name in wanted
    }
    template = templates["Network"]
    ingress = properties(template, "TaskIngress")
    assert ingress["SourceSecurityGroupId"] == {"Ref": "SharedLoadBalancerSecurityGroupId"}
    assert template["Outputs"]["AlbDnsName"]["Value"] == {"Ref": "SharedLoadBalancerDnsName"}


def test_a_given_security_group_is_not_looked_up() -> None:
    """The tasks are reached from it."""
    templates = shared({"security_group_id": "sg-0123456789abcdef0"})
    assert "SharedLoadBalancerSecurityGroupId" not in templates["Root"]["Parameters"]
    assert properties(templates["Network"], "TaskIngress")["SourceSecurityGroupId"] == "sg-0123456789abcdef0"


def test_metrics_know_the_shared_load_balancer_by_the_listeners_arn() -> None:
    """Its full name is a part of it, and makes its ARN."""
    outputs = shared()["Network"]["Outputs"]
    assert outputs["LoadBalancerFullName"]["Value"] == "app/team/50dc6c495c0c9188"
    assert outputs["AlbArn"]["Value"] == ARN.replace(":listener/", ":loadbalancer/").rpartition("/")[0]


def test_the_address_to_open_has_the_base_path() -> None:
    """After the listener's own address."""
    url = shared(base_url_path="app")["Network"]["Outputs"]["Url"]["Value"]
    assert url == {"Fn::Join": ["", [{"Ref": "SharedListenerUrl"}, "/app"]]}


@pytest.mark.parametrize("test_priority", [None, 10])
def test_deployments_move_traffic_on_it_too(test_priority: int | None) -> None:
    """By the weights of our rule; test traffic has a rule where it has a place."""
    listener = LISTENER | ({"test_priority": test_priority} if test_priority else {})
    settings = network.Settings.model_validate({**VPC, "listener": listener})
    known = network.Inputs(
        shared_load_balancer_dns_name=DnsName("team.example.com"),
        shared_load_balancer_security_group_id=SecurityGroupId("sg-0123456789abcdef0"),
        shared_listener_url=Url("https://team.example.com"),
    )
    template = json.loads(network.build(Identity("preto-2", "prod"), settings, known, blue_green=True).body)
    weights = properties(template, "ProductionRule")["Actions"][0]["ForwardConfig"]["TargetGroups"]
    assert [it["Weight"] for it in weights] == [1, 0]
    assert len(of_type(template, RULE)) == (2 if test_priority else 1)
    assert ("TestListenerRuleArn" in template["Outputs"]) is bool(test_priority)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"https": {"certificate_arn": CERTIFICATE}}, "is a setting of a load balancer"),
        ({"waf": {}}, "is a setting of a load balancer"),
        ({"logs": {}}, "is a setting of a load balancer"),
        ({"ipv6": True}, "is a setting of a load balancer"),
        ({"idle_timeout": 60}, "is a setting of a load balancer"),
        ({"vpc_id": None, "private_subnet_ids": ()}, "in an existing VPC"),
        ({"listener": {"hosts": ()}}, "name hosts, or set base_url_path"),
        ({"listener": {"paths": ("/other/*",)}, "base_url_path": "app"}, "/other/\\* is not below base_url_path"),
        ({"listener": {"paths": ("/*",)}}, "is not below base_url_path"),
        ({"listener": {"hosts": tuple(f"{n}.example.com" for n in range(4))}, "base_url_path": "app"}, "at most 5"),
        ({"listener": {"paths": ("/app/%20",)}, "base_url_path": "app"}, "match pattern"),
        ({"listener": {"test_priority": 20}}, "must be lower than priority"),
        ({"listener": {"arn": ARN.replace("/app/", "/net/")}}, "match pattern"),
        ({"private_subnet_ids": ()}, "two or more different subnets"),
    ],
)
def test_what_does_not_go_with_a_shared_listener_is_refused(settings: dict[str, Any], why: str) -> None:
    """What belongs to the load balancer is its owner's to decide, and a rule without conditions would take all."""
    listener = LISTENER | settings.get("listener", {})
    with pytest.raises(ValidationError, match=why):
        tree(network={**VPC, **settings, "listener": listener})


def test_names_that_are_too_long_with_a_second_group_are_told_by_their_length() -> None:
    """The second group's name is a character longer."""
    settings = network.Settings()
    identity = Identity("a" * 20, "b" * 6)
    assert len(network.target_group_name(identity, settings)) == 32
    assert len(network.target_group_name(identity, settings, alternate=True)) == 33
