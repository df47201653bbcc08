"""The service pricing, which ministack lacks: `GetProducts` with a small price list of the sandbox's own.

The prices are made up, the same in every region, and each description says so. Their form is AWS's, `aws_v1`, and so
are service codes, product families and usage types; `https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html`
has the request. Of the filters there are `TERM_MATCH`, `EQUALS` and `CONTAINS`: how `ANY_OF` separates its values
is not documented.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.extension.untyped import Record

NOTE = "A price of the sandbox, not AWS's"
MOST = 100
"""Products of a page."""
PUBLISHED = "2026-01-01T00:00:00Z"
TERM, RATE = "JRTCKXETXF", "6YS6EN2CT7"
"""The codes of "on demand" and of a price dimension, which all products of AWS have."""
DIRECTIONS = {"northeast": "N", "northwest": "NW", "southeast": "S", "southwest": "SW"}
_Tiers = tuple[tuple[str, str, str], ...]
ALL = "0", "Inf"
APPLICATION, NETWORK = {"operation": "LoadBalancing:Application"}, {"operation": "LoadBalancing:Network"}
PRODUCTS: tuple[tuple[str, str, str, str, _Tiers, Record], ...] = (
    ("AmazonECS", "Compute", "Fargate-vCPU-Hours:perCPU", "hours", ((*ALL, "0.05"),), {"cputype": "perCPU"}),
    ("AmazonECS", "Compute", "Fargate-GB-Hours", "hours", ((*ALL, "0.005"),), {"memorytype": "perGB"}),
    ("AmazonECS", "Compute", "Fargate-ARM-vCPU-Hours:perCPU", "hours", ((*ALL, "0.04"),), {"cpuArchitecture": "ARM"}),
    ("AmazonECS", "Compute", "Fargate-ARM-GB-Hours", "hours", ((*ALL, "0.004"),), {"cpuArchitecture": "ARM"}),
    ("AmazonECS", "Compute", "Fargate-EphemeralStorage-GB-Hours", "GB-Hours", ((*ALL, "0.0001"),), {}),
    ("AWSELB", "Load Balancer-Application", "LoadBalancerUsage", "Hrs", ((*ALL, "0.02"),), APPLICATION),
    ("AWSELB", "Load Balancer-Application", "LCUUsage", "LCU-Hrs", ((*ALL, "0.01"),), APPLICATION),
    ("AWSELB", "Load Balancer-Network", "LoadBalancerUsage", "Hrs", ((*ALL, "0.03"),), NETWORK),
    ("AmazonEC2", "NAT Gateway", "NatGateway-Hours", "Hrs", ((*ALL, "0.05"),), {}),
    ("AmazonEC2", "NAT Gateway", "NatGateway-Bytes", "GB", ((*ALL, "0.05"),), {}),
    ("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Hours", "Hrs", ((*ALL, "0.01"),), {"endpointType": "PrivateLink"}),
    (
        "AmazonVPC",
        "VpcEndpoint",
        "VpcEndpoint-Bytes",
        "GB",
        (("0", "1048576", "0.01"), ("1048576", "Inf", "0.005")),
        {"endpointType": "PrivateLink"},
    ),
    ("AmazonVPC", "", "PublicIPv4:InUseAddress", "Hrs", ((*ALL, "0.005"),), {"group": "VPCPublicIPv4Address"}),
    ("AmazonVPC", "", "PublicIPv4:IdleAddress", "Hrs", ((*ALL, "0.005"),), {"group": "VPCPublicIPv4Address"}),
    (
        "AWSDataTransfer",
        "Data Transfer",
        "DataTransfer-Out-Bytes",
        "GB",
        (("0", "10240", "0.1"), ("10240", "Inf", "0.08")),
        {"transferType": "AWS Outbound", "toLocation": "External"},
    ),
    ("awswaf", "Web Application Firewall", "WebACLV2", "Month", ((*ALL, "5"),), {}),
    ("awswaf", "Web Application Firewall", "RuleV2", "Month", ((*ALL, "1"),), {}),
    ("awswaf", "Web Application Firewall", "RequestV2-Tier0", "Request", ((*ALL, "0.0000005"),), {}),
    ("AmazonCloudWatch", "Alarm", "CW:AlarmMonitorUsage", "Alarms", ((*ALL, "0.1"),), {}),
    ("AmazonCloudWatch", "Alarm", "CW:HighResAlarmMonitorUsage", "Alarms", ((*ALL, "0.3"),), {}),
    ("AmazonCloudWatch", "Alarm", "CW:CompositeAlarmMonitorUsage", "Alarms", ((*ALL, "0.5"),), {}),
    (
        "AmazonCloudWatch",
        "Metric",
        "CW:MetricMonitorUsage",
        "Metrics",
        (("0", "10000", "0.3"), ("10000", "Inf", "0.1")),
        {},
    ),
    ("AmazonCloudWatch", "Data Payload", "DataProcessing-Bytes", "GB", ((*ALL, "0.5"),), {}),
    (
        "AmazonCloudWatch",
        "Data Payload",
        "VendedLog-Bytes",
        "GB",
        (("0", "10240", "0.5"), ("10240", "Inf", "0.25")),
        {},
    ),
    ("AmazonCloudWatch", "Data Payload", "S3-Egress-Bytes", "GB", ((*ALL, "0.25"),), {}),
    ("AmazonCloudWatch", "Storage Snapshot", "TimedStorage-ByteHrs", "GB-Mo", ((*ALL, "0.03"),), {}),
    ("AmazonCloudWatch", "Dashboard", "DashboardsUsageHour-Basic", "Dashboards", ((*ALL, "3"),), {"location": "Any"}),
    ("awskms", "Encryption Key", "KMS-Keys", "Keys", ((*ALL, "1"),), {}),
    ("AWSSecretsManager", "Secret", "AWSSecretsManager-Secrets", "Secrets", ((*ALL, "0.4"),), {}),
    (
        "AmazonS3",
        "Storage",
        "TimedStorage-ByteHrs",
        "GB-Mo",
        (("0", "51200", "0.025"), ("51200", "Inf", "0.024")),
        {"volumeType": "Standard", "storageClass": "General Purpose"},
    ),
    ("AmazonECR", "EC2 Container Registry", "TimedStorage-ByteHrs", "GB-Mo", ((*ALL, "0.1"),), {}),
)
"""Service code, product family, usage type without its region, unit, tiers, and further attributes."""


def install() -> None:
    """Add the service."""
    json_services.add_service(
        "pricing",
        actions={"GetProducts": _get_products},
        stores={},
        target_prefix="AWSPriceListService",
        host=r"api\.pricing",
        iam_namespace="pricing",
    )


def _get_products(data: Record) -> Record:
    service, filters = data.get("ServiceCode"), data.get("Filters") or []
    size = data.get("MaxResults", MOST)
    if data.get("FormatVersion", "aws_v1") != "aws_v1":
        raise _invalid("Invalid format version")
    if not isinstance(size, int) or not 1 <= size <= MOST:
        raise _invalid(f"MaxResults must be from 1 to {MOST}")
    if service not in {it[0] for it in PRODUCTS}:
        raise RefusedError("NotFoundException", f"The requested resource can't be found: {service}")
    found = [it for it in _products(service, _region(filters)) if all(_matches(it, wanted) for wanted in filters)]
    begin = _begin(str(data.get("NextToken") or ""), len(found))
    page: Record = {
        "FormatVersion": "aws_v1",
        "PriceList": [json.dumps(it) for it in found[begin : begin + size]],
    }
    return page | ({"NextToken": str(begin + size)} if begin + size < len(found) else {})


def _begin(token: str, count: int) -> int:
    if token and not (token.isdigit() and 0 < int(token) < count):
        raise RefusedError("InvalidNextTokenException", "The pagination token is invalid. Try again without one.")
    return int(token or 0)


def _region(filters: Iterable[Record]) -> str:
    """Return the region that the filters ask for."""
    named = (it.get("Value", "") for it in filters if it.get("Field") in {"regionCode", "fromRegionCode"})
    return next(named, "us-east-1")


def _matches(product: Record, wanted: Record) -> bool:
    own = product["product"]
    field, value = wanted.get("Field", ""), wanted.get("Value", "")
    has = own.get("productFamily") if field == "productFamily" else own["attributes"].get(field)
    match wanted.get("Type"):
        case "TERM_MATCH" | "EQUALS":
            return bool(has == value)
        case "CONTAINS":
            return has is not None and value in has
    raise _invalid(f"Invalid filter type: {wanted.get('Type')}")


def _products(service: str, region: str) -> list[Record]:
    return [_product(region, it) for it in PRODUCTS if it[0] == service]


def _product(region: str, it: tuple[str, str, str, str, _Tiers, Record]) -> Record:
    """Return a product in AWS's form, as one element of `PriceList` is before it is text."""
    service, family, usage, unit, tiers, more = it
    where: Record = {"regionCode": region, "locationType": "AWS Region", "location": region}
    if more.get("location") == "Any":
        where, prefix = {"location": "Any"}, ""
    else:
        prefix = f"{region}-" if service == "awskms" else f"{_short(region)}-"
    if "transferType" in more:
        where = {"fromRegionCode": region, "fromLocation": region, "fromLocationType": "AWS Region"}
    sku = hashlib.sha256(f"{service} {usage} {family} {region}".encode()).hexdigest()[:16].upper()
    code = f"{sku}.{TERM}"
    attributes = {"operation": "", **where, **more, "servicecode": service, "usagetype": f"{prefix}{usage}"}
    return {
        "product": {"sku": sku, "attributes": attributes} | ({"productFamily": family} if family else {}),
        "serviceCode": service,
        "terms": {
            "OnDemand": {
                code: {
                    "sku": sku,
                    "offerTermCode": TERM,
                    "effectiveDate": PUBLISHED,
                    "termAttributes": {},
                    "priceDimensions": {
                        f"{code}.{RATE}{number or ''}": {
                            "rateCode": f"{code}.{RATE}{number or ''}",
                            "description": NOTE,
                            "unit": unit,
                            "beginRange": begin,
                            "endRange": end,
                            "appliesTo": [],
                            "pricePerUnit": {"USD": price},
                        }
                        for number, (begin, end, price) in enumerate(tiers)
                    },
                }
            }
        },
        "version": "20260101000000",
        "publicationDate": PUBLISHED,
    }


def _short(region: str) -> str:
    """Return what usage types of a region begin with: `APN2` of ap-northeast-2."""
    area, direction, number = region.rsplit("-", 2)
    return f"{area.upper()}{DIRECTIONS.get(direction, direction[:1].upper())}{number}"


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterException", message)
