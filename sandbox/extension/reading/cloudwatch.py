"""AWS::CloudWatch::Alarm and Dashboard, AWS::Logs::QueryDefinition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudwatch

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import present, tags
from sandbox.extension.resources import logs_query_definition

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties

_ALARM = (
    "AlarmName",
    "AlarmDescription",
    "MetricName",
    "Namespace",
    "Dimensions",
    "Metrics",
    "Statistic",
    "ExtendedStatistic",
    "EvaluateLowSampleCountPercentile",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "ActionsEnabled",
    "AlarmActions",
    "OKActions",
    "InsufficientDataActions",
)


def _alarm(name: str) -> Properties | None:
    found = cloudwatch._alarms.get(name)
    if found is None:
        return None
    arn = found["AlarmArn"]
    properties = present(**{key: found.get(key) for key in _ALARM})
    if found.get("MetricName"):
        properties["Dimensions"] = list(found.get("Dimensions") or ())
    if found.get("ExtendedStatistic"):
        properties.pop("Statistic", None)
    return {"Arn": arn, **properties, "Tags": tags(cloudwatch._resource_tags.get(arn))}


def _dashboard(name: str) -> Properties | None:
    found = cloudwatch._dashboards.get(name)
    if found is None:
        return None
    return {"DashboardName": name, "DashboardBody": found["DashboardBody"]}


def _query(query_id: str) -> Properties | None:
    found = logs_query_definition.QUERIES.get(query_id)
    if found is None:
        return None
    names = present(LogGroupNames=found.get("logGroupNames"))
    return {"QueryDefinitionId": query_id, "Name": found["name"], "QueryString": found["queryString"], **names}


READERS = {
    "AWS::CloudWatch::Alarm": Readable(read=_alarm, every=every_key(cloudwatch._alarms)),
    "AWS::CloudWatch::Dashboard": Readable(
        read=_dashboard, every=every_key(cloudwatch._dashboards), unread=frozenset({"Tags"})
    ),
    "AWS::Logs::QueryDefinition": Readable(read=_query, every=every_key(logs_query_definition.QUERIES)),
}
