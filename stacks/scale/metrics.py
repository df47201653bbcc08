"""The load of a service from its own metrics in CloudWatch.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.errors import Code, UserError
from stacks.scale.load import MINUTE, Load
from stacks.scale.policies import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from types_boto3_cloudwatch.type_defs import GetMetricDataOutputTypeDef, MetricDataQueryTypeDef

    from stacks.aws.session import Aws
    from stacks.scale.deployed import Deployed
    from stacks.scale.policies import StepScaling

DAYS = 14
MAX_DAYS = 15
"""One-minute data "are available for 15 days" (API_GetMetricData.html)."""
OLDEST = dt.timedelta(days=MAX_DAYS) - 10 * MINUTE
"""How far back is asked at most: a start of 15 days ago or more counts in steps of five minutes."""
INSIGHTS, SAMPLES = "running", "samples"
"""The queries that count tasks: Container Insights counts them, if it is on; else each task gives one sample of its CPU
a minute (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html, "RUNNING task count")."""
REQUESTS, PER_TARGET = "requests", "pertarget"
"""How the ids of the queries for requests begin, one for each target group."""
BALANCER = "AWS/ApplicationELB"


@dataclass(frozen=True, kw_only=True)
class Query:
    """One metric a minute."""

    id: str
    metric: Metric
    statistic: str

    def request(self) -> MetricDataQueryTypeDef:
        """Return it as GetMetricData takes it."""
        return {
            "Id": self.id,
            "MetricStat": {
                "Metric": {
                    "Namespace": self.metric.namespace,
                    "MetricName": self.metric.name,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in self.metric.dimensions.items()],
                },
                "Period": 60,
                "Stat": self.statistic,
            },
            "ReturnData": True,
        }


@translate_aws_errors()
def read_load(
    aws: Aws, found: Deployed, steps: Iterable[StepScaling], *, days: int = DAYS, end: dt.datetime | None = None
) -> Load:
    """Return the load of the last days until `end` (now, where it is left out), a value a minute.

    Raises UserError if CloudWatch has no CPU, memory or requests of the service in that time.
    """
    now = end or dt.datetime.now(dt.UTC)
    until = now.replace(second=0, microsecond=0)
    start = until - min(dt.timedelta(days=days), OLDEST)
    own = {it.name: it for it in steps if it.source is not None and it.metric == it.name}
    wanted = [*_service_queries(found), *_step_queries(own)]
    pages = aws.cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[it.request() for it in wanted],
        StartTime=start,
        EndTime=until,
        ScanBy="TimestampAscending",
    )
    minutes = int((until - start) / MINUTE)
    values = on_the_grid(pages, start, minutes)
    if not any(name.startswith(("cpu", "memory", REQUESTS, PER_TARGET, "balanced")) for name in values):
        raise UserError(
            f"metrics of the service {found.service.name}",
            f"CloudWatch has none of the last {days} days",
            "Give a load with --csv FILE or --curve NAME, or wait until the service has run for some minutes.",
            code=Code.ABSENT,
        )
    # A service that is younger than that has no load before its first data.
    first = min(next(at for at, it in enumerate(series) if it is not None) for series in values.values())
    values = {name: series[first:] for name, series in values.items()}
    steps_by_id = {f"step{number}": name for number, name in enumerate(own)}
    return _load(values, start + first * MINUTE, minutes - first, found, steps_by_id)


def on_the_grid(
    pages: Iterable[GetMetricDataOutputTypeDef], start: dt.datetime, minutes: int
) -> dict[str, list[float | None]]:
    """Return the values of all pages by the ids of their queries; a query without any value is left out.

    A metric's values may come on several pages, and need not come in order.
    """
    found: dict[str, list[float | None]] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            for time, value in zip(result["Timestamps"], result["Values"], strict=True):
                minute = int((time.astimezone(dt.UTC) - start) / MINUTE)
                if 0 <= minute < minutes:
                    found.setdefault(result["Id"], [None] * minutes)[minute] = value
    return found


def _service_queries(found: Deployed) -> Iterator[Query]:
    service = {"ClusterName": found.service.cluster, "ServiceName": found.service.name}
    for name, namespace, metric, statistic in (
        ("cpu", "AWS/ECS", "CPUUtilization", "Average"),
        (SAMPLES, "AWS/ECS", "CPUUtilization", "SampleCount"),
        ("memory", "AWS/ECS", "MemoryUtilization", "Average"),
        (INSIGHTS, "ECS/ContainerInsights", "RunningTaskCount", "Average"),
    ):
        yield Query(id=name, metric=_metric(namespace, metric, service), statistic=statistic)
    for number, arn in enumerate(found.service.target_groups):
        group = {"TargetGroup": arn.rpartition(":")[2]}
        both = {**group, "LoadBalancer": found.load_balancer}
        for name, counted, dimensions in (
            (REQUESTS, "RequestCount", both),
            (PER_TARGET, "RequestCountPerTarget", group),
            (f"balanced{PER_TARGET}", "RequestCountPerTarget", both),
        ):
            yield Query(id=f"{name}{number}", metric=_metric(BALANCER, counted, dimensions), statistic="Sum")
    if found.load_balancer:
        connections = _metric(BALANCER, "ActiveConnectionCount", {"LoadBalancer": found.load_balancer})
        yield Query(id="connections", metric=connections, statistic="Sum")


def _step_queries(steps: Mapping[str, StepScaling]) -> Iterator[Query]:
    for number, policy in enumerate(steps.values()):
        if policy.source is not None:
            yield Query(id=f"step{number}", metric=policy.source, statistic=policy.statistic)


def _metric(namespace: str, name: str, dimensions: Mapping[str, str]) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=dimensions)


def _load(
    values: Mapping[str, list[float | None]],
    start: dt.datetime,
    minutes: int,
    found: Deployed,
    steps: Mapping[str, str],
) -> Load:
    """Return the load: the average of a minute times the tasks that there were."""
    counted = INSIGHTS if INSIGHTS in values else SAMPLES
    tasks = values.get(counted, [])
    counts = _carried(tasks, minutes, float(max(found.service.running, 1)))
    connections = values.get("connections", [])
    ways = {
        INSIGHTS: "Running tasks: RunningTaskCount of Container Insights.",
        SAMPLES: "Running tasks: the sample count of CPUUtilization.",
    }
    assumptions = [ways[counted]] if tasks else ["Running tasks are not measured: as many as now ran all the time."]
    if connections:
        assumptions.append("Open sessions: half of the load balancer's active connections, which has two for each.")
    return Load(
        start=start,
        cpu=_times(values.get("cpu", []), counts),
        memory=values.get("memory", []),
        requests=_requests(values, counts),
        sessions=[None if it is None else it / 2 for it in connections],
        tasks=tasks,
        metrics={name: values[key] for key, name in steps.items() if key in values},
        source=f"CloudWatch's metrics of the service {found.service.name}",
        assumptions=tuple(assumptions),
    )


def _carried(tasks: Sequence[float | None], minutes: int, first: float) -> list[float]:
    """Return a number of tasks for every minute: where none was measured, the one before."""
    found, last = [], next((it for it in tasks if it is not None), first)
    for minute in range(minutes):
        value = tasks[minute] if tasks else None
        last = last if value is None else value
        found.append(last)
    return found


def _requests(values: Mapping[str, list[float | None]], counts: Sequence[float]) -> list[float | None]:
    """Return the requests of the whole service, of both target groups where there are two."""
    whole = [it for name, it in values.items() if name.startswith(REQUESTS)]
    if whole:
        return [_sum(minute) for minute in zip(*whole, strict=True)]
    own = [it for name, it in values.items() if name.startswith(PER_TARGET)]
    shared = own or [it for name, it in values.items() if name.startswith(f"balanced{PER_TARGET}")]
    return _times([_sum(minute) for minute in zip(*shared, strict=True)], counts)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [it for it in values if it is not None]
    return sum(known) if known else None


def _times(values: Sequence[float | None], counts: Sequence[float]) -> list[float | None]:
    return [None if it is None else it * count for it, count in zip(values, counts, strict=False)]
