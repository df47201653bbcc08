"""Where AWS's price list has each price: service code, usage type, and the filters that keep an answer short.

A usage type is the one of bills, without the region before it (`APN2-`, for AWS KMS `ap-northeast-2-`). Where they come
from: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html for CloudWatch, the
resources of infracost (https://github.com/infracost/infracost/tree/master/internal/resources/aws) for most others, and
for what it lacks public programs that read the price list. None of it has been asked of AWS itself from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from stacks.cost.price_list import Product

_REGION = r"(?:[A-Z]{2,8}[0-9]|EU|[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})-"
"""What stands before a usage type: `APN2-`, `EU-` for eu-west-1, or the region's name; for us-east-1 often nothing."""
_HOURS = re.compile(r"\b(?:hrs?|hours?)\b", re.IGNORECASE)
Filters: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Query:
    """One question to the price list: the products of a service that match all filters exactly (`TERM_MATCH`)."""

    service: str
    filters: Filters


@dataclass(frozen=True, kw_only=True)
class Meter:
    """Something that is billed. `unit` is what is counted, in our words; one that ends with `hour` is billed by time.

    `filters` go into the query, with the region as the attribute `place` ("": the price is the same everywhere).
    `only` are attributes that a product must have like this if it has them at all. `instead` is another usage type, for
    where the price list does not have the first one.
    """

    name: str
    service: str
    usage: str
    unit: str
    filters: Filters = ()
    place: str = "regionCode"
    only: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False, compare=False)
    instead: str = ""

    def query(self, region: str) -> Query:
        """Return the question whose answer has the price in a region."""
        where = ((self.place, region),) if self.place else ()
        return Query(service=self.service, filters=(*where, *self.filters))

    def matching(self, products: Iterable[Product], region: str) -> list[Product]:
        """Return the products that are billed by this meter in a region.

        What an endpoint answers that does not filter as it is asked to is left out, as far as products say what they
        are.
        """
        wanted = {**self.only, **dict(self.query(region).filters)}.items()
        alike = [it for it in products if all(it.attributes.get(key, value) == value for key, value in wanted)]
        for usage in filter(None, (self.usage, self.instead)):
            named = re.compile(f"(?:{_REGION})?{re.escape(usage)}")
            if found := [it for it in alike if named.fullmatch(it.usage_type)]:
                return found
        return []

    def counts_as(self, unit: str) -> bool:
        """Whether the price list's unit can be the one counted here: a price by the hour is never one by the month."""
        return bool(_HOURS.search(unit.replace("-", " "))) == self.unit.endswith("hour")


def _family(name: str) -> Filters:
    return (("productFamily", name),)


def _fargate(name: str, usage: str, unit: str) -> Meter:
    return Meter(name=name, service="AmazonECS", usage=usage, unit=unit, filters=_family("Compute"))


VCPU = _fargate("vCPU", "Fargate-vCPU-Hours:perCPU", "vCPU-hour")
MEMORY = _fargate("memory", "Fargate-GB-Hours", "GB-hour")
ARM_VCPU = _fargate("vCPU, ARM64", "Fargate-ARM-vCPU-Hours:perCPU", "vCPU-hour")
ARM_MEMORY = _fargate("memory, ARM64", "Fargate-ARM-GB-Hours", "GB-hour")
STORAGE = _fargate("ephemeral storage above 20 GB", "Fargate-EphemeralStorage-GB-Hours", "GB-hour")
SPOT_VCPU = _fargate("vCPU, Spot", "SpotUsage-Fargate-vCPU-Hours:perCPU", "vCPU-hour")
SPOT_MEMORY = _fargate("memory, Spot", "SpotUsage-Fargate-GB-Hours", "GB-hour")
SPOT_ARM_VCPU = _fargate("vCPU, ARM64, Spot", "SpotUsage-Fargate-ARM-vCPU-Hours:perCPU", "vCPU-hour")
SPOT_ARM_MEMORY = _fargate("memory, ARM64, Spot", "SpotUsage-Fargate-ARM-GB-Hours", "GB-hour")

