"""Alarms, dashboards, and topics with their subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties


def _alarm(it: Attributes) -> Properties:
    return {
        "AlarmName": it.text("alarm_name"),
        "AlarmDescription": it.text("alarm_description"),
        "ActionsEnabled": it.flag("actions_enabled"),
        "AlarmActions": sorted(it.texts("alarm_actions")),
        "OKActions": sorted(it.texts("ok_actions")),
        "InsufficientDataActions": sorted(it.texts("insufficient_data_actions")),
        "ComparisonOperator": it.text("comparison_operator"),
        "EvaluationPeriods": it.number("evaluation_periods"),
        "DatapointsToAlarm": it.number("datapoints_to_alarm") or None,
        "Threshold": it.number("threshold"),
        "ThresholdMetricId": it.text("threshold_metric_id"),
        "TreatMissingData": it.text("treat_missing_data"),
        "EvaluateLowSampleCountPercentile": it.text("evaluate_low_sample_count_percentiles"),
        "Unit": it.text("unit"),
        **_metric(it),
        "Statistic": it.text("statistic"),
        "ExtendedStatistic": it.text("extended_statistic"),
        "Period": it.number("period") or None,
        "Metrics": [_query(each) for each in it.blocks("metric_query")],
        "Tags": it.tags,
    }


def _metric(it: Attributes) -> Properties:
    dimensions = it.entries("dimensions")
    return {
        "Namespace": it.text("namespace"),
        "MetricName": it.text("metric_name"),
        "Dimensions": [{"Name": name, "Value": dimensions[name]} for name in sorted(dimensions)],
    }


def _query(it: Attributes) -> Properties:
    metric = it.block("metric")
    return {
        **it.properties(texts="id expression label", flags="return_data"),
        "MetricStat": {
            "Metric": _metric(metric),
            **metric.properties(texts="stat unit", numbers="period"),
        },
    }


def _topic(it: Attributes) -> Properties:
    return {
        "TopicName": it.text("name"),
        "DisplayName": it.text("display_name"),
        "KmsMasterKeyId": it.text("kms_master_key_id"),
        "FifoTopic": it.flag("fifo_topic") or None,
        "Tags": it.tags,
    }


def _subscription(it: Attributes) -> Properties:
    return {
        "TopicArn": it.text("topic_arn"),
        "Protocol": it.text("protocol"),
        "RawMessageDelivery": it.flag("raw_message_delivery") or None,
    }


_METRIC = "namespace metric_name dimensions"

TYPES: Mapping[str, TerraformType] = {
    "aws_cloudwatch_metric_alarm": Owned(
        type="AWS::CloudWatch::Alarm",
        allowed=allowed(
            "id arn alarm_name alarm_description actions_enabled alarm_actions ok_actions insufficient_data_actions "
            "comparison_operator evaluation_periods datapoints_to_alarm threshold threshold_metric_id "
            "treat_missing_data evaluate_low_sample_count_percentiles unit statistic extended_statistic period "
            f"{_METRIC} tags tags_all",
            metric_query=allowed(
                "id expression label return_data",
                metric=allowed(f"{_METRIC} period stat unit"),
            ),
        ),
        identify=lambda it: {"AlarmName": it.needed("alarm_name", "id")},
        write=_alarm,
    ),
    "aws_cloudwatch_dashboard": Owned(
        type="AWS::CloudWatch::Dashboard",
        allowed=allowed("dashboard_name dashboard_body dashboard_arn"),
        identify=lambda it: {"DashboardName": it.needed("dashboard_name", "id")},
        write=lambda it: {"DashboardName": it.text("dashboard_name"), "DashboardBody": it.text("dashboard_body")},
    ),
    "aws_sns_topic": Owned(
        type="AWS::SNS::Topic",
        allowed=allowed("id arn name display_name kms_master_key_id fifo_topic tags tags_all"),
        identify=lambda it: {"TopicArn": it.needed("arn", "id")},
        write=_topic,
    ),
    "aws_sns_topic_policy": Stays(
        why="the policy of a topic, which CloudFormation cannot import; the topic keeps it", allowed=allowed("id arn")
    ),
    "aws_sns_topic_subscription": Owned(
        type="AWS::SNS::Subscription",
        # Not its endpoint: an address can have a password in it, or be a person's.
        allowed=allowed("id arn topic_arn protocol raw_message_delivery"),
        identify=lambda it: {"Arn": it.needed("arn", "id")},
        write=_subscription,
    ),
}
