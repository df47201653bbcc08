"""Requests while a takeover went on, as the load balancer's metrics count them, and as many minutes before it.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied, is_unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.aws.session import Aws

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
FAILED = ("HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count")
PERIOD = 60
"""Seconds of one figure: the load balancer reports each minute, and CloudWatch shows it a minute or two later."""


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Requests, and those answered with 5xx, in the minutes of a takeover, and in as many minutes before it."""

    minutes: int
    before: int
    failed_before: int
    during: int
    failed: int


def read_requests(aws: Aws, resources: Iterable[tuple[str, Mapping[str, str]]], since: dt.datetime) -> Requests | None:
    """Return how many there were since then.

    None where no load balancer is among the resources (types and identifiers), where the caller may not ask, and where
    CloudWatch has no figure of this time yet.
    """
    arn = next((it["LoadBalancerArn"] for kind, it in resources if kind == LOAD_BALANCER), "")
    name = arn.partition("loadbalancer/")[2]
    if not name:
        return None
    minutes = max(1, round((dt.datetime.now(dt.UTC) - since).total_seconds() / PERIOD))
    try:
        counts = [_count(aws, name, "RequestCount", since, minutes)]
        counts += [_count(aws, name, metric, since, minutes) for metric in FAILED]
    except ClientError as error:
        if not is_denied(error) and not is_unsupported(error):
            raise
        return None
    before, during = counts[0]
    if before is None and during is None:
        return None
    return Requests(
        minutes=minutes,
        before=before or 0,
        failed_before=sum(it or 0 for it, _ in counts[1:]),
        during=during or 0,
        failed=sum(it or 0 for _, it in counts[1:]),
    )


def _count(aws: Aws, name: str, metric: str, since: dt.datetime, minutes: int) -> tuple[int | None, int | None]:
    """Return the sums before and since a time; None where there is no figure."""
    length = dt.timedelta(minutes=minutes)
    found = aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/ApplicationELB",
        MetricName=metric,
        Dimensions=[{"Name": "LoadBalancer", "Value": name}],
        StartTime=since - length,
        EndTime=since + length,
        Period=PERIOD,
        Statistics=["Sum"],
    )["Datapoints"]
    first = since.replace(second=0, microsecond=0)
    parts = [[it["Sum"] for it in found if (it["Timestamp"] >= first) is later] for later in (False, True)]
    before, during = (round(sum(part)) if part else None for part in parts)
    return before, during
