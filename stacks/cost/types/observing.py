"""Logs, alarms, dashboards and the messages about them."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.cost import meters
from stacks.cost.amounts import Amount
from stacks.cost.billed import Billing, Item, NoFixedPrice, Resource, Use, monthly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DAYS = Decimal(365) / 12
"""Days of a month."""
MINUTE = 60
BANDS = frozenset({
    "GreaterThanUpperThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
})  # fmt: skip
METRICS_OF_A_BAND = 3
"""An anomaly detection alarm counts as three metrics (https://aws.amazon.com/cloudwatch/pricing/)."""


def log_group(it: Resource) -> Iterator[Item]:
    """Yield what is written to a log group, where its containers write it, and what is kept.

    Kept is what is written until the retention is over, as it is before compression: an upper bound, because AWS
    compresses what it keeps.
    """
    if _is_written_by_containers(it):
        yield monthly(meters.LOGS_IN, it.given.log_gb)
        yield from _kept(it, it.given.log_gb)
    elif any(str(other.at("LogGroupName")) == it.reference for other in it.beside("AWS::EC2::FlowLog")):
        yield from _kept(it, it.given.flow_log_gb)
    elif next(it.beside("AWS::WAFv2::LoggingConfiguration"), None) is None:
        yield NoFixedPrice(name="log data", unit="GB written, and GB-month kept")


def _is_written_by_containers(it: Resource) -> bool:
    containers = [
        container
        for definition in it.beside("AWS::ECS::TaskDefinition")
        for container in definition.at("ContainerDefinitions") or []
    ]
    options = [(container.get("LogConfiguration") or {}).get("Options") or {} for container in containers]
    return any(str(each.get("awslogs-group")) == it.reference for each in options)


def _kept(it: Resource, written: Decimal) -> Iterator[Item]:
    days = it.number("RetentionInDays")
    note = "uncompressed"
    if days is None:
        why = "without a retention it grows each month"
        yield Use(meter=meters.LOGS_KEPT, amount=None, why=why, note=note)
    else:
        yield Use(meter=meters.LOGS_KEPT, amount=Amount.of(written * days / DAYS), note=note)


def alarm(it: Resource) -> Iterator[Item]:
    """Yield an alarm: each of its metrics is paid for, and more where its period is below a minute."""
    queried = [item["MetricStat"] for item in it.at("Metrics") or [] if "MetricStat" in item]
    periods = [item.get("Period") for item in queried] or [it.at("Period")]
    is_fast = any(str(period).isdigit() and int(str(period)) < MINUTE for period in periods)
    count = len(periods) * (METRICS_OF_A_BAND if it.at("ComparisonOperator") in BANDS else 1)
    yield monthly(meters.FAST_ALARM if is_fast else meters.ALARM, count)


def composite_alarm(_: Resource) -> Iterator[Item]:
    """Yield an alarm about other alarms."""
    yield monthly(meters.COMPOSITE_ALARM)


def dashboard(_: Resource) -> Iterator[Item]:
    """Yield a dashboard; those of the templates have fewer than 50 metrics."""
    yield monthly(meters.DASHBOARD)


def topic(_: Resource) -> Iterator[Item]:
    """Yield the messages of a topic."""
    yield NoFixedPrice(name="messages", unit="million publishes, and delivery by its protocol")


TYPES: Mapping[str, Billing] = MappingProxyType({
    "AWS::Logs::LogGroup": log_group,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CloudWatch::CompositeAlarm": composite_alarm,
    "AWS::CloudWatch::Dashboard": dashboard,
    "AWS::SNS::Topic": topic,
})  # fmt: skip
