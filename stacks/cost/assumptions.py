"""What is assumed of a month where the templates do not say it: hours, requests, data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOURS = Decimal(730)
"""Hours of a month: 365 days x 24 / 12, as AWS Pricing Calculator counts (https://calculator.aws)."""


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What `WORDS` says. What is None is not assumed, and what depends on it has no figure."""

    hours: Decimal = HOURS
    tasks: Decimal | None = None
    requests: Decimal = Decimal(1_000_000)
    gb_out: Decimal = Decimal(10)
    gb_nat: Decimal = Decimal(10)
    gb_endpoints: Decimal = Decimal(10)
    log_gb: Decimal = Decimal(1)
    flow_log_gb: Decimal = Decimal(1)
    bucket_gb: Decimal = Decimal(1)
    image_gb: Decimal = Decimal(5)
    insights_metrics: Decimal | None = None
    spot_discount: Decimal | None = None


WORDS: Mapping[str, str] = MappingProxyType({
    "hours": "hours of a month",
    "tasks": "tasks that run on average, within the limits; otherwise ecs.desired_count",
    "requests": "requests a month",
    "gb_out": "GB a month that go out to the internet",
    "gb_nat": "GB a month through all NAT gateways together",
    "gb_endpoints": "GB a month through all interface endpoints together",
    "log_gb": "GB a month that the containers log",
    "flow_log_gb": "GB a month of flow logs of the VPC",
    "bucket_gb": "GB kept in each bucket",
    "image_gb": "GB of images in the repository",
    "insights_metrics": "custom metrics of Container Insights",
    "spot_discount": "percent off the price on demand for Fargate Spot, whose price changes with supply",
})  # fmt: skip
"""What each assumption is, in words."""


def option(name: str) -> str:
    """Return the option that sets an assumption: `--gb-out`."""
    return f"--{name.replace('_', '-')}"


def listed(given: Assumptions) -> Iterator[tuple[str, Decimal | None]]:
    """Yield each assumption with its value."""
    return ((name, getattr(given, name)) for name in WORDS)
