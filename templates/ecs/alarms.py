"""Alarms that roll a deployment back: errors, unhealthy targets, slow answers."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from troposphere.cloudwatch import Alarm, MetricDimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.ecs.inputs import Inputs
    from templates.identity import Identity

PERIOD = 60
"""Seconds; Elastic Load Balancing has a value each minute."""
ERRORS = 10
"""Answers with 5xx in a minute."""
SLOW = 5
"""Seconds of the 95th percentile of answers. The answer of a WebSocket is its handshake."""
OUT_OF = (3, 5)
"""Minutes beyond the threshold, of how many: one minute is no reason to roll back."""
STEADY_MINUTES = 3
"""Minutes for which a target is unhealthy after the grace period."""
MAX_GRACE_PERIOD = 86400 - STEADY_MINUTES * PERIOD
"""Seconds of the grace period, at most: alarms look back a day (PutMetricAlarm, `EvaluationPeriods`)."""


def rollback_alarms(identity: Identity, grace_period: int, values: Inputs) -> list[Alarm]:
    """Return three alarms for each target group; `grace_period` is the seconds in which a task may start.

    The names are outputs of the network's stack: split out of an ARN, they would fail in a change set, where the ARN is
    not known yet. Raises ValueError if the inputs lack the names.
    """
    balancer, group, other = (
        values.load_balancer_full_name,
        values.target_group_full_name,
        values.alternate_target_group_full_name,
    )
    if balancer is None or group is None:
        raise ValueError("rollback alarms need the names of load balancer and target group")
    groups = {"": group} | ({"Alternate": other} if other else {})
    return [
        alarm
        for prefix, name in groups.items()
        for alarm in _of(
            identity,
            grace_period,
            prefix,
            [
                MetricDimension(Name="LoadBalancer", Value=balancer.expression),
                MetricDimension(Name="TargetGroup", Value=name.expression),
            ],
        )
    ]


def _of(identity: Identity, grace_period: int, prefix: str, dimensions: list[MetricDimension]) -> Iterator[Alarm]:
    for name, measure in _measures(grace_period).items():
        words = "-".join(word for word in (prefix.lower(), name.lower()) if word)
        yield Alarm(
            f"{prefix}Rollback{name}Alarm",
            AlarmName=f"{identity.stem}-rollback-{words}",
            AlarmDescription=f"{identity.name}: ECS takes a deployment back while this is in alarm",
            Namespace="AWS/ApplicationELB",
            Dimensions=dimensions,
            Period=PERIOD,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            **measure,
        )


def _measures(grace_period: int) -> dict[str, dict[str, Any]]:
    """Return metric and threshold of each alarm, by its name.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    bad, window = OUT_OF
    often = {"DatapointsToAlarm": bad, "EvaluationPeriods": window}
    minutes = ceil(grace_period / PERIOD) + STEADY_MINUTES
    always = {"DatapointsToAlarm": minutes, "EvaluationPeriods": minutes}
    return {
        "Errors": {"MetricName": "HTTPCode_Target_5XX_Count", "Statistic": "Sum", "Threshold": ERRORS, **often},
        "Unhealthy": {"MetricName": "UnHealthyHostCount", "Statistic": "Maximum", "Threshold": 1, **always},
        "Slow": {"MetricName": "TargetResponseTime", "ExtendedStatistic": "p95", "Threshold": SLOW, **often},
    }
