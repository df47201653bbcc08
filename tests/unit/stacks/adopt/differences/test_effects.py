"""What differs between what runs and a template, and what a deployment does about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.adopt.differences.comparing import compare_one
from stacks.adopt.survey import ABSENT, Adopted, Difference, Effect
from stacks.adopt.types import take_inventory
from stacks.rendered.values import Later
from tests.unit.stacks.adopt.types import examples
from tests.unit.stacks.adopt.types.examples import IDENTIFIERS, held

REGION = "eu-west-1"
SERVICE, CLUSTER, REPOSITORY = "AWS::ECS::Service", "AWS::ECS::Cluster", "AWS::ECR::Repository"
ROLE, LOG_GROUP = "AWS::IAM::Role", "AWS::Logs::LogGroup"
BALANCER, GROUP = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER, RULE = "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"
TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
LATER = Later("${Ecs/TaskDefinition}", causes=("Ecs/TaskDefinition",))


def differences(
    resource_type: str,
    before: dict[str, Any],
    after: dict[str, Any],
    state: dict[str, Any] | None = None,
    *,
    is_read: bool = True,
) -> list[Difference]:
    """What differs between what is live and a template; the state has what is live unless it is given."""
    it = Adopted(
        addresses=("aws_it.this",),
        path="Ecs/It",
        type=resource_type,
        identifier={},
        recorded=before if state is None else state,
        live=before if is_read else None,
    )
    return list(compare_one(REGION, it, after))


def effects(resource_type: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Effect]:
    """The effect of each property that differs."""
    return {it.property: it.effect for it in differences(resource_type, before, after)}


@pytest.mark.parametrize("terraform_type", sorted(IDENTIFIERS))
def test_a_resource_is_the_same_as_itself(terraform_type: str) -> None:
    """Whatever the state has of it."""
    [found] = take_inventory([held(terraform_type)]).candidates
    assert differences(found.type, dict(found.recorded), json.loads(json.dumps(found.recorded))) == []


TRUST = {
    "Statement": {
        "Sid": "",
        "Effect": "Allow",
        "Action": ["sts:assumerole"],
        "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
    }
}


@pytest.mark.parametrize(
    ("resource_type", "before", "after"),
    [
        (SERVICE, {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["b", "a"]}}},
         {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["a", "b"]}}}),
        (SERVICE, {"DeploymentConfiguration": {"MaximumPercent": "200"}, "EnableExecuteCommand": "true"},
         {"EnableExecuteCommand": True}),
        (SERVICE, {"DeploymentController": {"Type": "ECS"}, "SchedulingStrategy": "REPLICA"}, {}),
        (SERVICE, {}, {"PropagateTags": "NONE"}),
        (SERVICE, {"DesiredCount": 3}, {}),
        (SERVICE, {}, {"PlatformVersion": "LATEST", "HealthCheckGracePeriodSeconds": 0}),
        (SERVICE, {"PlacementConstraints": [], "DeploymentConfiguration": {"DeploymentCircuitBreaker": {
            "Enable": True, "Rollback": True, "ResetOnHealthyTask": True,
            "ThresholdConfiguration": {"Type": "BOUNDED_PERCENT", "Value": 50}}}},
         {"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}}),
        (CLUSTER, {"ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}]}, {}),
        (CLUSTER, {"CapacityProviders": ["B", "A"]}, {"CapacityProviders": ["A", "B"]}),
        (REPOSITORY, {"EncryptionConfiguration": {"EncryptionType": "AES256"}, "ImageTagMutability": "MUTABLE"},
         {"ImageScanningConfiguration": {"ScanOnPush": False}}),
        (REPOSITORY, {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules": [{"a": 1, "b": 2}]}'}},
         {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules":[{"b":2,"a":1}]}'}}),
        (REPOSITORY, {"RepositoryPolicyText": json.dumps(examples.READ)}, {"RepositoryPolicyText": examples.READ}),
        (REPOSITORY, {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]},
         {"Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]}),
        (ROLE, {"AssumeRolePolicyDocument": examples.TRUST, "Path": "/", "MaxSessionDuration": 3600},
         {"AssumeRolePolicyDocument": TRUST}),
        (ROLE, {"ManagedPolicyArns": ["b", "a"], "Description": ""}, {"ManagedPolicyArns": ["a", "b"]}),
        (BALANCER, {"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]}, {}),
        (BALANCER, {"IpAddressType": "ipv4", "Type": "application"}, {"Scheme": "internet-facing"}),
        (BALANCER, {"EnablePrefixForIpv6SourceNat": "off"}, {}),
        ("AWS::ECS::TaskDefinition", {"Volumes": [{"Name": "cache", "Host": {}}]}, {"Volumes": [{"Name": "cache"}]}),
        (LISTENER, {"MutualAuthentication": {"Mode": "off", "AdvertiseTrustStoreCaNames": "off"}}, {}),
        (RULE, {"Actions": [{"Type": "forward", "ForwardConfig": {
            "TargetGroupStickinessConfig": {"Enabled": False},
            "TargetGroups": [{"TargetGroupArn": "a", "Weight": 1}]}}]},
         {"Actions": [{"Type": "forward", "ForwardConfig": {
             "TargetGroups": [{"TargetGroupArn": "a", "Weight": 1}]}}]}),
        (GROUP, {"Port": 8501, "Matcher": {"HttpCode": "200"}}, {"Port": "8501"}),
        (GROUP, {"TargetGroupAttributes": [{"Key": "stickiness.type", "Value": "app_cookie"}]}, {}),
        (SERVICE, {"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": False, "Rollback": True}}}, {}),
        (BALANCER, {"LoadBalancerAttributes": [{"Key": "access_logs.s3.bucket", "Value": ""}]}, {}),
        (SERVICE, {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Base": 0, "Weight": 1}]},
         {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": "1"}]}),
        (SERVICE, {"TaskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/books:7"},
         {"TaskDefinition": "books:7"}),
        (LISTENER, {"DefaultActions": [{"Type": "redirect", "RedirectConfig": {
            "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "Port": "443", "StatusCode": "HTTP_301"}}]},
         {"DefaultActions": [{"Type": "redirect", "RedirectConfig": {"Port": 443, "StatusCode": "HTTP_301"}}]}),
        (LISTENER, {"MutualAuthentication": {"Mode": "off", "IgnoreClientCertificateExpiry": False}}, {}),
        (RULE, {"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/b", "/a"]}}]},
         {"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b"]}}]}),
        (TARGET, {"RoleARN": "arn:x", "SuspendedState": {"ScheduledScalingSuspended": False}}, {}),
        (POLICY, {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0, "ScaleInCooldown": 300}},
         {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": "70"}}),
    ],
)  # fmt: skip
def test_order_spelling_and_defaults_are_no_difference(
    resource_type: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Whichever side writes them."""
    assert differences(resource_type, before, after) == []
    assert "DesiredCount" in before or "RoleARN" in before or differences(resource_type, after, before) == []


