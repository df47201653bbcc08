"""Alarms and dashboards."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, ResourceType, Service, arn

_ALARMS = arn("cloudwatch", "alarm:{any}")
_DASHBOARDS = "arn:{partition}:cloudwatch::{account}:dashboard/{any}"
_GIVEN_ALARMS, _GIVEN_DASHBOARDS = (it.replace("{any}", "{given}") for it in (_ALARMS, _DASHBOARDS))

TYPES = (
    ResourceType(
        type="AWS::CloudWatch::Alarm",
        noun="alarm",
        name="AlarmName",
        ref="name",
        arns={"cloudwatch:alarm": arn("cloudwatch", "alarm:{name}")},
        lookup=Lookup(
            properties=("AlarmName",),
            client="cloudwatch",
            action="cloudwatch:DescribeAlarms",
            sid="LookForAlarms",
            on=_ALARMS,
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
        lookup=Lookup(
            properties=("DashboardName",),
            client="cloudwatch",
            action="cloudwatch:GetDashboard",
            sid="LookForDashboards",
            on=_DASHBOARDS,
            operation="get_dashboard",
            parameters={"DashboardName": "{DashboardName}"},
            absent=("DashboardNotFoundError", "ResourceNotFound"),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant(
                "Alarms",
                "cloudwatch",
                "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
                on=(
                    _ALARMS,
                    arn("cloudwatch", "alarm:TargetTracking-service/{any}"),
                    _GIVEN_ALARMS,
                    arn("cloudwatch", "alarm:TargetTracking-service/{given}/*"),
                ),
            ),
            Grant(
                "Dashboards",
                "cloudwatch",
                "DeleteDashboards GetDashboard ListTagsForResource PutDashboard TagResource UntagResource",
                on=(_DASHBOARDS, _GIVEN_DASHBOARDS),
            ),
        )
    },
    drift=(
        Grant(
            "ReadAlarms",
            "cloudwatch",
            "ListTagsForResource",
            on=(_ALARMS, _DASHBOARDS, _GIVEN_ALARMS, _GIVEN_DASHBOARDS),
        ),
    ),
)
