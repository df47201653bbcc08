"""Cloud Control reads what exists in CloudFormation's words, whoever has made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import Cloud, template
from tests.support.direct_calls import EXECUTION, LIFECYCLE, PULL, READ, Made, make_service

if TYPE_CHECKING:
    from tests.support.accounts import Account


@pytest.fixture
def made(account: Account) -> Made:
    """A service that CloudFormation does not know."""
    return make_service(account)


def read(account: Account, resource_type: str, identifier: str) -> dict[str, Any]:
    """Return the properties of a resource."""
    found = account.client("cloudcontrol").get_resource(TypeName=resource_type, Identifier=identifier)
    properties: dict[str, Any] = json.loads(found["ResourceDescription"]["Properties"])
    return properties


def test_what_direct_calls_have_made_is_read_as_cloudformation_writes_it(account: Account, made: Made) -> None:
    """Names, nesting and policies are CloudFormation's; defaults are there, write-only properties never."""
    found = {kind: read(account, kind, identifier) for kind, identifier in made.identifiers.items()}
    kind = "AWS::ElasticLoadBalancingV2::"
    service, target = found["AWS::ECS::Service"], found["AWS::ApplicationAutoScaling::ScalableTarget"]
    assert (service["LaunchType"], service["PlatformVersion"], service["HealthCheckGracePeriodSeconds"]) == (
        "FARGATE",
        "LATEST",
        300,
    )
    assert service["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "Subnets": made.subnets,
        "SecurityGroups": [made.security_group],
        "AssignPublicIp": "ENABLED",
    }
    assert service["TaskDefinition"] == made.identifiers["AWS::ECS::TaskDefinition"]
    (container,) = found["AWS::ECS::TaskDefinition"]["ContainerDefinitions"]
    assert container["LogConfiguration"]["Options"] == {"awslogs-group": "/ecs/team"}
    assert (target["MinCapacity"], target["MaxCapacity"], "RoleARN" in target) == (1, 4, False)
    policy = found["AWS::ApplicationAutoScaling::ScalingPolicy"]
    assert (policy["ResourceId"], "ScalingTargetId" in policy) == ("service/team/app", False)
    attributes = {it["Key"]: it["Value"] for it in found[f"{kind}LoadBalancer"]["LoadBalancerAttributes"]}
    assert (attributes["routing.http2.enabled"], attributes["idle_timeout.timeout_seconds"]) == ("true", "60")
    group = found[f"{kind}TargetGroup"]
    assert (group["Matcher"], group["HealthCheckIntervalSeconds"], group["Port"]) == ({"HttpCode": "200-399"}, 60, 8501)
    assert [target["Port"] for target in group["Targets"]] == [8501]
    (forward,) = found[f"{kind}Listener"]["DefaultActions"]
    assert forward["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": group["TargetGroupArn"], "Weight": 1}]
    rule = found[f"{kind}ListenerRule"]
    assert rule["Conditions"][0]["PathPatternConfig"] == {"Values": ["/old"]}
    assert (rule["Priority"], "ListenerArn" in rule) == (5, False)
    repository, role = found["AWS::ECR::Repository"], found["AWS::IAM::Role"]
    assert repository["LifecyclePolicy"]["LifecyclePolicyText"] == LIFECYCLE
    assert (repository["RepositoryPolicyText"], repository["Tags"]) == (PULL, [{"Key": "Project", "Value": "team"}])
    assert role["ManagedPolicyArns"] == [EXECUTION]
    assert role["Policies"] == [{"PolicyName": "read", "PolicyDocument": READ}]
    assert found["AWS::Logs::LogGroup"]["RetentionInDays"] == 14


def test_lists_have_identifiers_and_ask_for_the_parent_of_a_listener(account: Account, made: Made) -> None:
    """An identifier of a list can be read; listeners are listed for a load balancer."""
    control, kind = account.client("cloudcontrol"), "AWS::ElasticLoadBalancingV2::"
    (service,) = control.list_resources(TypeName="AWS::ECS::Service")["ResourceDescriptions"]
    assert read(account, "AWS::ECS::Service", service["Identifier"])["ServiceName"] == "app"
    parent = json.dumps({"LoadBalancerArn": made.identifiers[f"{kind}LoadBalancer"]})
    (listener,) = control.list_resources(TypeName=f"{kind}Listener", ResourceModel=parent)["ResourceDescriptions"]
    assert listener["Identifier"] == made.identifiers[f"{kind}Listener"]
    with pytest.raises(ClientError, match="Missing or invalid ResourceModel property"):
        control.list_resources(TypeName=f"{kind}Listener")


@pytest.mark.parametrize(
    ("resource_type", "identifier", "code"),
    [
        ("AWS::ECS::Cluster", "none", "ResourceNotFoundException"),
        ("AWS::ECS::Service", "arn:aws:ecs:::service/team/app", "ValidationException"),
        ("AWS::ECS::Nothing", "x", "TypeNotFoundException"),
        ("AWS::SNS::TopicPolicy", "x", "UnsupportedActionException"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_code(
    account: Account, resource_type: str, identifier: str, code: str
) -> None:
    """A missing resource, an identifier without its second part, an unknown type, a type without a read handler."""
    with pytest.raises(ClientError) as refused:
        read(account, resource_type, identifier)
    assert refused.value.response["Error"]["Code"] == code


def test_the_log_of_calls_says_who_changes_what(account: Account) -> None:
    """Requests are logged by service and operation, and what CloudFormation does by handler; of one account alone."""
    account.client("logs").create_log_group(logGroupName="/direct")
    cloud = Cloud(account)
    cloud.create("stack", template({"Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/made"}}}))
    read(account, "AWS::Logs::LogGroup", "/made")
    found = [(call["service"], call["operation"]) for call in account.calls()]
    assert [found.index(it) for it in (("logs", "CreateLogGroup"), ("s3", "CreateBucket"))] == [0, 1]
    assert ("cloudformation-handler", "create AWS::Logs::LogGroup") in found
    assert found[-1] == ("cloudcontrol", "GetResource")
    assert {call["key"] for call in account.calls() if "key" in call} == {account.account_id}