@pytest.mark.parametrize(
    ("resource_type", "before", "after", "expected"),
    [
        (SERVICE, {"ServiceName": "books"}, {"ServiceName": "shop"}, {"ServiceName": Effect.REPLACEMENT}),
        (ROLE, {"Path": "/svc/"}, {}, {"Path": Effect.REPLACEMENT}),
        (REPOSITORY, {"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": "k"}}, {},
         {"EncryptionConfiguration.EncryptionType": Effect.REPLACEMENT,
          "EncryptionConfiguration.KmsKey": Effect.REPLACEMENT}),
        (SERVICE, {"LaunchType": "FARGATE"}, {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE"}]},
         {"LaunchType": Effect.REPLACEMENT}),
        (SERVICE, {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE"}]},
         {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT"}]},
         {"CapacityProviderStrategy": Effect.ROLLOUT}),
        (SERVICE, {"TaskDefinition": "arn:x:1"}, {"TaskDefinition": LATER}, {"TaskDefinition": Effect.ROLLOUT}),
        (SERVICE, {"NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}}, {},
         {"NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp": Effect.ROLLOUT}),
        (SERVICE, {}, {"DesiredCount": 2}, {"DesiredCount": Effect.IN_PLACE}),
        (SERVICE, {}, {"DeploymentConfiguration": {"MaximumPercent": 150}},
         {"DeploymentConfiguration.MaximumPercent": Effect.IN_PLACE}),
        (GROUP, {"HealthCheckPath": "/", "UnhealthyThresholdCount": 3},
         {"HealthCheckPath": "/health", "UnhealthyThresholdCount": 4},
         {"HealthCheckPath": Effect.INTERRUPTION, "UnhealthyThresholdCount": Effect.IN_PLACE}),
        (BALANCER, {"SecurityGroups": ["sg-1"]}, {"SecurityGroups": ["sg-2"]}, {"SecurityGroups": Effect.INTERRUPTION}),
        ("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{"FromPort": 80}]}, {},
         {"SecurityGroupIngress": Effect.INTERRUPTION}),
        (LISTENER, {"Port": 80}, {"Port": 81}, {"Port": Effect.INTERRUPTION}),
        (LOG_GROUP, {"RetentionInDays": 30}, {"RetentionInDays": 14}, {"RetentionInDays": Effect.DELETES_LATER}),
        (LOG_GROUP, {}, {"RetentionInDays": 14}, {"RetentionInDays": Effect.DELETES_LATER}),
        (LOG_GROUP, {"RetentionInDays": 14}, {"RetentionInDays": 30}, {"RetentionInDays": Effect.IN_PLACE}),
        (LOG_GROUP, {"RetentionInDays": 14}, {}, {"RetentionInDays": Effect.IN_PLACE}),
        (REPOSITORY, {}, {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules": [1]}'}},
         {"LifecyclePolicy.LifecyclePolicyText": Effect.DELETES_LATER}),
        (REPOSITORY, {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules": [1]}'}}, {},
         {"LifecyclePolicy.LifecyclePolicyText": Effect.IN_PLACE}),
        (REPOSITORY, {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules": [{"description": "a", "b": 1}]}'}},
         {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules": [{"description": "c", "b": 1}]}'}},
         {"LifecyclePolicy.LifecyclePolicyText": Effect.IN_PLACE}),
        (REPOSITORY, {"ImageTagMutability": "IMMUTABLE"}, {}, {"ImageTagMutability": Effect.DELETES_LATER}),
        (REPOSITORY, {}, {"ImageTagMutability": "IMMUTABLE"}, {"ImageTagMutability": Effect.IN_PLACE}),
        (GROUP, {}, {"TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]},
         {"TargetGroupAttributes[deregistration_delay.timeout_seconds]": Effect.DELETES_LATER}),
        (ROLE, {"ManagedPolicyArns": ["a", "b"]}, {"ManagedPolicyArns": ["a"]}, {"ManagedPolicyArns": Effect.IN_PLACE}),
        (ROLE, {"Policies": [{"PolicyName": "a.b", "PolicyDocument": examples.READ}]}, {},
         {"Policies[a.b]": Effect.IN_PLACE}),
        (ROLE, {"AssumeRolePolicyDocument": examples.TRUST}, {"AssumeRolePolicyDocument": examples.READ},
         {"AssumeRolePolicyDocument": Effect.IN_PLACE}),
        (CLUSTER, {"Tags": [{"Key": "ManagedBy", "Value": "Terraform"}]},
         {"Tags": [{"Key": "ManagedBy", "Value": "CloudFormation"}, {"Key": "Project", "Value": "books"}]},
         {"Tags[ManagedBy]": Effect.IN_PLACE, "Tags[Project]": Effect.IN_PLACE}),
        (RULE, {"Actions": [{"Type": "a"}, {"Type": "b"}]}, {"Actions": [{"Type": "b"}, {"Type": "a"}]},
         {"Actions": Effect.IN_PLACE}),
    ],
)  # fmt: skip
def test_each_difference_has_its_effect(
    resource_type: str, before: dict[str, Any], after: dict[str, Any], expected: dict[str, Effect]
) -> None:
    """By the provider schema, by ECS's and ELB's documentation, and by what people lose."""
    assert effects(resource_type, before, after) == expected


def test_an_attribute_that_we_do_not_set_stays() -> None:
    """ELB keeps what a template does not write: it is said, and is nothing to decide."""
    before = {"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "4000"}]}
    [found] = differences(BALANCER, before, {})
    assert (found.effect, found.why) == (Effect.SAME, "our template does not set it, and it stays as it is")


@pytest.mark.parametrize(
    ("resource_type", "before", "after", "why"),
    [
        (ROLE, {"Policies": [{"PolicyName": "read", "PolicyDocument": examples.READ}]},
         {"Policies": [{"PolicyName": "read", "PolicyDocument": {
             "Version": "2012-10-17", "Statement": [{**STATEMENT, "Sid": "Read"}]}}]},
         "only ids of its statements change"),
        (ROLE, {"ManagedPolicyArns": ["a"]}, {}, "what only a detached policy allows is denied from then on"),
        (LOG_GROUP, {}, {"RetentionInDays": 14}, "entries older than 14 days are deleted"),
        (GROUP, {}, {"TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]},
         "requests to tasks that are stopped are cut off after 30 s"),
        (LISTENER, {"DefaultActions": [{"Type": "a"}]}, {"DefaultActions": [{"Type": "b"}]},
         "requests are answered otherwise from then on"),
    ],
)  # fmt: skip
def test_what_happens_is_said_where_the_effect_does_not(
    resource_type: str, before: dict[str, Any], after: dict[str, Any], why: str
) -> None:
    """In the words of those who run the application."""
    assert [it.why for it in differences(resource_type, before, after)] == [why]


def test_a_change_by_hand_is_said_where_it_is_what_we_want() -> None:
    """The state is older than what runs: three values, of which the live one is ours."""
    wanted = {"HealthCheckGracePeriodSeconds": 60}
    [found] = differences(SERVICE, wanted, wanted, state={"HealthCheckGracePeriodSeconds": 300})
    assert (found.effect, found.state, found.live, found.template) == (Effect.SAME, 300, 60, 60)
    [changed] = differences(SERVICE, {"HealthCheckGracePeriodSeconds": 90}, wanted, state=wanted)
    assert (changed.effect, changed.state, changed.live, changed.template) == (Effect.IN_PLACE, 60, 90, 60)


def test_a_value_of_the_state_is_shown_as_what_is_live() -> None:
    """Where both mean the same, nobody has to compare two spellings."""
    spelt = {"RepositoryPolicyText": json.dumps(examples.READ, indent=1)}
    [found] = differences(REPOSITORY, {"RepositoryPolicyText": examples.READ}, {}, state=spelt)
    assert found.state == found.live == examples.READ


def test_a_default_is_shown_where_the_other_side_has_another_value() -> None:
    """Nobody has to know what AWS takes where nothing is written."""
    [found] = differences(SERVICE, {}, {"DeploymentConfiguration": {"MaximumPercent": 150}})
    assert (found.live, found.template) == (200, 150)


def test_what_could_not_be_read_is_compared_with_the_state() -> None:
    """There is no live value then."""
    [found] = differences(CLUSTER, {"ClusterName": "books"}, {"ClusterName": "shop"}, is_read=False)
    assert (found.effect, found.state, found.live, found.template) == (Effect.REPLACEMENT, "books", ABSENT, "shop")
    assert not found.is_read
    [default] = differences(SERVICE, {}, {"HealthCheckGracePeriodSeconds": 60}, is_read=False)
    assert default.state == 0


def test_what_nobody_can_know_is_unreadable() -> None:
    """A write-only property that the state does not have, and a value that only a deployment gives."""
    [found] = differences(SERVICE, {}, {"ServiceConnectConfiguration": {"Namespace": "books"}})
    assert (found.effect, found.why) == (Effect.UNREADABLE, "AWS returns it to nobody, and the state does not have it")
    computed = Later("Fn::GetAZs ", is_open=True, is_computed=True)
    [found] = differences(BALANCER, {"Subnets": ["a"]}, {"Subnets": computed})
    assert (found.effect, found.template) == (Effect.UNREADABLE, "Fn::GetAZs ")


def test_a_secret_that_aws_never_returns_hides_nothing_else() -> None:
    """That of a sign-in: what is around it is compared, and it is said that it cannot be."""
    sign_in = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"ClientId": "books"}}
    secret = {**sign_in, "AuthenticateOidcConfig": {"ClientId": "books", "ClientSecret": Later("x", is_open=True)}}
    [found] = differences(LISTENER, {"DefaultActions": [sign_in]}, {"DefaultActions": [secret]})
    assert (found.property, found.effect, found.template) == (
        "DefaultActions[].AuthenticateOidcConfig.ClientSecret",
        Effect.UNREADABLE,
        ABSENT,
    )


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)
PROPERTIES = (
    "Tags Policies LifecyclePolicy AssumeRolePolicyDocument Path Subnets RetentionInDays LaunchType DesiredCount"
)
NAMES = st.sampled_from([*PROPERTIES.split(), "Matcher", "TargetGroupAttributes", "Statement", "LifecyclePolicyText"])


@settings(max_examples=60, deadline=None)
@given(
    resource_type=st.sampled_from([SERVICE, ROLE, REPOSITORY, GROUP, LOG_GROUP]),
    before=st.dictionaries(NAMES, JSON, max_size=4),
    after=st.dictionaries(NAMES, JSON, max_size=4),
)
def test_any_properties_are_compared(resource_type: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Nothing raises, nothing differs from itself, and nothing that differs is lost in the other direction."""
    assert differences(resource_type, before, before) == []
    differences(resource_type, before, after)
