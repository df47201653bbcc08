"""Alarms and dashboards."""

from __future__ import annotations

from templates.resource_types.record import Lookup, ResourceType, arn

TYPES = (
    ResourceType(
        type="AWS::CloudWatch::Alarm",
        noun="alarm",
        name="AlarmName",
        ref="name",
        arns={"cloudwatch:alarm": arn("cloudwatch", "alarm:{name}")},
        taken=Lookup(
            properties=("AlarmName",),
            client="cloudwatch",
            action="cloudwatch:DescribeAlarms",
            operation="describe_alarms",
            # A composite alarm has its name from the same set.
            parameters={"AlarmNames": ["{AlarmName}"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
            items=("MetricAlarms", "CompositeAlarms"),
        ),
        replaced="the new one has no data at first",
    ),
    ResourceType(
        type="AWS::CloudWatch::Dashboard",
        noun="dashboard",
        name="DashboardName",
        ref="name",
        arns={"cloudwatch:dashboard": "arn:{partition}:cloudwatch::{account}:dashboard/{name}"},
        taken=Lookup(
            properties=("DashboardName",),
            client="cloudwatch",
            action="cloudwatch:GetDashboard",
            operation="get_dashboard",
            parameters={"DashboardName": "{DashboardName}"},
            absent=("DashboardNotFoundError", "ResourceNotFound"),
        ),
    ),
)
