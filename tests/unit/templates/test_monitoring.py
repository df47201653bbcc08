"""Alarms, dashboard, saved queries."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from templates.monitoring.topic import subscription_id
from tests.support.templates import of_type, properties, statements, tree

ALARM = "AWS::CloudWatch::Alarm"
ALARMS = {"Target5xx", "UnhealthyHosts", "LatencyP95", "Cpu", "Memory", "AtMaximum", "NoTask"}


def monitored(**settings: Any) -> Any:
    """The template of Monitoring with these settings."""
    return tree(monitoring=settings)["Monitoring"]


def test_nothing_is_deployed_that_nobody_asked_for() -> None:
    """By default there is no such stack."""
    assert "Monitoring" not in tree()


def test_there_is_an_alarm_for_each_thing_that_goes_wrong_and_all_tell_one_topic() -> None:
    """Both the beginning and the end of it are told."""
    template = monitored(alarms=True, emails=("team@example.com",))
    alarms = of_type(template, ALARM)
    assert set(alarms) == ALARMS
    for alarm in alarms.values():
        told = alarm["Properties"]
        assert told["AlarmActions"] == told["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert told["AlarmDescription"].startswith("preto-2-prod: ")
    assert len({alarm["Properties"]["AlarmName"] for alarm in alarms.values()}) == len(ALARMS)
    subscription = properties(template, subscription_id("team@example.com"))
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "team@example.com")


def test_only_alarms_of_this_account_may_publish_and_only_encrypted() -> None:
    """Nobody else's alarm wakes the team."""
    allow, deny = statements(properties(monitored(alarms=True), "AlarmTopicPolicy")["PolicyDocument"])
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_topic_that_exists_is_told_instead_of_a_new_one() -> None:
    """No second topic, and no subscription of ours on the given one."""
    arn = "arn:aws:sns:ap-northeast-2:000000000000:on-call"
    template = monitored(alarms=True, topic_arn=arn)
    assert all(alarm["Properties"]["AlarmActions"] == [arn] for alarm in of_type(template, ALARM).values())
    assert not of_type(template, "AWS::SNS::Topic")


def test_a_service_that_a_schedule_takes_down_is_no_alarm() -> None:
    """Only tasks that are wanted can be missing."""
    *counts, absent = properties(monitored(alarms=True), "NoTask")["Metrics"]
    assert [it["MetricStat"]["Metric"]["MetricName"] for it in counts] == ["DesiredTaskCount", "RunningTaskCount"]
    assert absent["Expression"] == "IF(desired > 0 AND FILL(running, 0) < 1, 1, 0)"


def test_running_at_the_maximum_is_an_alarm_only_where_the_number_of_tasks_follows_the_load() -> None:
    """Without autoscaling, or where it has no choice, the alarm would never end."""
    template = monitored(alarms=True)
    enabled, varies = template["Conditions"]["Scales"]["Fn::And"]
    assert enabled == {"Fn::Equals": [{"Ref": "AutoscalingEnabled"}, "true"]}
    assert varies == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MinCapacity"}, {"Ref": "MaxCapacity"}]}]}
    alarm = template["Resources"]["AtMaximum"]
    assert alarm["Condition"] == "Scales"
    assert alarm["Properties"]["Threshold"] == {"Ref": "MaxCapacity"}


def test_thresholds_are_the_settings() -> None:
    """Each is where the settings say."""
    template = monitored(alarms=True, target_5xx_count=7, latency_p95_seconds=1.5, cpu_percent=80, memory_percent=85)
    found = {name: properties(template, name)["Threshold"] for name in ("Target5xx", "LatencyP95", "Cpu", "Memory")}
    assert found == {"Target5xx": 7, "LatencyP95": 1.5, "Cpu": 80, "Memory": 85}
    assert properties(template, "LatencyP95")["ExtendedStatistic"] == "p95"


def test_slow_answers_are_told_with_few_users_too() -> None:
    """Ignoring few samples, CloudWatch would leave the alarm as it is below 200 requests, in alarm or not."""
    assert properties(monitored(alarms=True), "LatencyP95")["EvaluateLowSampleCountPercentile"] == "evaluate"


