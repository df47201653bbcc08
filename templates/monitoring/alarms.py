"""Alarms of the service: errors, failed health checks, slow answers, exhausted capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import And, Equals, Not
from troposphere.cloudwatch import Alarm, Metric, MetricDataQuery, MetricDimension, MetricStat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.identity import Identity
    from templates.model import Builder
    from templates.monitoring.inputs import Inputs
    from templates.monitoring.settings import Settings

MINUTE = 60
KEYS = {
    "Target5xx": "target_5xx_alarm",
    "UnhealthyHosts": "unhealthy_hosts_alarm",
    "LatencyP95": "latency_alarm",
    "Cpu": "cpu_alarm",
    "Memory": "memory_alarm",
    "AtMaximum": "at_maximum_alarm",
    "NoTask": "no_task_alarm",
}
"""Keys of `[names]` by logical id; the alarms of the second target group have none."""
BALANCER, SERVICE, INSIGHTS = "AWS/ApplicationELB", "AWS/ECS", "ECS/ContainerInsights"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html"""


def add_alarms(stack: Builder[Inputs], identity: Identity, settings: Settings, topic: Any) -> None:
    """Add the alarms; each notifies the topic when it starts and when it ends."""
    told = {"AlarmActions": [topic], "OKActions": [topic]}
    for title, words, properties in (*_of_requests(settings, stack.parameters), *_of_tasks(settings, stack)):
        stack.add(
            Alarm(
                title,
                AlarmName=_name(identity, title),
                AlarmDescription=f"{identity.name}: {words}",
                TreatMissingData="notBreaching",
                **properties,
                **told,
            )
        )


def _name(identity: Identity, title: str) -> str:
    """Return an alarm's name, which ends in `latency-p95` for `LatencyP95` unless the settings name it."""
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in title).lstrip("-")
    given: str | None = getattr(identity.names, KEYS.get(title, ""), None)
    return given or f"{identity.stem}-{words}"


def _of_requests(settings: Settings, values: Inputs) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the alarms of each target group: deployments may shift traffic from one to the other."""
    groups = {"": values.target_group_full_name.expression}
    if values.alternate_target_group_full_name:
        groups["Alternate"] = values.alternate_target_group_full_name.expression
    for prefix, group in groups.items():
        about: dict[str, Any] = {
            "Namespace": BALANCER,
            "Dimensions": _dimensions(
                LoadBalancer=values.load_balancer_full_name.expression,
                TargetGroup=group,
            ),
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        }
        yield (
            f"{prefix}Target5xx",
            f"the tasks answered {settings.target_5xx_count} requests or more with 500 to 599 in five minutes",
            about
            | {"MetricName": "HTTPCode_Target_5XX_Count", "Statistic": "Sum", "Threshold": settings.target_5xx_count}
            | _during(5),
        )
        yield (
            f"{prefix}UnhealthyHosts",
            "tasks have been failing their health check for five minutes",
            about | {"MetricName": "UnHealthyHostCount", "Statistic": "Maximum", "Threshold": 1} | _during(1, times=5),
        )
        yield (
            f"{prefix}LatencyP95",
            f"5 % of the requests have taken longer than {settings.latency_p95_seconds:g} s for 15 minutes",
            about
            | {
                "MetricName": "TargetResponseTime",
                "ExtendedStatistic": "p95",
                "Threshold": settings.latency_p95_seconds,
                # With fewer than 200 requests the alarm would otherwise never change its state.
                "EvaluateLowSampleCountPercentile": "evaluate",
            }
            | _during(5, times=3),
        )


def _of_tasks(settings: Settings, stack: Builder[Inputs]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    values = stack.parameters
    service = _dimensions(ClusterName=values.cluster_name.expression, ServiceName=values.service_name.expression)
    for title, metric, percent in (
        ("Cpu", "CPUUtilization", settings.cpu_percent),
        ("Memory", "MemoryUtilization", settings.memory_percent),
    ):
        about = {"Namespace": SERVICE, "MetricName": metric, "Dimensions": service, "Statistic": "Average"}
        limit = {"ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": percent}
        yield title, f"{title} use has been {percent} % or more for 15 minutes", about | limit | _during(5, times=3)
    # Without autoscaling, or with equal limits, the service always runs at its maximum.
    enabled = Equals(values.autoscaling_enabled.expression, "true")
    varies = Not(Equals(values.min_capacity.expression, values.max_capacity.expression))
    scales = stack.condition("Scales", And(enabled, varies))
    yield (
        "AtMaximum",
        "as many tasks as are allowed have been running for 15 minutes; more load would find no more of them",
        {
            "Condition": scales,
            "Namespace": INSIGHTS,
            "MetricName": "RunningTaskCount",
            "Dimensions": service,
            "Statistic": "Minimum",
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": values.max_capacity.expression,
        }
        | _during(5, times=3),
    )
    yield (
        "NoTask",
        "tasks are wanted, and none has been running for three minutes",
        {
            "Metrics": _wanted_and_absent(service),
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 1,
            "EvaluationPeriods": 3,
        },
    )


def _during(minutes: int, *, times: int = 1) -> dict[str, int]:
    """Return the evaluation: `times` periods of so many minutes must all be beyond the threshold."""
    return {"Period": minutes * MINUTE, "EvaluationPeriods": times}


def _wanted_and_absent(service: list[MetricDimension]) -> list[MetricDataQuery]:
    """Return a metric that is 1 while tasks are desired and none runs; a schedule that scales to none is no alarm.

    Without tasks there may be no data: a missing count of running tasks is 0.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    counts = [
        MetricDataQuery(
            Id=name,
            MetricStat=MetricStat(
                Metric=Metric(Namespace=INSIGHTS, MetricName=metric, Dimensions=service), Period=MINUTE, Stat="Maximum"
            ),
            ReturnData=False,
        )
        for name, metric in (("desired", "DesiredTaskCount"), ("running", "RunningTaskCount"))
    ]
    absent = MetricDataQuery(
        Id="absent", Expression="IF(desired > 0 AND FILL(running, 0) < 1, 1, 0)", Label="No task runs"
    )
    return [*counts, absent]


def _dimensions(**dimensions: Any) -> list[MetricDimension]:
    return [MetricDimension(Name=name, Value=value) for name, value in dimensions.items()]
