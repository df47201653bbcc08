"""Rules of the listener: a base path, and two target groups between which deployments move traffic."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from templates import network
from templates.identity import Identity
from templates.values import ZoneNames
from tests.support.templates import of_type, properties, tree
from tests.unit.templates.test_network_https import CERTIFICATE
from tests.unit.templates.test_network_sign_in import COGNITO

RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def moving(**settings: Any) -> dict[str, Any]:
    """The network's template where deployments move traffic."""
    stack = network.build(
        Identity("preto-2", "prod"),
        network.Settings.model_validate(settings),
        network.Inputs(availability_zones=ZoneNames("ap-northeast-2a,ap-northeast-2c")),
        blue_green=True,
    )
    found: dict[str, Any] = json.loads(stack.body)
    return found


def test_by_default_there_are_no_rules_and_one_target_group() -> None:
    """The listener's own action says it all."""
    template = tree()["Network"]
    assert not of_type(template, RULE)
    assert len(of_type(template, "AWS::ElasticLoadBalancingV2::TargetGroup")) == 1
    assert not {"AlternateTargetGroupArn", "ProductionListenerRuleArn", "TestListenerRuleArn"} & set(
        template["Outputs"]
    )


def test_a_base_path_alone_is_forwarded() -> None:
    """The path and all below it reach the tasks, the host alone leads there, and nothing else is found."""
    template = tree(network={"base_url_path": "team/app"})["Network"]
    (default,) = properties(template, "Listener")["DefaultActions"]
    assert (default["Type"], default["FixedResponseConfig"]["StatusCode"]) == ("fixed-response", "404")
    rule = properties(template, "ProductionRule")
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/team/app", "/team/app/*"]
    assert rule["Actions"] == [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]
    root = properties(template, "RootRule")
    assert root["Conditions"][0]["PathPatternConfig"]["Values"] == ["/"]
    assert root["Actions"][0]["RedirectConfig"] == {"Path": "/team/app/", "StatusCode": "HTTP_302"}
    assert template["Outputs"]["Url"]["Value"]["Fn::Join"][1][-1] == "/team/app"


def test_the_health_path_is_below_the_base_path_unless_it_is_set() -> None:
    """Streamlit puts the base path before each of its paths."""
    for settings, path in (
        ({"base_url_path": "app"}, "/app/_stcore/health"),
        ({"base_url_path": "app", "health_check_path": "/app/up"}, "/app/up"),
        ({}, "/_stcore/health"),
    ):
        assert properties(tree(network=settings)["Network"], "TargetGroup")["HealthCheckPath"] == path


def test_two_target_groups_are_alike_but_for_their_names() -> None:
    """ECS puts the new version into the one that the old one is not in."""
    template = moving()
    groups = [dict(properties(template, name)) for name in ("TargetGroup", "AlternateTargetGroup")]
    names = [group.pop("Name") for group in groups]
    assert groups[0] == groups[1]
    assert len(set(names)) == 2
    assert all(len(name) <= 32 for name in names)


def test_all_traffic_goes_to_the_first_group_until_ecs_moves_it() -> None:
    """By a rule of its own for all requests, of which ECS changes the weights."""
    template = moving()
    rule = properties(template, "ProductionRule")
    assert rule["Conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}]
    (action,) = rule["Actions"]
    assert action["ForwardConfig"]["TargetGroups"] == [
        {"TargetGroupArn": {"Ref": "TargetGroup"}, "Weight": 1},
        {"TargetGroupArn": {"Ref": "AlternateTargetGroup"}, "Weight": 0},
    ]


@pytest.mark.parametrize(("duration", "seconds"), [(86400, 300), (60, 60)])
def test_a_browser_stays_in_its_group_while_traffic_moves(duration: int, seconds: int) -> None:
    """The cookie of a task holds in one group only. It stays no longer than a short break: the group may be empty."""
    (action,) = properties(moving(stickiness_duration=duration), "ProductionRule")["Actions"]
    sticky = action["ForwardConfig"]["TargetGroupStickinessConfig"]
    assert sticky == {"Enabled": True, "DurationSeconds": seconds}
    (action,) = properties(moving(sticky_sessions=False), "ProductionRule")["Actions"]
    assert "TargetGroupStickinessConfig" not in action["ForwardConfig"]


def test_test_traffic_is_told_by_a_header_and_goes_before_all_other() -> None:
    """On the same listener and the same paths, so that no other port is open."""
    template = moving(base_url_path="app")
    test, production = properties(template, "TestRule"), properties(template, "ProductionRule")
    assert test["Priority"] < production["Priority"]
    path, header = test["Conditions"]
    assert [path] == production["Conditions"]
    assert header["HttpHeaderConfig"] == {"HttpHeaderName": "X-Test-Traffic", "Values": ["true"]}


def test_no_request_is_lost_when_the_strategy_changes() -> None:
    """The listener's own action is the same with and without the rule that takes all requests."""
    assert properties(moving(), "Listener") == properties(tree()["Network"], "Listener")


def test_deployments_do_not_move_traffic_past_a_sign_in() -> None:
    """ECS fails on rules that do more than forward; that is said when the settings are read."""
    https = {"certificate_arn": CERTIFICATE}
    network.refuse_traffic_shifting(network.Settings.model_validate({"https": https}))
    with pytest.raises(PydanticCustomError, match="only rolling deployments"):
        network.refuse_traffic_shifting(network.Settings.model_validate({"https": https, "sign_in": COGNITO}))


def test_a_strategy_that_moves_traffic_is_refused_where_users_sign_in_or_the_second_name_is_too_long() -> None:
    """Both are said when the settings are read."""
    moves = {"deployment": {"strategy": "canary"}}
    with pytest.raises(ValidationError, match="only rolling deployments"):
        tree(ecs=moves, network={"https": {"certificate_arn": CERTIFICATE}, "sign_in": COGNITO})
    long = {"project": "a" * 20, "environment": "b" * 6}
    assert tree(**long)
    with pytest.raises(ValidationError, match="8501b, 33 characters"):
        tree(**long, ecs=moves)


def test_with_https_the_rules_are_on_port_443() -> None:
    """Port 80 only leads there."""
    template = moving(https={"certificate_arn": CERTIFICATE})
    rules = of_type(template, RULE).values()
    assert {rule["Properties"]["ListenerArn"]["Ref"] for rule in rules} == {"HttpsListener"}


def test_ecs_is_told_of_the_group_and_the_rules() -> None:
    """With their ARNs as outputs."""
    outputs = moving()["Outputs"]
    assert outputs["AlternateTargetGroupArn"]["Value"] == {"Ref": "AlternateTargetGroup"}
    assert outputs["ProductionListenerRuleArn"]["Value"] == {"Ref": "ProductionRule"}
    assert outputs["TestListenerRuleArn"]["Value"] == {"Ref": "TestRule"}


def test_metrics_know_the_load_balancer_and_the_target_group() -> None:
    """By the names that CloudWatch has for them."""
    outputs = tree()["Network"]["Outputs"]
    assert outputs["LoadBalancerFullName"]["Value"] == {"Fn::GetAtt": ["LoadBalancer", "LoadBalancerFullName"]}
    assert outputs["TargetGroupFullName"]["Value"] == {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]}
