"""Security groups, public addresses and health checks of a network that exists already."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from templates import profiles, root
from templates.network import Settings, tasks_are_public
from templates.network.health import code_ranges
from tests.support.templates import GIVEN_NETWORK, PRETO, of_type, properties, tree

ONE, TWO = "sg-0123456789abcdef0", "sg-0123456789abcdef1"
GROUPS, RULES = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
LISTENER = (
    "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/team/0123456789abcdef/0123456789abcdef"
)


def built(**network: Any) -> dict[str, Any]:
    """The tree in a given network with these settings on top."""
    return tree(network=GIVEN_NETWORK | network)


def refusal(**network: Any) -> str:
    """Why these settings of the network are refused."""
    with pytest.raises(ValidationError) as refused:
        root.Settings.model_validate(PRETO | {"network": network})
    return str(refused.value)


def tasks_groups(templates: dict[str, Any]) -> Any:
    """The security groups of the tasks, as the service has them."""
    service = properties(templates["Ecs"], "Service")
    return service["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"]


def test_one_group_for_both_is_all_that_there_is() -> None:
    """As Terraform projects share one: no group, no rule is made, and the service gets it as it is."""
    templates = built(load_balancer_security_group_ids=(ONE,), task_security_group_ids=(ONE,))
    network = templates["Network"]
    assert not of_type(network, GROUPS)
    assert not of_type(network, RULES)
    assert "SecurityGroupId" not in network["Outputs"]
    assert properties(network, "LoadBalancer")["SecurityGroups"] == [ONE]
    assert tasks_groups(templates) == {"Ref": "SecurityGroupIds"}
    passed = templates["Root"]["Resources"]["Ecs"]["Properties"]["Parameters"]
    assert passed["SecurityGroupIds"] == {"Fn::Join": [",", [ONE]]}
    assert "SecurityGroupId" not in passed


def test_the_tasks_own_group_lets_each_given_group_of_the_load_balancer_in() -> None:
    """Nobody else; nothing is added to the given groups."""
    templates = built(load_balancer_security_group_ids=(ONE, TWO))
    network = templates["Network"]
    assert {*of_type(network, GROUPS)} == {"TaskSecurityGroup"}
    rules = of_type(network, RULES)
    assert {name: it["Properties"]["SourceSecurityGroupId"] for name, it in rules.items()} == {
        "TaskIngress": ONE,
        "TaskIngress2": TWO,
    }
    assert tasks_groups(templates) == [{"Ref": "SecurityGroupId"}]


def test_the_load_balancers_own_group_reaches_each_given_group_of_the_tasks() -> None:
    """On their port, and nothing else; the tasks' groups have their own rules."""
    network = built(task_security_group_ids=(ONE, TWO))["Network"]
    assert {*of_type(network, GROUPS)} == {"LoadBalancerSecurityGroup"}
    assert not of_type(network, RULES)
    out = properties(network, "LoadBalancerSecurityGroup")["SecurityGroupEgress"]
    assert [(it["DestinationSecurityGroupId"], it["FromPort"], it["ToPort"]) for it in out] == [
        (ONE, 8501, 8501),
        (TWO, 8501, 8501),
    ]


def test_with_a_shared_load_balancer_the_tasks_can_have_given_groups() -> None:
    """Its own security group is then not asked for."""
    listener = {"arn": LISTENER, "priority": 1, "hosts": ("app.example.com",)}
    templates = built(listener=listener, task_security_group_ids=(ONE,))
    assert not of_type(templates["Network"], GROUPS)
    assert "SharedLoadBalancerSecurityGroupId" not in templates["Root"]["Parameters"]


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ({"task_security_group_ids": (ONE,)}, "security groups are those of an existing VPC"),
        ({"load_balancer_security_group_ids": (ONE,)}, "security groups are those of an existing VPC"),
        (GIVEN_NETWORK | {"task_security_group_ids": (ONE, ONE)}, f"{ONE} is there twice"),
        (GIVEN_NETWORK | {"task_security_group_ids": tuple(f"sg-0000000{n}" for n in range(6))}, "at most 5 items"),
        (GIVEN_NETWORK | {"task_security_group_ids": ("default",)}, "should match pattern"),
        (
            GIVEN_NETWORK | {"load_balancer_security_group_ids": (ONE,), "allowed_ranges": ("10.0.0.0/8",)},
            "means nothing: the load balancer has the security groups that are given",
        ),
        (
            GIVEN_NETWORK | {"load_balancer_security_group_ids": (ONE,), "shared_ranges": ("10.0.0.0/8",)},
            "means nothing: the load balancer has the security groups that are given",
        ),
        (
            GIVEN_NETWORK
            | {
                "task_security_group_ids": (ONE,),
                "listener": {"arn": LISTENER, "priority": 1, "hosts": ("a.example.com",), "security_group_id": TWO},
            },
            "means nothing: the tasks have the security groups that are given",
        ),
        (
            GIVEN_NETWORK
            | {
                "load_balancer_security_group_ids": (ONE,),
                "listener": {"arn": LISTENER, "priority": 1, "hosts": ("a.example.com",)},
            },
            "is a setting of a load balancer",
        ),
        ({"assign_public_ip": True}, "means nothing: egress says it of a new VPC"),
        ({"health_check_interval": 5}, "5 s must be less than health_check_interval, 5 s"),
        ({"health_check_interval": 301}, "less than or equal to 300"),
        ({"healthy_threshold": 1}, "greater than or equal to 2"),
        ({"unhealthy_threshold": 11}, "less than or equal to 10"),
        ({"health_check_matcher": "200-500"}, "should match pattern"),
        ({"health_check_matcher": "299-200"}, "299-200 starts above its end"),
        ({"health_check_matcher": ""}, "should match pattern"),
    ],
)
def test_what_does_not_go_together(network: dict[str, Any], message: str) -> None:
    """What AWS would refuse, and what would have no effect."""
    assert message in refusal(**network)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({}, False),
        ({"private_subnet_ids": ()}, True),
        ({"assign_public_ip": True}, True),
        ({"private_subnet_ids": (), "assign_public_ip": False}, False),
        ({"private_subnet_ids": (), "internal": True}, False),
        ({"private_subnet_ids": (), "internal": True, "assign_public_ip": True}, True),
    ],
)
def test_tasks_have_public_addresses_where_the_settings_say_so(network: dict[str, Any], *, expected: bool) -> None:
    """Or, where they do not, where the tasks share the subnets of a load balancer that faces the internet."""
    wanted = GIVEN_NETWORK | network
    assert tasks_are_public(Settings.model_validate(wanted)) is expected
    parameters = tree(network=wanted)["Root"]["Resources"]["Ecs"]["Properties"]["Parameters"]
    assert parameters["AssignPublicIp"] == ("ENABLED" if expected else "DISABLED")