def test_the_dashboard_shows_both_groups_between_which_traffic_is_moved() -> None:
    """After a deployment all requests may be in the other one."""
    plain, moved = (
        tree(monitoring={"dashboard": True}, ecs={"deployment": {"strategy": it}})["Monitoring"]
        for it in ("rolling", "blue_green")
    )
    shown, plainly = (properties(it, "Dashboard")["DashboardBody"]["Fn::Sub"] for it in (moved, plain))
    for metric in ("RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime"):
        assert shown.count(metric) == 2 * plainly.count(metric)
    assert "${AlternateTargetGroupFullName}" in shown
    assert "AlternateTargetGroupFullName" in moved["Parameters"]
    assert "AlternateTargetGroupFullName" not in plain["Parameters"]


def test_steps_have_no_alarm_of_ours() -> None:
    """A name is there once in an account, whatever the steps are called."""
    steps = {"namespace": "n", "metric": "m", "threshold": 1, "steps": ({"distance": 0, "change": 1},)}
    names = ("no-task", "at-maximum", "latency-p95", "rollback-errors")
    scaled = {"steps": tuple(steps | {"name": name} for name in names)}
    templates = tree(monitoring={"alarms": True}, autoscaling=scaled, ecs={"deployment": {"rollback_alarms": True}})
    alarms = [it for template in templates.values() for it in of_type(template, ALARM).values()]
    found = [it["Properties"]["AlarmName"] for it in alarms]
    assert len(set(found)) == len(found) == len(ALARMS) + len(names) + 3


def test_the_dashboard_is_valid_json_once_cloudformation_has_filled_it_in() -> None:
    """It shows requests, errors, latency, CPU, memory, tasks against minimum and maximum, and logged errors."""
    body = properties(monitored(dashboard=True), "Dashboard")["DashboardBody"]["Fn::Sub"]
    filled = json.loads(re.sub(r"\$\{(\w+)(::\w+)?\}", lambda it: "3" if "Capacity" in it[1] else it[1], body))
    titles = [widget["properties"]["title"] for widget in filled["widgets"]]
    assert titles == ["Requests", "Errors", "Latency, s", "Tasks", "CPU, %", "Memory, %", "Logged errors"]
    tasks = filled["widgets"][3]["properties"]
    assert [line["value"] for line in tasks["annotations"]["horizontal"]] == [3, 3]
    places = [(widget["x"], widget["y"]) for widget in filled["widgets"]]
    assert len(set(places)) == len(places)


def test_the_dashboard_is_not_that_of_another_region() -> None:
    """An account has one list of dashboards for all regions, and putting one overwrites what has its name."""
    name = properties(monitored(dashboard=True), "Dashboard")["DashboardName"]
    assert name == {"Fn::Sub": "preto-2-prod-${AWS::Region}"}


def test_queries_look_at_the_services_log_group() -> None:
    """Errors are one click away in the console."""
    templates = tree(monitoring={"log_insights": True})
    queries = of_type(templates["Monitoring"], "AWS::Logs::QueryDefinition")
    assert len(queries) == 3
    log_group = properties(templates["Ecs"], "LogGroup")["LogGroupName"]
    assert all(query["Properties"]["LogGroupNames"] == [log_group] for query in queries.values())
    assert not templates["Monitoring"].get("Parameters")


@pytest.mark.parametrize(
    "wrong",
    [
        {"emails": ("a@example.com",)},
        {"topic_arn": "arn:aws:sns:ap-northeast-2:000000000000:on-call"},
        {"alarms": True, "topic_arn": "arn:aws:sns:ap-northeast-2:000000000000:x", "emails": ("a@example.com",)},
        {"alarms": True, "emails": ("nobody",)},
        {"alarms": True, "emails": ("a@example.com", "b@example.com", "A@Example.com")},
    ],
)
def test_what_would_tell_nobody_is_refused(wrong: dict[str, Any]) -> None:
    """An address without alarms, or two ways to tell, is a mistake."""
    with pytest.raises(ValidationError):
        monitored(**wrong)


@pytest.mark.parametrize("wanted", ["alarms", "dashboard"])
def test_without_container_insights_tasks_cannot_be_counted(wanted: str) -> None:
    """The count of running tasks is a metric of Container Insights."""
    with pytest.raises(ValidationError, match="container_insights"):
        tree(monitoring={wanted: True}, ecs={"container_insights": "disabled"})
