"""What is wrong with a service: errors, tasks that fail their health check, slow answers, no capacity left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals
from troposphere.cloudwatch import Alarm, Metric, MetricDataQuery, MetricDimension, MetricStat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.identity import Identity
    from templates.model import Builder
    from templates.monitoring.inputs import Inputs
    from templates.monitoring.settings import Settings

MINUTE = 60
BALANCER, SERVICE, INSIGHTS = "AWS/ApplicationELB", "AWS/ECS", "ECS/ContainerInsights"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html"""


def add_alarms(stack: Builder[Inputs], identity: Identity, settings: Settings, topic: Any) -> None:
    """Add the alarms; each tells the topic when it begins and when it is over."""
    told = {"AlarmActions": [topic], "OKActions": [topic]}
    for title, words, properties in (*_of_requests(settings, stack.parameters), *_of_tasks(settings, stack)):
        stack.add(
            Alarm(
                title,
                AlarmName=f"{identity.name}-{_name(title)}",
                AlarmDescription=f"{identity.name}: {words}",
                TreatMissingData="notBreaching",
                **properties,
                **told,
            )
        )


def _name(title: str) -> str:
    """`LatencyP95` is `latency-p95` in the name of the alarm."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in title).lstrip("-")


def _of_requests(settings: Settings, values: Inputs) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Of each target group, since a deployment may move the traffic from one to the other."""
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
                "EvaluateLowSampleCountPercentile": "ignore",
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
    # Without autoscaling the maximum is what is always wanted.
    scales = stack.condition("Scales", Equals(values.autoscaling_enabled.expression, "true"))
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
    """Each of `times` periods of so many minutes must be beyond the threshold."""
    return {"Period": minutes * MINUTE, "EvaluationPeriods": times}


def _wanted_and_absent(service: list[MetricDimension]) -> list[MetricDataQuery]:
    """1 while tasks are wanted and none runs: a schedule that takes the service down to none is no alarm."""
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
    absent = MetricDataQuery(Id="absent", Expression="IF(desired > 0 AND running < 1, 1, 0)", Label="No task runs")
    return [*counts, absent]


def _dimensions(**dimensions: Any) -> list[MetricDimension]:
    return [MetricDimension(Name=name, Value=value) for name, value in dimensions.items()]
