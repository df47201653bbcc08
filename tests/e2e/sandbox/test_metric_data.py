"""GetMetricData of the sandbox."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.support.accounts import Account

MINUTE = dt.timedelta(minutes=1)
END = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)


def query(name: str, metric: str, statistic: str = "Average", period: int = 60) -> dict[str, Any]:
    """Return a query for a metric without dimensions."""
    found = {"Namespace": "App", "MetricName": metric}
    return {"Id": name, "MetricStat": {"Metric": found, "Period": period, "Stat": statistic}}


def test_pages_have_all_data_points_once(account: Account) -> None:
    """Newest first, or oldest where that is asked for; samples are counted; a metric without data is empty."""
    watch = account.client("cloudwatch")
    data: list[Any] = [
        {"MetricName": name, "Timestamp": END - minute * MINUTE, "Values": [float(minute)], "Counts": [2.0]}
        for name in ("One", "Two")
        for minute in range(1, 6)
    ]
    watch.put_metric_data(Namespace="App", MetricData=data)
    asked: dict[str, Any] = {
        "MetricDataQueries": [query("one", "One"), query("two", "Two", "SampleCount"), query("none", "None")],
        "StartTime": END - 20 * MINUTE,
        "EndTime": END,
    }
    pages = list(watch.get_paginator("get_metric_data").paginate(**asked, MaxDatapoints=4))
    assert [[len(it["Values"]) for it in page["MetricDataResults"]] for page in pages] == [
        [2, 2, 0],
        [2, 2, 0],
        [1, 1, 0],
    ]
    assert [page["MetricDataResults"][0]["StatusCode"] for page in pages] == ["PartialData", "PartialData", "Complete"]
    ones = [value for page in pages for value in page["MetricDataResults"][0]["Values"]]
    assert ones == [1, 2, 3, 4, 5]
    oldest = watch.get_metric_data(**asked, ScanBy="TimestampAscending")["MetricDataResults"]
    assert (oldest[0]["Values"], oldest[1]["Values"]) == ([5, 4, 3, 2, 1], [2] * 5)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"EndTime": END - 30 * MINUTE}, "StartTime must be less than"),
        ({"MetricDataQueries": [query("A", "One")]}, "not matching the expected pattern"),
        ({"MetricDataQueries": [query("a", "One"), query("a", "Two")]}, "not unique"),
        ({"MetricDataQueries": [query("a", "One", period=90)]}, "multiple of 60"),
        ({"MetricDataQueries": [query(f"a{it}", "One") for it in range(501)]}, "size greater than 500"),
    ],
)
def test_what_cloudwatch_refuses_is_refused(account: Account, changed: dict[str, Any], words: str) -> None:
    """With its code."""
    asked: dict[str, Any] = {
        "MetricDataQueries": [query("a", "One")],
        "StartTime": END - 20 * MINUTE,
        "EndTime": END,
        **changed,
    }
    with pytest.raises(ClientError, match=rf"ValidationError.*{words}"):
        account.client("cloudwatch").get_metric_data(**asked)
