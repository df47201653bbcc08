"""AWS::CloudWatch::Alarm: metric math, percentiles with few samples, and no statistic beside a percentile.

ministack refuses metric math in a template. Here such an alarm is kept, and its state never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties, Record

_OF_ONE_METRIC = ("MetricName", "Namespace", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit")


def install() -> None:
    """Complete the record that ministack makes of an alarm."""
    stock: Callable[[str, Properties], Record] = provisioners._cw_metric_alarm_record

    def record(name: str, props: Properties) -> Record:
        """Return the record without the keys of a single metric, if there are several, and without empty keys."""
        metrics = props.get("Metrics")
        if metrics:
            found = stock(name, {**props, "Metrics": None, "MetricName": "-", "Namespace": "-"})
            return {key: value for key, value in found.items() if key not in _OF_ONE_METRIC} | {
                "Metrics": [_query(it) for it in metrics]
            }
        found = stock(name, props)
        if found.get("ExtendedStatistic"):
            del found["Statistic"]
        if few := props.get("EvaluateLowSampleCountPercentile"):
            found["EvaluateLowSampleCountPercentile"] = few
        return {key: value for key, value in found.items() if value is not None}

    provisioners._cw_metric_alarm_record = record


def _query(given: Record) -> Record:
    """Return one of the metrics with the types of the API: booleans and numbers may be texts in a template."""
    query = dict(given)
    if "ReturnData" in query:
        query["ReturnData"] = str(query["ReturnData"]).lower() == "true"
    if "MetricStat" in query:
        query["MetricStat"] = query["MetricStat"] | {"Period": int(query["MetricStat"]["Period"])}
    return query
