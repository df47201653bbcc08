"""What a read handler returns becomes what our templates write."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.adopt.live import reason, written
from stacks.adopt.types.table import TYPES

REGION = "eu-west-1"
ELB = "AWS::ElasticLoadBalancingV2::"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/books/73e2d6bc24d8a067"
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
)


def live(resource_type: str, properties: dict[str, Any], **recorded: Any) -> dict[str, Any]:
    """The properties as our templates write them."""
    return written(REGION, resource_type, properties, recorded)


def test_read_only_properties_are_left_out() -> None:
    """No template can have them, nor the tags that AWS sets itself."""
    found = {"RepositoryName": "books", "Arn": "arn:x", "RepositoryUri": "x", "Tags": [{"Key": "aws:x", "Value": "y"}]}
    assert live("AWS::ECR::Repository", found) == {"RepositoryName": "books", "Tags": []}


def test_write_only_properties_are_the_states() -> None:
    """AWS returns them to nobody, also those inside of others."""
    configuration = {"PredefinedMetricSpecification": {"PredefinedMetricType": "X", "ResourceLabel": "app/x"}}
    returned = {
        "TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": {"PredefinedMetricType": "X"}}
    }
    recorded = {"TargetTrackingScalingPolicyConfiguration": configuration}
    policy = "AWS::ApplicationAutoScaling::ScalingPolicy"
    assert live(policy, returned, **recorded)["TargetTrackingScalingPolicyConfiguration"] == configuration
    assert live(f"{ELB}ListenerRule", {"Priority": 1}, ListenerArn="arn:l") == {"Priority": 1, "ListenerArn": "arn:l"}


def test_the_cluster_is_its_name() -> None:
    """It is create-only: by ARN, the first deployment would replace the service."""
    service = {"Cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/books", "Role": "x/AWSServiceRoleForECS"}
    assert live("AWS::ECS::Service", service) == {"Cluster": "books"}
    both = {"LaunchType": "FARGATE", "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE"}]}
    assert "LaunchType" not in live("AWS::ECS::Service", both)


def test_an_action_that_forwards_to_one_group_names_it() -> None:
    """ELB describes it in both ways; weights and stickiness are kept."""
    groups = [{"TargetGroupArn": GROUP, "Weight": 1}]
    off = {"TargetGroups": groups, "TargetGroupStickinessConfig": {"Enabled": False}}
    forward = {"Type": "forward", "Order": 1, "TargetGroupArn": GROUP, "ForwardConfig": off}
    found = live(f"{ELB}Listener", {"DefaultActions": [forward]})
    assert found == {"DefaultActions": [{"Type": "forward", "TargetGroupArn": GROUP}]}
    two = {"Type": "forward", "ForwardConfig": {"TargetGroups": [*groups, {"TargetGroupArn": "x", "Weight": 0}]}}
    assert live(f"{ELB}ListenerRule", {"Actions": [two]}) == {"Actions": [two]}


def test_values_of_a_condition_are_there_once() -> None:
    """ELB describes them in both ways, or in the older one alone."""
    new = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X", "Values": ["1"]}}
    old = {"Field": "path-pattern", "Values": ["/a"]}
    for returned in (new, old, new | old):
        found = live(f"{ELB}ListenerRule", {"Conditions": [returned, header]})
        assert found["Conditions"] == [new, header]


def test_values_of_the_environment_are_left_out() -> None:
    """Of a task definition, names are enough."""
    container = {"Name": "web", "Environment": [{"Name": "TOKEN", "Value": "secret"}]}
    found = live("AWS::ECS::TaskDefinition", {"Family": "books", "ContainerDefinitions": [container]})
    assert found["ContainerDefinitions"] == [{"Name": "web", "Environment": [{"Name": "TOKEN"}]}]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDeniedException", "access denied: no"),
        ("ThrottlingException", "AWS still says that there are too many requests, after several attempts"),
        ("UnsupportedActionException", "Cloud Control cannot read it: no (UnsupportedActionException)"),
        ("HandlerInternalFailureException", "Cloud Control cannot read it: no (HandlerInternalFailureException)"),
    ],
)
def test_one_resource_that_cannot_be_read_stops_nothing(code: str, why: str) -> None:
    """The others are read all the same."""
    assert reason(ClientError({"Error": {"Code": code, "Message": "no"}}, "GetResource")).startswith(why)


def test_credentials_that_have_expired_stop_everything() -> None:
    """No other resource could be read, either."""
    with pytest.raises(ClientError):
        reason(ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "no"}}, "GetResource"))


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_nothing_that_a_handler_returns_raises(data: st.DataObject) -> None:
    """Also where AWS adds or changes something."""
    resource_type = data.draw(st.sampled_from(sorted({it.type for it in TYPES.values() if hasattr(it, "type")})))
    names = st.sampled_from(
        ["Tags", "Cluster", "Role", "DefaultActions", "Actions", "ContainerDefinitions", "ResourceId", "Targets"]
    )
    live(resource_type, data.draw(st.dictionaries(names, VALUES)), **data.draw(st.dictionaries(names, VALUES)))
