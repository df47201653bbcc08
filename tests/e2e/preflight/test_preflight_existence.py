"""Each type with a name: it is looked for as AWS is asked for it, and CloudFormation would have failed on it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stacks.preflight import names
from stacks.request.created import Created
from templates.resource_types import TYPES
from templates.resource_types.record import Lookup

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from tests.support.accounts import Account
    from tests.support.world import World

Properties = dict[str, Any]
LOOKUPS = {name: it.lookup for name, it in TYPES.items() if isinstance(it.lookup, Lookup)}
NAME = "preto-2-prod"
ELASTIC = "AWS::ElasticLoadBalancingV2"
FAMILY: Properties = {"family": NAME, "containerDefinitions": [{"name": "app", "image": "app", "memory": 128}]}
TARGET = {
    "ServiceNamespace": "ecs",
    "ScalableDimension": "ecs:service:DesiredCount",
    "ResourceId": f"service/{NAME}/{NAME}",
}
WIDGETS = json.dumps({"widgets": []})
ALARM = {"MetricName": "M", "Namespace": "N", "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1,
         "EvaluationPeriods": 1, "Period": 60, "Statistic": "Sum"}  # fmt: skip
VISIBLE = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "M"}


def subnets(account: Account) -> list[str]:
    """Those of the default VPC."""
    return [it["SubnetId"] for it in account.client("ec2").describe_subnets()["Subnets"]]


def no_service(account: Account) -> Properties:
    """A cluster and a task definition, and no service."""
    ecs = account.client("ecs")
    ecs.create_cluster(clusterName=NAME)
    definition = ecs.register_task_definition(**FAMILY)["taskDefinition"]["taskDefinitionArn"]
    return {"Cluster": NAME, "ServiceName": NAME, "TaskDefinition": definition, "DesiredCount": 0}


def service(account: Account, wanted: Properties) -> None:
    """A service that somebody else has made."""
    account.client("ecs").create_service(
        cluster=NAME, serviceName=NAME, taskDefinition=wanted["TaskDefinition"], desiredCount=0
    )


def no_target(account: Account) -> Properties:
    """A service that is not scaled."""
    service(account, no_service(account))
    return {**TARGET, "MinCapacity": 1, "MaxCapacity": 2}


def no_key_alias(account: Account) -> Properties:
    """A key without an alias."""
    key = account.client("kms").create_key()["KeyMetadata"]["KeyId"]
    return {"AliasName": f"alias/{NAME}", "TargetKeyId": key}


def no_record(account: Account) -> Properties:
    """A zone without records of ours."""
    zone = account.client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]
    return {
        "HostedZoneId": zone["Id"].rpartition("/")[2],
        "Name": "app.example.com",
        "Type": "A",
        "TTL": "60",
        "ResourceRecords": ["192.0.2.1"],
    }


def record(account: Account, wanted: Properties) -> None:
    """A record that somebody else has made."""
    record = {"Name": wanted["Name"], "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.2"}]}
    account.client("route53").change_resource_record_sets(
        HostedZoneId=wanted["HostedZoneId"],
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
Make = Callable[["Account", Properties], Any]
WAYS: dict[str, tuple[Callable[[Account], Properties], Make]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": (
        no_target,
        lambda account, wanted: account.client("application-autoscaling").register_scalable_target(**wanted),
    ),
    "AWS::CloudWatch::Alarm": (
        lambda _: {"AlarmName": NAME, **ALARM},
        lambda account, wanted: account.client("cloudwatch").put_metric_alarm(**wanted),
    ),
    "AWS::CloudWatch::Dashboard": (
        lambda _: {"DashboardName": NAME, "DashboardBody": WIDGETS},
        lambda account, wanted: account.client("cloudwatch").put_dashboard(**wanted),
    ),
    "AWS::ECR::PullThroughCacheRule": (
        lambda _: {"EcrRepositoryPrefix": "quay", "UpstreamRegistryUrl": "quay.io"},
        lambda account, _: account.client("ecr").create_pull_through_cache_rule(
            ecrRepositoryPrefix="quay", upstreamRegistryUrl="quay.io"
        ),
    ),
    "AWS::ECS::Cluster": (
        lambda _: {"ClusterName": NAME},
        lambda account, _: account.client("ecs").create_cluster(clusterName=NAME),
    ),
    "AWS::ECS::Service": (no_service, service),
    "AWS::Events::Rule": (
        lambda _: {"Name": NAME, "EventPattern": {"source": ["aws.ecs"]}},
        lambda account, _: account.client("events").put_rule(Name=NAME, EventPattern='{"source": ["aws.ecs"]}'),
    ),
    f"{ELASTIC}::LoadBalancer": (
        lambda account: {"Name": NAME, "Type": "application", "Subnets": subnets(account)},
        lambda account, wanted: account.client("elbv2").create_load_balancer(Name=NAME, Subnets=wanted["Subnets"]),
    ),
    f"{ELASTIC}::TargetGroup": (
        lambda account: {
            "Name": NAME,
            "Port": 80,
            "Protocol": "HTTP",
            "TargetType": "ip",
            "VpcId": account.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"],
        },
        lambda account, wanted: account.client("elbv2").create_target_group(**wanted),
    ),
    "AWS::IAM::Role": (
        lambda _: {"RoleName": NAME, "AssumeRolePolicyDocument": TRUST},
        lambda account, wanted: account.client("iam").create_role(
            RoleName=NAME, AssumeRolePolicyDocument=json.dumps(wanted["AssumeRolePolicyDocument"])
        ),
    ),
    "AWS::KMS::Alias": (
        no_key_alias,
        lambda account, wanted: account.client("kms").create_alias(**wanted),
    ),
    "AWS::Route53::RecordSet": (no_record, record),
    "AWS::SNS::Topic": (
        lambda _: {"TopicName": NAME},
        lambda account, _: account.client("sns").create_topic(Name=NAME),
    ),
    "AWS::SQS::Queue": (
        lambda _: {"QueueName": NAME},
        lambda account, _: account.client("sqs").create_queue(QueueName=NAME),
    ),
    "AWS::Scheduler::ScheduleGroup": (
        lambda _: {"Name": NAME},
        lambda account, _: account.client("scheduler").create_schedule_group(Name=NAME),
    ),
    "AWS::WAFv2::WebACL": (
        lambda _: {"Name": NAME, "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBLE},
        lambda account, wanted: account.client("wafv2").create_web_acl(**wanted),
    ),
}
"""For each type: the properties of one whose name is free, in an account in which it can be made; and who takes it."""


def is_taken(aws: Aws, resource_type: str, properties: Properties) -> bool:
    """Whether the name is found to be taken."""
    wanted = names.new_names([Created(path="It", type=resource_type, properties=properties)])
    assert len(wanted) == 1
    looked = names.look_up(aws, wanted)
    assert not looked.unknown
    return bool(looked.in_use)


def created(account: Account, resource_type: str, properties: Properties) -> str:
    """Why CloudFormation cannot create the resource; "" where it can."""
    cloudformation = account.client("cloudformation")
    template = {"Resources": {"It": {"Type": resource_type, "Properties": properties}}}
    cloudformation.create_stack(
        StackName="it", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    while (state := cloudformation.describe_stacks(StackName="it")["Stacks"][0]["StackStatus"]).endswith("PROGRESS"):
        time.sleep(0.01)
    events = cloudformation.describe_stack_events(StackName="it")["StackEvents"]
    failed = [it for it in events if it["ResourceStatus"] == "CREATE_FAILED" and it["LogicalResourceId"] == "It"]
    assert bool(failed) == (state != "CREATE_COMPLETE")
    return failed[0]["ResourceStatusReason"] if failed else ""


@pytest.mark.parametrize("resource_type", LOOKUPS)
def test_a_name_that_is_taken_is_found(empty: World, resource_type: str) -> None:
    """It is free before, and taken after somebody else has made such a thing; then CloudFormation fails on it."""
    prepare, make = WAYS[resource_type]
    properties = prepare(empty.account)
    assert not is_taken(empty.aws, resource_type, properties)
    make(empty.account, properties)
    assert is_taken(empty.aws, resource_type, properties)
    name = LOOKUPS[resource_type].properties[-1]
    assert not is_taken(empty.aws, resource_type, properties | {name: f"a-{properties[name]}"})
    reason = created(empty.account, resource_type, properties)
    assert re.search("exist|duplicate|idempotent", reason), reason


@pytest.mark.parametrize(("status", "expected"), [("ACTIVE", True), ("INACTIVE", False)])
def test_the_name_of_a_cluster_that_was_deleted_is_free(empty: World, status: str, *, expected: bool) -> None:
    """ECS describes it for a while."""
    listed = json.dumps({"clusters": [{"clusterName": NAME, "status": status}], "failures": []})
    with empty.behind(lambda _: (200, listed)) as there:
        assert is_taken(there.aws, "AWS::ECS::Cluster", {"ClusterName": NAME}) is expected


def test_a_wildcard_that_is_taken(empty: World) -> None:
    """Route 53 writes its star as an octal code."""
    properties = no_record(empty.account) | {"Name": "*.example.com"}
    found = (
        r"<ResourceRecordSet><Name>\052.example.com.</Name><Type>A</Type><TTL>60</TTL><ResourceRecords>"
        r"<ResourceRecord><Value>192.0.2.2</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>"
    )
    listed = (
        f"<ListResourceRecordSetsResponse><ResourceRecordSets>{found}</ResourceRecordSets>"
        "<IsTruncated>false</IsTruncated><MaxItems>10</MaxItems></ListResourceRecordSetsResponse>"
    )
    with empty.behind(lambda _: (200, listed)) as there:
        assert is_taken(there.aws, "AWS::Route53::RecordSet", properties)
        assert not is_taken(there.aws, "AWS::Route53::RecordSet", properties | {"Name": "a.example.com"})
