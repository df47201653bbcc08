"""GetMetricData in pages, in the order that is asked for, and refused where CloudWatch refuses it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

import json
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from ministack.services import cloudwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response, Untyped

MOST_QUERIES, MOST_POINTS = 500, 100_800
MINUTE, DAY = 60, 24 * 3600
KEPT = 15 * DAY
"""Seconds for which data points of a minute are available."""
_ID = re.compile("[a-z][A-Za-z0-9_]*")


class _RefusedError(Exception):
    """CloudWatch's ValidationError."""


def install() -> None:
    """Answer as CloudWatch does; ministack's own answer has all data points, oldest first."""
    stock: Callable[..., Response] = cloudwatch._get_metric_data
    cloudwatch.TWO_WEEKS_SECONDS = KEPT

    def answer(params: Record, data: Record, is_cbor: bool, is_json: bool = False) -> Response:  # noqa: FBT001, FBT002 - ministack calls it so
        if not (is_cbor or is_json):  # the query protocol, of which ministack has a part
            found: Response = stock(params, data, is_cbor, is_json)
            return found
        try:
            offset = _checked(data)
        except _RefusedError as error:
            refused: Response = cloudwatch._error(
                "ValidationError", str(error), HTTPStatus.BAD_REQUEST, use_json=is_json, use_cbor=is_cbor
            )
            return refused
        start = max(cloudwatch._parse_ts(data["StartTime"]), time.time() - KEPT)
        _, _, body = stock(params, {**data, "StartTime": start // MINUTE * MINUTE}, is_cbor=False, is_json=True)
        page = _page(json.loads(body)["MetricDataResults"], data, offset)
        if is_json:
            as_json: Response = cloudwatch._json_ok(page)
            return as_json
        results = [cloudwatch._cbor_metric_data_result(it) for it in page["MetricDataResults"]]
        as_cbor: Response = cloudwatch._cbor_ok({**page, "MetricDataResults": results})
        return as_cbor

    cloudwatch._get_metric_data = answer


def _checked(data: Record) -> int:
    """Return the data point with which the page begins. Raises _RefusedError."""
    queries = data.get("MetricDataQueries") or []
    ids = [it.get("Id", "") for it in queries]
    start, end = (cloudwatch._parse_ts(data.get(name)) for name in ("StartTime", "EndTime"))
    if not 1 <= len(queries) <= MOST_QUERIES:
        raise _RefusedError(f"The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}.")
    if wrong := next((it for it in ids if not _ID.fullmatch(it)), None):
        raise _RefusedError(
            f"The value {wrong} for parameter MetricDataQueries.Id is not matching the expected pattern"
        )
    if len(set(ids)) < len(ids):
        raise _RefusedError("The values for parameter id in MetricDataQueries are not unique.")
    if start is None or end is None or start >= end:
        raise _RefusedError("The parameter StartTime must be less than the parameter EndTime.")
    periods = [it["MetricStat"]["Period"] for it in queries if "MetricStat" in it]
    if any(it not in {1, 5, 10, 20, 30} and (it <= 0 or it % MINUTE) for it in periods):
        raise _RefusedError("Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    token = data.get("NextToken") or "0"
    if not str(token).isdigit():
        raise _RefusedError("The value for parameter NextToken is invalid.")
    return int(token)


def _page(results: list[Record], data: Record, offset: int) -> Record:
    """Return so many data points as a page has, of all metrics by their time, newest first unless asked otherwise."""
    newest_first = data.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    points: list[tuple[str, int, Untyped]] = [
        (timestamp, number, value)
        for number, result in enumerate(results)
        for timestamp, value in zip(result["Timestamps"], result["Values"], strict=True)
    ]
    points.sort(key=lambda it: it[:2], reverse=newest_first)
    end = offset + min(int(data.get("MaxDatapoints") or MOST_POINTS), MOST_POINTS)
    status = "PartialData" if end < len(points) else "Complete"
    page = [{**it, "Timestamps": [], "Values": [], "StatusCode": status} for it in results]
    for timestamp, number, value in points[offset:end]:
        page[number]["Timestamps"].append(timestamp)
        page[number]["Values"].append(value)
    return {"MetricDataResults": page, **({"NextToken": str(end)} if end < len(points) else {})}
