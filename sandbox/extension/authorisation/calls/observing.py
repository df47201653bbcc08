"""Logs, alarms, dashboards and notifications."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls, tag_calls

_TAGGED, _RETAGGED = tag_calls("TagResource", "UntagResource")
_RETENTION = "PutRetentionPolicy@log-group:{id}:*?RetentionInDays"
_KEY = "AssociateKmsKey@log-group:{id}:*?KmsKeyId"

CALLS: dict[str, Calls] = {
    "AWS::CloudWatch::Alarm": Calls(
        service="cloudwatch",
        on="alarm:{id}",
        name="AlarmName",
        create=f"PutMetricAlarm {_TAGGED}",
        update=f"PutMetricAlarm {_RETAGGED}",
        delete="DeleteAlarms",
        read="DescribeAlarms ListTagsForResource",
    ),
    "AWS::CloudWatch::Dashboard": Calls(
        service="cloudwatch",
        on="arn:aws:cloudwatch::{account}:dashboard/{id}",
        name="DashboardName",
        create=f"PutDashboard {_TAGGED}",
        update=f"PutDashboard {_RETAGGED}",
        delete="DeleteDashboards",
        read="GetDashboard ListTagsForResource",
    ),
    "AWS::Logs::LogGroup": Calls(
        service="logs",
        # Tags are put on the ARN without `:*`, everything else is done to the one with it (CloudWatch Logs,
        # "Resource ARNs").
        on="log-group:{id}",
        name="LogGroupName",
        create=f"CreateLogGroup@log-group:{{id}}:* {_TAGGED} {_RETENTION} {_KEY}",
        update=f"{_RETENTION} DeleteRetentionPolicy@log-group:{{id}}:*?-RetentionInDays "
        f"{_KEY} DisassociateKmsKey@log-group:{{id}}:*?-KmsKeyId {_RETAGGED}",
        delete="DeleteLogGroup@log-group:{id}:*",
        read="DescribeLogGroups@* ListTagsForResource GetDataProtectionPolicy@log-group:{id}:* "
        "DescribeIndexPolicies@* DescribeResourcePolicies@*",
    ),
    "AWS::Logs::QueryDefinition": Calls(
        service="logs",
        create="PutQueryDefinition@*",
        update="PutQueryDefinition@*",
        delete="DeleteQueryDefinition@*",
        read="DescribeQueryDefinitions@*",
    ),
    "AWS::SNS::Subscription": Calls(
        service="sns",
        on="{TopicArn}",
        create="Subscribe",
        update="SetSubscriptionAttributes",
        delete="Unsubscribe",
        read="GetSubscriptionAttributes",
    ),
    "AWS::SNS::Topic": Calls(
        service="sns",
        on="{id}",
        name="TopicName",
        create=f"CreateTopic {_TAGGED} Subscribe?Subscription",
        update=f"SetTopicAttributes {_RETAGGED} Subscribe?Subscription Unsubscribe?-Subscription",
        delete="DeleteTopic",
        read="GetTopicAttributes ListTagsForResource ListSubscriptionsByTopic GetDataProtectionPolicy",
    ),
    "AWS::SNS::TopicPolicy": Calls(
        service="sns",
        on="{Topics}",
        create="SetTopicAttributes",
        update="SetTopicAttributes",
        delete="SetTopicAttributes",
    ),
}