def test_health_checks_are_those_of_the_settings() -> None:
    """Of the target group, and its attributes that an adopted load balancer can have otherwise."""
    network = {
        "health_check_path": "/",
        "health_check_matcher": "200-399",
        "health_check_interval": 60,
        "health_check_timeout": 30,
        "healthy_threshold": 4,
        "unhealthy_threshold": 5,
        "drop_invalid_header_fields": False,
        "target_group_port": 80,
    }
    templates = built(**network)
    group = properties(templates["Network"], "TargetGroup")
    assert group["Matcher"] == {"HttpCode": "200-399"}
    assert (group["HealthCheckIntervalSeconds"], group["HealthCheckTimeoutSeconds"]) == (60, 30)
    assert (group["HealthyThresholdCount"], group["UnhealthyThresholdCount"]) == (4, 5)
    assert (group["HealthCheckPath"], group["Port"]) == ("/", 80)
    attributes = properties(templates["Network"], "LoadBalancer")["LoadBalancerAttributes"]
    assert {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"} in attributes
    assert properties(templates["Network"], "TaskIngress")["FromPort"] == 8501


@pytest.mark.parametrize(
    ("matcher", "ranges"),
    [("200", ((200, 200),)), ("200,302", ((200, 200), (302, 302))), ("200-299,401", ((200, 299), (401, 401)))],
)
def test_a_matcher_is_read_as_ranges(matcher: str, ranges: tuple[tuple[int, int], ...]) -> None:
    """Of single codes and of ranges."""
    assert code_ranges(matcher) == ranges


@pytest.mark.parametrize(
    ("status", "healthy", "code"),
    [(200, ((200, 200),), 0), (302, ((200, 200),), 1), (302, ((200, 399),), 0), (404, ((200, 299), (401, 401)), 1),
     (401, ((200, 299), (401, 401)), 0)],
)  # fmt: skip
def test_the_container_is_healthy_by_the_same_codes(
    monkeypatch: pytest.MonkeyPatch, status: int, healthy: tuple[tuple[int, int], ...], code: int
) -> None:
    """Otherwise ECS would stop a task that the load balancer takes for healthy."""

    class Server:
        def __init__(self, *_: object, **__: object) -> None:
            self.status = status

        def request(self, *_: object) -> None:
            """Ask nothing."""

        def getresponse(self) -> Server:
            """Answer with the status."""
            return self

    monkeypatch.setattr("http.client.HTTPConnection", Server)
    *_, program = profiles.health_check("/", port=8501, variable="STREAMLIT_SERVER_PORT", healthy=healthy)
    with pytest.raises(SystemExit) as ended:
        exec(program, {})  # noqa: S102 - the program of the health check
    assert int(ended.value.code or 0) == code


def test_health_checks_can_go_to_another_port_that_given_groups_let_in() -> None:
    """Our own group of the tasks lets the load balancer reach their port alone."""
    network = built(task_security_group_ids=(ONE,), health_check_port=8080)["Network"]
    assert properties(network, "TargetGroup")["HealthCheckPort"] == "8080"
    assert "HealthCheckPort" not in properties(built()["Network"], "TargetGroup")
    assert "reach port 8501 alone" in refusal(health_check_port=8080, **GIVEN_NETWORK)
    assert built(health_check_port=8501)
