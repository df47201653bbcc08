"""Monitoring: alarms, dashboards, saved queries, topics."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

_METRIC = {
    "MetricName": "TargetResponseTime",
    "Namespace": "AWS/ApplicationELB",
    "Period": 300,
    "EvaluationPeriods": 3,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}


def _alarm(**properties: Any) -> dict[str, Any]:
    return template({"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "slow", **properties}}})


def test_an_alarm_is_what_its_template_says_and_keeps_its_state_when_that_changes(cloud: Cloud) -> None:
    """A percentile excludes the statistic; the state is CloudWatch's, all else the template's; a delete removes it."""
    slow = _METRIC | {"ExtendedStatistic": "p95", "Threshold": 3, "EvaluateLowSampleCountPercentile": "ignore"}
    assert cloud.create("root", _alarm(**slow)) == "CREATE_COMPLETE"
    watch = cloud.account.client("cloudwatch")
    found = watch.describe_alarms(AlarmNames=["slow"])["MetricAlarms"][0]
    assert (found["ExtendedStatistic"], found["EvaluateLowSampleCountPercentile"]) == ("p95", "ignore")
    assert "Statistic" not in found
    watch.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="a test")
    assert cloud.update("root", _alarm(**slow | {"Threshold": "1.5"})) == "UPDATE_COMPLETE"
    found = watch.describe_alarms(AlarmNames=["slow"])["MetricAlarms"][0]
    assert (found["Threshold"], found["StateValue"]) == (1.5, "ALARM")
    cloud.delete("root")
    assert watch.describe_alarms()["MetricAlarms"] == []


def test_an_alarm_may_compute_with_several_metrics(cloud: Cloud) -> None:
    """The expression and the metrics come back as they were given; another expression changes it in place."""

    def absent(expression: str) -> dict[str, Any]:
        metric = {"Namespace": "ECS/ContainerInsights", "MetricName": "RunningTaskCount"}
        metrics = [
            {"Id": "running", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}, "ReturnData": False},
            {"Id": "absent", "Expression": expression},
        ]
        comparison = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0, "EvaluationPeriods": 1}
        return _alarm(Metrics=metrics, **comparison)

    assert cloud.create("root", absent("IF(running < 1, 1, 0)")) == "CREATE_COMPLETE"
    watch = cloud.account.client("cloudwatch")
    found = watch.describe_alarms()["MetricAlarms"][0]
    assert [it["Id"] for it in found["Metrics"]] == ["running", "absent"]
    assert found["Metrics"][0]["ReturnData"] is False
    assert not found.keys() & {"MetricName", "Period", "Statistic"}
    assert cloud.update("root", absent("IF(running < 2, 1, 0)")) == "UPDATE_COMPLETE"
    assert watch.describe_alarms()["MetricAlarms"][0]["Metrics"][1]["Expression"] == "IF(running < 2, 1, 0)"


def test_a_dashboard_is_written_anew_and_deleted(cloud: Cloud) -> None:
    """Its body is the template's."""

    def dashboard(title: str) -> dict[str, Any]:
        body = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": title}}]})
        properties = {"DashboardName": "main", "DashboardBody": body}
        return template({"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}})

    cloud.create("root", dashboard("first"))
    watch = cloud.account.client("cloudwatch")
    assert cloud.update("root", dashboard("second")) == "UPDATE_COMPLETE"
    assert "second" in watch.get_dashboard(DashboardName="main")["DashboardBody"]
    cloud.delete("root")
    assert watch.list_dashboards()["DashboardEntries"] == []


def test_a_saved_query_keeps_its_id_when_it_changes(cloud: Cloud) -> None:
    """By its API and by its type: put, listed by the beginning of its name, deleted."""

    def query(text: str) -> dict[str, Any]:
        properties = {"Name": "app/errors", "QueryString": text, "LogGroupNames": ["/ecs/app"]}
        return template({"Query": {"Type": "AWS::Logs::QueryDefinition", "Properties": properties}})

    assert cloud.create("root", query("fields @message")) == "CREATE_COMPLETE"
    logs, made = cloud.account.client("logs"), cloud.physical("root", "Query")
    logs.put_query_definition(name="other", queryString="fields @timestamp")
    assert cloud.update("root", query("fields @message | limit 5")) == "UPDATE_COMPLETE"
    (found,) = logs.describe_query_definitions(queryDefinitionNamePrefix="app/")["queryDefinitions"]
    assert (found["queryDefinitionId"], found["queryString"]) == (made, "fields @message | limit 5")
    assert found["logGroupNames"] == ["/ecs/app"]
    cloud.delete("root")
    assert [it["name"] for it in logs.describe_query_definitions()["queryDefinitions"]] == ["other"]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.delete_query_definition(queryDefinitionId=made)


def test_a_topic_has_its_key_and_waits_for_those_who_are_written_to(cloud: Cloud) -> None:
    """The key comes and goes in place; an address is subscribed only when somebody has confirmed it."""

    def topic(**properties: Any) -> dict[str, Any]:
        mail = {"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": "team@example.com"}
        return template({
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alarms", **properties}},
            "Mail": {"Type": "AWS::SNS::Subscription", "Properties": mail},
        })  # fmt: skip

    assert cloud.create("root", topic(KmsMasterKeyId="alias/ours")) == "CREATE_COMPLETE"
    sns, arn = cloud.account.client("sns"), cloud.physical("root", "Topic")
    attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (attributes["KmsMasterKeyId"], attributes["SubscriptionsPending"]) == ("alias/ours", "1")
    (mail,) = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert mail["Endpoint"] == "team@example.com"
    waiting = sns.get_subscription_attributes(SubscriptionArn=mail["SubscriptionArn"])["Attributes"]
    assert waiting["PendingConfirmation"] == "true"
    assert cloud.update("root", topic()) == "UPDATE_COMPLETE"
    assert "KmsMasterKeyId" not in sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert cloud.physical("root", "Topic") == arn
    cloud.delete("root")
    assert sns.list_topics()["Topics"] == []


def test_an_alarm_is_described_whole_to_callers_of_the_query_protocol(cloud: Cloud) -> None:
    """Statistic, period, dimensions, actions and the rest are in the answer to Terraform's SDK."""
    cloud.account.client("cloudwatch").put_metric_alarm(
        AlarmName="cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "ServiceName", "Value": "app"}],
        Statistic="Maximum",
        Period=120,
        EvaluationPeriods=3,
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=False,
    )
    address = urlsplit(cloud.account.address.endpoint_url)
    key = f"{cloud.account.account_id}/20261130/{cloud.account.address.region}/monitoring/aws4_request"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}, SignedHeaders=host, Signature=0",
    }
    with closing(HTTPConnection(address.netloc)) as connection:
        connection.request("POST", "/", "Action=DescribeAlarms&Version=2010-08-01", headers)
        answer = connection.getresponse().read().decode()
    for text in (
        "<Statistic>Maximum</Statistic>",
        "<Period>120</Period>",
        "<ActionsEnabled>false</ActionsEnabled>",
        "<Dimensions><member><Name>ServiceName</Name><Value>app</Value></member></Dimensions>",
    ):
        assert text in answer