_HERE = MappingProxyType({"locationType": "AWS Region"})
"""Not in an Outpost, a Local Zone or a Wavelength Zone."""
_APPLICATION = MappingProxyType({**_HERE, "operation": "LoadBalancing:Application"})
"""Not a Network or Gateway Load Balancer. Not by product family, which capacity units do not always have."""
LOAD_BALANCER = Meter(name="load balancer", service="AWSELB", usage="LoadBalancerUsage", unit="hour", only=_APPLICATION)
LCU = Meter(name="capacity units (LCU)", service="AWSELB", usage="LCUUsage", unit="LCU-hour", only=_APPLICATION)
NAT = Meter(
    name="NAT gateway",
    service="AmazonEC2",
    usage="NatGateway-Hours",
    unit="hour",
    filters=_family("NAT Gateway"),
    only=_HERE,
)
NAT_DATA = Meter(
    name="data processed",
    service="AmazonEC2",
    usage="NatGateway-Bytes",
    unit="GB",
    filters=_family("NAT Gateway"),
    only=_HERE,
)
ENDPOINT = Meter(
    name="endpoint in each zone",
    service="AmazonVPC",
    usage="VpcEndpoint-Hours",
    unit="hour",
    filters=_family("VpcEndpoint"),
)
ENDPOINT_DATA = Meter(
    name="data processed",
    service="AmazonVPC",
    usage="VpcEndpoint-Bytes",
    unit="GB",
    filters=_family("VpcEndpoint"),
)
ADDRESS = Meter(
    name="public IPv4 address",
    service="AmazonVPC",
    usage="PublicIPv4:InUseAddress",
    unit="hour",
    filters=(("group", "VPCPublicIPv4Address"),),
)
DATA_OUT = Meter(
    name="data out to the internet",
    service="AWSDataTransfer",
    usage="DataTransfer-Out-Bytes",
    unit="GB",
    filters=(("transferType", "AWS Outbound"),),
    place="fromRegionCode",
)
WEB_ACL = Meter(name="web ACL", service="awswaf", usage="WebACLV2", unit="web ACL")
WEB_ACL_RULE = Meter(name="rules", service="awswaf", usage="RuleV2", unit="rule")
WEB_ACL_REQUEST = Meter(
    name="requests inspected", service="awswaf", usage="RequestV2-Tier0", unit="request", instead="RequestV2-Tier1"
)
"""Of a web ACL of 1,500 capacity units at most. Bills have both usage types, at the same price."""
ALARM = Meter(name="alarm", service="AmazonCloudWatch", usage="CW:AlarmMonitorUsage", unit="metric")
FAST_ALARM = Meter(
    name="high-resolution alarm", service="AmazonCloudWatch", usage="CW:HighResAlarmMonitorUsage", unit="metric"
)
COMPOSITE_ALARM = Meter(
    name="composite alarm", service="AmazonCloudWatch", usage="CW:CompositeAlarmMonitorUsage", unit="alarm"
)
METRIC = Meter(name="custom metrics", service="AmazonCloudWatch", usage="CW:MetricMonitorUsage", unit="metric")
LOGS_IN = Meter(name="log data written", service="AmazonCloudWatch", usage="DataProcessing-Bytes", unit="GB")
VENDED_LOGS_IN = Meter(name="log data of AWS services", service="AmazonCloudWatch", usage="VendedLog-Bytes", unit="GB")
LOGS_TO_S3 = Meter(name="log data delivered to S3", service="AmazonCloudWatch", usage="S3-Egress-Bytes", unit="GB")
LOGS_KEPT = Meter(name="log data kept", service="AmazonCloudWatch", usage="TimedStorage-ByteHrs", unit="GB-month")
DASHBOARD = Meter(
    name="dashboard",
    service="AmazonCloudWatch",
    usage="DashboardsUsageHour-Basic",
    unit="dashboard",
    filters=_family("Dashboard"),
    place="",
)
KEY = Meter(name="key", service="awskms", usage="KMS-Keys", unit="key", filters=_family("Encryption Key"))
SECRET = Meter(
    name="secret",
    service="AWSSecretsManager",
    usage="AWSSecretsManager-Secrets",
    unit="secret",
    filters=_family("Secret"),
)
BUCKET = Meter(
    name="objects kept",
    service="AmazonS3",
    usage="TimedStorage-ByteHrs",
    unit="GB-month",
    filters=(("productFamily", "Storage"), ("volumeType", "Standard")),
)
IMAGES = Meter(
    name="images kept",
    service="AmazonECR",
    usage="TimedStorage-ByteHrs",
    unit="GB-month",
    filters=_family("EC2 Container Registry"),
)
